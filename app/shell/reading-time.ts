import type { Verdict } from '#core/licence/verdict.ts';

const bannerDays = 3;

/** Whether the licence ends so soon that a banner over every screen says so. A calm line on the shelf comes before. */
export function endsVerySoon(verdict: Verdict): boolean {
  return verdict.kind === 'dueSoon' && verdict.days <= bannerDays;
}

/** Whether the last day of reading has begun. A verdict's days are rounded up: the last 24 hours count as 1. */
export function isLastDay(verdict: Verdict): boolean {
  return verdict.kind === 'dueSoon' && verdict.days <= 1;
}
