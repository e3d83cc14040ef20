import { ClockError } from './clock-error.ts';
import type { ClockMemory, ClockReading, ClockState, TrustedTime } from './clock-state.ts';
import type { TimeStatement } from './time-statement.ts';

export type { Budgets, ClockMemory, ClockReading, ClockState, TrustedTime } from './clock-state.ts';
export { type OpenedSlots, openSlots, type SealedSlot, sealSlots } from './slots.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A jump forward of more than this raises the mark only after `JUMP_USE_MS` of use (formats/clock.md 2.3). */
export const JUMP_MS = 7 * 24 * HOUR_MS;
export const JUMP_USE_MS = 10 * MINUTE_MS;
/** How much use a clock behind the mark leaves until a sync (formats/clock.md 2.4). */
export const UNCERTAIN_USE_MS = 72 * HOUR_MS;
/** Clocks differ a little; only more than this counts as behind. */
export const TOLERANCE_MS = 5 * MINUTE_MS;
/** Use after which a session counts (formats/clock.md 4.2). */
export const COUNTED_SESSION_MS = 5 * MINUTE_MS;
/** How old an answer of the station may be (formats/clock.md 3.2). */
export const MAX_ANSWER_AGE_MS = 10 * MINUTE_MS;
/** A difference to the station below this is the network's, not the clock's. */
const SMALL_OFFSET_MS = 2 * MINUTE_MS;

/** Begins a session, with the state kept from before, or `undefined` on a device that never had one. */
export function startSession(state: ClockState | undefined, reading: ClockReading): ClockState {
  const session = {
    bootId: reading.bootId,
    wallAtBootMs: reading.wallMs,
    monotonicAtBootMs: reading.monotonicMs,
    anchorMonotonicMs: reading.monotonicMs,
    sessionUsedMs: 0,
    outstanding: null,
  };
  if (state) return tick({ ...state, ...session }, reading, 0);
  return {
    ...session,
    markMs: reading.wallMs,
    wallOffsetMs: 0,
    usedMs: 0,
    sessions: 0,
    uncertainUsedMs: 0,
    pendingForwardMs: null,
    budgetUsedFromMs: 0,
    budgetSessionsFrom: 0,
    writes: 0,
  };
}

/**
 * A session whose stored state was lost or tampered with: nothing is known but that time is not before `floorMs`
 * (the licence's start, say), so the 72 hours count as used until a sync (formats/clock.md 5.4).
 */
export function startDistrusted(reading: ClockReading, floorMs: number): ClockState {
  const state = startSession(undefined, reading);
  return { ...state, markMs: Math.max(floorMs, reading.wallMs), uncertainUsedMs: UNCERTAIN_USE_MS, distrusted: true };
}

/** What is left of what was kept of time since the last station (formats/clock.md 5.7). */
export function memoryOf({ distrusted = false, damaged = false }: ClockState): ClockMemory {
  if (distrusted) return 'lost';
  return damaged ? 'edited' : 'kept';
}

/** Counts `activeMs` of use since the last tick and moves the mark. A reading of another boot begins a session. */
export function tick(state: ClockState, reading: ClockReading, activeMs: number): ClockState {
  if (reading.bootId !== state.bootId) return tick(startSession(state, reading), reading, activeMs);
  const used = Math.max(0, Math.floor(activeMs));
  const running = runningMs(state, reading);
  const wall = reading.wallMs + state.wallOffsetMs;
  const sessionUsedMs = state.sessionUsedMs + used;
  const isCounted = state.sessionUsedMs < COUNTED_SESSION_MS && sessionUsedMs >= COUNTED_SESSION_MS;
  const counted: ClockState = {
    ...state,
    anchorMonotonicMs: Math.max(state.anchorMonotonicMs, reading.monotonicMs),
    usedMs: state.usedMs + used,
    sessionUsedMs,
    sessions: state.sessions + (isCounted ? 1 : 0),
    uncertainUsedMs: state.uncertainUsedMs + (isUncertain(state, reading) ? used : 0),
  };
  if (wall - running <= JUMP_MS) return { ...counted, markMs: Math.max(wall, running), pendingForwardMs: null };
  // formats/clock.md 2.3: a clock that slipped forward for a moment must not lock the device for good
  const pendingForwardMs = (state.pendingForwardMs ?? 0) + used;
  if (pendingForwardMs < JUMP_USE_MS) return { ...counted, markMs: running, pendingForwardMs };
  return { ...counted, markMs: wall, pendingForwardMs: null };
}

