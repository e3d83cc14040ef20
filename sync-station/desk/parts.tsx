import type { ComponentChildren, JSX } from 'preact';
import { DAY_MS } from '#core/licence/licence.ts';
import { Chip } from '#ui/components/chip.tsx';
import type { Tone } from '#ui/components/notice.tsx';
import type { LearnerName } from '../api/basics.ts';
import type { DeviceRow, DeviceStanding } from '../api/security.ts';
import { t } from './i18n/texts.ts';

/** The head of a page: its one h1, what it is for, and its main act. */
export function PageHead(props: {
  readonly title: string;
  readonly text?: string;
  /** The way back, above the title. */
  readonly above?: ComponentChildren;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <header class="ll-row ll-row-apart desk-head">
      <div class="ll-stack ll-stack-tight">
        {props.above && <div>{props.above}</div>}
        <h1 tabIndex={-1}>{props.title}</h1>
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

/** What a device's standing means for an officer's eye. */
export const standingTones: Record<DeviceStanding, Tone | 'neutral'> = {
  forked: 'bad',
  suspended: 'warn',
  expired: 'bad',
  dueSoon: 'warn',
  noLicence: 'neutral',
  current: 'good',
  revoked: 'neutral',
  wiped: 'neutral',
};

/** How a device stands, in words; beside it whether somebody must look at it. */
export function StandingChips({ device }: { readonly device: DeviceRow }): JSX.Element {
  return (
    <span class="ll-row desk-chips">
      <Chip tone={standingTones[device.standing]}>{t(`standing.${device.standing}`)}</Chip>
      {device.looks.length > 0 && (
        <Chip tone="bad" icon="warning">
          {t('standing.look')}
        </Chip>
      )}
    </span>
  );
}

/** "12 days left", "expired 3 days ago". */
export function daysText(daysLeft: number | null): string {
  if (daysLeft === null) return t('days.none');
  if (daysLeft === 0) return t('days.today');
  if (daysLeft < 0) return t('days.ago', { n: -daysLeft });
  return t('days.left', { n: daysLeft });
}

/** How long ago something was, in whole days: "today", "3 days". */
export function sinceText(atMs: number, nowMs: number): string {
  const days = Math.floor((nowMs - atMs) / DAY_MS);
  return days < 1 ? t('since.today') : t('days.plain', { n: days });
}

/** The words of a file field. */
export function fileTexts(): { readonly choose: string; readonly none: string } {
  return { choose: t('file.choose'), none: t('file.none') };
}
