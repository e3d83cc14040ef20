/** How fast somebody reads: words read and the time that took, the past counting less and less. */
export interface Pace {
  readonly words: number;
  readonly activeMs: number;
}

/** Before anything is known: a calm pace of 160 words a minute, counted as ten minutes of reading. */
export const FIRST_PACE: Pace = { words: 1_600, activeMs: 600_000 };

/** Slower or faster than this is no reading: somebody went away, or leafed through. */
const SLOWEST_PER_MINUTE = 30;
const FASTEST_PER_MINUTE = 700;
/** An hour of reading is remembered. */
const MEMORY_MS = 3_600_000;

/** Takes a stretch of reading into account. What cannot have been reading changes nothing. */
export function withReading(pace: Pace, words: number, elapsedMs: number): Pace {
  const perMinute = words / (elapsedMs / 60_000);
  if (!(perMinute >= SLOWEST_PER_MINUTE && perMinute <= FASTEST_PER_MINUTE)) return pace;
  const activeMs = pace.activeMs + elapsedMs;
  const keep = Math.min(1, MEMORY_MS / activeMs);
  return { words: (pace.words + words) * keep, activeMs: activeMs * keep };
}

/** Whole minutes for so many words, rounded up. */
export function minutesFor(pace: Pace, words: number): number {
  return Math.ceil(((words / pace.words) * pace.activeMs) / 60_000);
}
