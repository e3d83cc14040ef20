import type { ClockMemory } from '#core/clock/trusted-time.ts';
import type { NoticedCode } from '#core/evidence/noticed.ts';
import type { Verdict } from '#core/licence/verdict.ts';

/** Longer than this no honest laptop lies unused: a device may be away for 30 days, and a stay in a drawer is told too. */
export const LONG_AHEAD_MS = 60 * 24 * 3_600_000;

/** What a device can see of itself at one moment. */
export interface Seen {
  readonly verdict: Verdict;
  readonly clockMemory: ClockMemory;
  readonly isClockBehind: boolean;
  /** How far the clock is ahead of the last time known to have passed. */
  readonly clockAheadMs: number;
  /** Whether the keys are known that a licence must be signed with. */
  readonly hasLicenceKeys: boolean;
  /** Since it came from another site it may hold that site's licence. */
  readonly isMoved: boolean;
  /** The station has told it of a second copy. */
  readonly isForked: boolean;
}

/** What of it staff must look at (formats/evidence.md 1). */
export function signsOf(seen: Seen): readonly NoticedCode[] {
  const { verdict } = seen;
  const signs: readonly (readonly [NoticedCode, boolean])[] = [
    ['clock-edited', seen.clockMemory === 'edited'],
    ['clock-lost', seen.clockMemory === 'lost'],
    // A clock whose state is lost is behind by definition: that is told already.
    ['clock-back', seen.isClockBehind && seen.clockMemory === 'kept'],
    ['clock-jump', seen.clockAheadMs > LONG_AHEAD_MS],
    ['licence-edited', isLicenceHarmed(verdict) && seen.hasLicenceKeys && !seen.isMoved],
    ['licence-foreign', verdict.kind === 'wrongDevice'],
    ['copied', seen.isForked],
  ];
  return signs.filter(([, holds]) => holds).map(([code]) => code);
}

/** Changed, damaged or removed on the disk. Only of a device that is enrolled: there is always a licence then. */
function isLicenceHarmed({ kind }: Verdict): boolean {
  return kind === 'badSignature' || kind === 'unreadable' || kind === 'noLicence';
}
