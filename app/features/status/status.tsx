import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Verdict } from '#core/licence/verdict.ts';
import { LinkButton } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { Icon } from '#ui/components/icon.tsx';
import { Notice, type Tone } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { endsVerySoon } from '../../shell/reading-time.ts';
import { hrefOf } from '../../shell/routes.ts';
import { chipText, explainVerdict, isLocked } from './days-left.ts';

/** How grave a verdict is. */
export function toneOf(verdict: Verdict): Tone | 'neutral' {
  if (isLocked(verdict)) return 'bad';
  return verdict.kind === 'current' ? 'neutral' : 'warn';
}

/** The quiet chip that is on every screen: how long the licence still runs. Leads to the screen of the standing. */
export function DaysChip(): JSX.Element {
  const { verdict, hours } = usePlatform().state.value;
  const text = chipText(verdict, hours);
  return (
    <a class="ll-chip-link" href={hrefOf({ kind: 'status' })} aria-label={texts.t('status.label', { text })}>
      <Chip tone={toneOf(verdict)} icon={isLocked(verdict) ? 'lock' : 'clock'}>
        {text}
      </Chip>
    </a>
  );
}

/** Where to go and what to press, in three lines. */
export function HowTo({ room }: { readonly room: string | undefined }): JSX.Element {
  const { t } = texts;
  return (
    <div class="ll-stack ll-stack-tight">
      <h2>{t('status.howto.title')}</h2>
      <ol class="ll-howto">
        <li>{t('status.howto.1', { room: room ?? t('status.room') })}</li>
        <li>{t('status.howto.2')}</li>
        <li>{t('status.howto.3')}</li>
      </ol>
    </div>
  );
}

/** Instead of every reading screen while the verdict forbids reading: why, what to do, and the way out for work. */
export function LockScreen(): JSX.Element {
  const platform = usePlatform();
  const state = platform.state.value;
  const { t } = texts;
  const unsent = useMemo(() => platform.records.submissions.live((record) => record.step === 'outbox'), [platform]);
  const words = explainVerdict(state.verdict);
  const count = unsent.value?.length ?? 0;
  return (
    <div class="ll-lock ll-card ll-stack">
      <span class="ll-lock-mark">
        <Icon name="lock" />
      </span>
      <h1 tabIndex={-1}>{words.title}</h1>
      <p>{words.text}</p>
      {count > 0 && <Notice tone="info">{<p>{t('lock.unsent', { n: count })}</p>}</Notice>}
      <HowTo room={state.whereToSync} />
      <LinkButton href={hrefOf({ kind: 'docking' })} kind="primary" large icon="sync">
        {t('lock.dock')}
      </LinkButton>
      <a class="ll-inline-target" href={hrefOf({ kind: 'report' })}>
        {t('report.title')}
      </a>
    </div>
  );
}

/** Instead of every reading screen outside the regime's hours: when it opens. Docking and settings stay open. */
export function ClosedHoursScreen(): JSX.Element {
  const { hours } = usePlatform().state.value;
  const { t } = texts;
  return (
    <div class="ll-lock ll-card ll-stack">
      <span class="ll-lock-mark">
        <Icon name="clock" />
      </span>
      <h1 tabIndex={-1}>{t('hours.title')}</h1>
      {hours.kind === 'closed' && <p>{t('hours.text', { from: hours.opensAt, until: hours.closesAt })}</p>}
    </div>
  );
}

/** A banner over every screen while the licence or the clock asks for a walk to the room soon. */
export function WarningBanner(): JSX.Element | null {
  const { verdict } = usePlatform().state.value;
  if (isLocked(verdict) || verdict.kind === 'current') return null;
  if (verdict.kind === 'dueSoon' && !endsVerySoon(verdict)) return null;
  const words = explainVerdict(verdict);
  return (
    <div class="ll-banner">
      <Notice tone="warn" title={words.title}>
        <p>
          {words.text}{' '}
          <a class="ll-inline-target" href={hrefOf({ kind: 'status' })}>
            {texts.t('status.howto.title')}
          </a>
        </p>
      </Notice>
    </div>
  );
}
