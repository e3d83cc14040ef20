import type { Bytes } from '#core/bytes/bytes.ts';

/** Gives `length` unpredictable bytes. Core never reaches for randomness itself: callers hand it in. */
export type Randomness = (length: number) => Bytes;