/** The time that everything is judged by (formats/clock.md 2.1). */
export function trustedNow(state: ClockState, reading: ClockReading): TrustedTime {
  const nowMs = Math.max(reading.wallMs + state.wallOffsetMs, runningMs(state, reading));
  if (!isUncertain(state, reading)) return { nowMs, certainty: 'certain' };
  const leftMs = Math.max(0, UNCERTAIN_USE_MS - state.uncertainUsedMs);
  const uncertainBy = state.distrusted ? 'lost' : 'behind';
  return { nowMs, certainty: 'uncertain', uncertainHoursLeft: Math.ceil(leftMs / HOUR_MS), uncertainBy };
}

/** How far the wall clock is ahead of the mark and what has been counted since: 0 or less when it is not. */
export function aheadOf(state: ClockState, reading: ClockReading): number {
  return reading.wallMs + state.wallOffsetMs - runningMs(state, reading);
}

/** Notes the one question put to a station; an earlier one is no longer answered. */
export function askStationTime(state: ClockState, nonce: string, reading: ClockReading): ClockState {
  return { ...state, outstanding: { nonce, bootId: reading.bootId, monotonicMs: reading.monotonicMs } };
}

/**
 * Takes the time from a station over the wire, whose signature was checked: it answers the one outstanding nonce, in
 * the same boot, at most ten minutes old. The only thing that lowers the mark. Throws ClockError.
 */
export function applyStationTime(state: ClockState, statement: TimeStatement, reading: ClockReading): ClockState {
  const { outstanding } = state;
  if (!outstanding) throw new ClockError({ code: 'NO_QUESTION' });
  if (outstanding.nonce !== statement.nonce) throw new ClockError({ code: 'WRONG_NONCE' });
  if (outstanding.bootId !== reading.bootId || state.bootId !== reading.bootId) {
    throw new ClockError({ code: 'OTHER_BOOT' });
  }
  const ageMs = reading.monotonicMs - outstanding.monotonicMs;
  if (ageMs < 0 || ageMs > MAX_ANSWER_AGE_MS) throw new ClockError({ code: 'TOO_OLD' });
  const offset = statement.timeMs - reading.wallMs;
  return {
    ...state,
    markMs: statement.timeMs,
    anchorMonotonicMs: reading.monotonicMs,
    // formats/clock.md 3.4: a wall clock that is wrong but steady serves until the next sync
    wallOffsetMs: Math.abs(offset) < SMALL_OFFSET_MS ? 0 : offset,
    uncertainUsedMs: 0,
    pendingForwardMs: null,
    outstanding: null,
    distrusted: false,
    damaged: false,
  };
}

/** Takes a signed time that came by stick or QR: it can raise the mark, never lower it (formats/clock.md 3.5). */
export function applyCarriedTime(state: ClockState, timeMs: number, reading: ClockReading): ClockState {
  const ticked = tick(state, reading, 0);
  return { ...ticked, markMs: Math.max(ticked.markMs, timeMs) };
}

/** Begins a new licence's budgets of use and sessions (formats/clock.md 4.3). */
export function renewBudgets(state: ClockState): ClockState {
  return { ...state, budgetUsedFromMs: state.usedMs, budgetSessionsFrom: state.sessions };
}

/** What was used of the present licence's budgets. */
export function budgetsOf(state: ClockState): { readonly usedMs: number; readonly sessions: number } {
  return { usedMs: state.usedMs - state.budgetUsedFromMs, sessions: state.sessions - state.budgetSessionsFrom };
}

// The mark, and what this session's monotonic clock has counted since.
function runningMs(state: ClockState, reading: ClockReading): number {
  const isSameBoot = state.bootId === reading.bootId;
  return state.markMs + (isSameBoot ? Math.max(0, Math.floor(reading.monotonicMs - state.anchorMonotonicMs)) : 0);
}

function isUncertain(state: ClockState, reading: ClockReading): boolean {
  if (state.distrusted === true) return true;
  return reading.wallMs + state.wallOffsetMs < runningMs(state, reading) - TOLERANCE_MS;
}
