/** What the device's two clocks say at one moment. */
export interface ClockReading {
  /** The wall clock, milliseconds since 1970; anybody may have set it. */
  readonly wallMs: number;
  /** A clock that only runs forward while this boot lasts. */
  readonly monotonicMs: number;
  /** Tells boots (sessions of the monotonic clock) apart. */
  readonly bootId: string;
}

/** What the device remembers of time (formats/clock.md 1). All times and spans in milliseconds. */
export interface ClockState {
  /** The latest time known to have passed. */
  readonly markMs: number;
  /** Reading of the monotonic clock when the mark was moved. */
  readonly anchorMonotonicMs: number;
  readonly bootId: string;
  readonly wallAtBootMs: number;
  readonly monotonicAtBootMs: number;
  /** What the last station found the wall clock to be off by. */
  readonly wallOffsetMs: number;
  /** All use ever, and in this session. */
  readonly usedMs: number;
  readonly sessionUsedMs: number;
  /** Sessions of more than five minutes of use, ever. */
  readonly sessions: number;
  /** Use with the clock behind the mark, since the last station. */
  readonly uncertainUsedMs: number;
  /** Use since the wall clock jumped forward; null when it did not. */
  readonly pendingForwardMs: number | null;
  /** Where the present licence's budgets begin. */
  readonly budgetUsedFromMs: number;
  readonly budgetSessionsFrom: number;
  /** The one question put to a station. */
  readonly outstanding: { readonly nonce: string; readonly bootId: string; readonly monotonicMs: number } | null;
  /** How often the state was written; the higher of two slots counts. */
  readonly writes: number;
  /** The state kept before was lost or changed; until a station is met, nothing proves the time. */
  readonly distrusted?: boolean;
  /** One of the two slots was torn, changed or removed; the station has not heard of it yet. */
  readonly damaged?: boolean;
}

/** Why time is uncertain: the clock is behind what is known, or what was known is lost. */
export type UncertainBy = 'behind' | 'lost';

/** What a device still has of its own record of time: all of it, one slot of two, or nothing that counts. */
export type ClockMemory = 'kept' | 'edited' | 'lost';

/** The time to judge by. `uncertainHoursLeft`: hours of use until a sync is needed. */
export interface TrustedTime {
  readonly nowMs: number;
  readonly certainty: 'certain' | 'uncertain';
  readonly uncertainHoursLeft?: number;
  readonly uncertainBy?: UncertainBy;
}

/** What was used of one licence. */
export interface Budgets {
  readonly usedMs: number;
  readonly sessions: number;
}
