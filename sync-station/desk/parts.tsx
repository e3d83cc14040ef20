import type { ComponentChildren, JSX } from 'preact';
import { Chip } from '#ui/components/chip.tsx';
import type { Tone } from '#ui/components/notice.tsx';
import type { LearnerName } from '../api/basics.ts';
import type { DeviceStanding } from '../api/security.ts';
import { t } from './i18n/texts.ts';

/** The head of a page: its one h1, what it is for, and its main act. */
export function PageHead(props: {
  readonly title: string;
  readonly text?: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <header class="ll-row ll-row-apart">
      <div class="ll-stack ll-stack-tight">
        <h1>{props.title}</h1>
        {props.text && <p class="ll-quiet ll-measure">{props.text}</p>}
      </div>
      {props.children && <div class="ll-row">{props.children}</div>}
    </header>
  );
}

/** Names and values in two columns. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ComponentChildren])[] }): JSX.Element {
  return (
    <dl class="desk-facts">
      {facts.map(([name, value]) => (
        <>
          <dt key={name}>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

/** A learner's name, or that it was erased. */
export function nameOf(learner: LearnerName | null): string {
  return learner?.displayName ?? t('nameErased');
}

/** A device's id, short enough to compare with a sticker on a laptop. */
export function shortId(deviceId: string): string {
  return `${deviceId.slice(0, 4)}\u00a0${deviceId.slice(4, 8)}`;
}

const tones: Record<DeviceStanding, Tone | 'neutral'> = {
  forked: 'bad',
  suspended: 'warn',
  expired: 'bad',
  dueSoon: 'warn',
  noLicence: 'neutral',
  current: 'good',
  revoked: 'neutral',
};

/** How a device stands, in words. */
export function StandingChip({ standing }: { readonly standing: DeviceStanding }): JSX.Element {
  return <Chip tone={tones[standing]}>{t(`standing.${standing}`)}</Chip>;
}

/** "12 days left", "expired 3 days ago". */
export function daysText(daysLeft: number | null): string {
  if (daysLeft === null) return t('days.none');
  if (daysLeft < 0) return t('days.ago', { n: -daysLeft });
  return t('days.left', { n: daysLeft });
}
