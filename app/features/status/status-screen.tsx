import type { JSX } from 'preact';
import { LinkButton } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import { explainVerdict } from './days-left.ts';
import { HowTo, toneOf } from './status.tsx';

/** How the device stands: reading time, clock, space, and what to do. */
export function StatusScreen(): JSX.Element {
  const state = usePlatform().state.value;
  const { t } = texts;
  const words = explainVerdict(state.verdict);
  const tone = toneOf(state.verdict);
  const used = state.storage && state.storage.quotaBytes > 0 ? state.storage.usageBytes / state.storage.quotaBytes : 0;
  return (
    <div class="ll-stack ll-measure">
      <h1 tabIndex={-1}>{t('status.title')}</h1>
      <Notice tone={tone === 'neutral' ? 'good' : tone} title={words.title}>
        <p>{words.text}</p>
      </Notice>
      {state.clockWarning && state.verdict.kind !== 'clockUncertain' && (
        <Notice tone="warn" title={t('status.clock.title')}>
          <p>{t('status.clock.text')}</p>
        </Notice>
      )}
      {used >= 0.8 && (
        <Notice tone="warn" title={t('status.storage.title')}>
          <p>{t('status.storage.text', { percent: texts.formatPercent(used) })}</p>
        </Notice>
      )}
      <HowTo room={state.whereToSync} />
      <div class="ll-row">
        <LinkButton href={hrefOf({ kind: 'docking' })} kind="primary" icon="sync">
          {t('nav.docking')}
        </LinkButton>
        <LinkButton href={hrefOf({ kind: 'report' })}>{t('report.title')}</LinkButton>
      </div>
    </div>
  );
}
