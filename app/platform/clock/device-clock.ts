import type { TimeStatement } from '#core/clock/time-statement.ts';
import {
  aheadOf,
  applyStationTime,
  askStationTime,
  type Budgets,
  budgetsOf,
  type ClockMemory,
  type ClockReading,
  type ClockState,
  memoryOf,
  openSlots,
  renewBudgets,
  sealSlots,
  startDistrusted,
  startSession,
  type TrustedTime,
  tick,
  trustedNow,
} from '#core/clock/trusted-time.ts';
import type { MetaStore } from '../device/device-meta.ts';
import { randomBytes, randomId } from '../device/random.ts';

const KEEP_EVERY_MS = 30_000;
/** A tick that comes later than this was asleep: that time was not use. */
const LONGEST_TICK_MS = 5_000;

/** The clocks of the machine, as a test may replace them. */
export interface MachineClock {
  wallMs(): number;
  monotonicMs(): number;
}

/** Trusted time on this device. */
export interface DeviceClock {
  now(): TrustedTime;
  nowMs(): number;
  budgets(): Budgets;
  /** How far the machine's clock is ahead of the last time known to have passed. */
  aheadMs(): number;
  /** Counts use since the last call; keeps the state now and then. Call it about once a second. */
  tick(isInUse: boolean): void;
  /** What is left of its memory since the last station. */
  memory(): ClockMemory;
  /** The nonce of the one question to a station. */
  ask(): string;
  /** Takes a verified answer to that question. Throws ClockError. Durable when it resolves. */
  takeStationTime(statement: TimeStatement): Promise<void>;
  /** A new licence begins new budgets. Durable when it resolves. */
  renewBudgets(): Promise<void>;
  keep(): Promise<void>;
}

/** The browser's own clocks. */
export const browserClock: MachineClock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/**
 * Opens the clock of this device. Two slots under an HMAC key that no script can read hold its state, written in turn.
 * @param floorMs time cannot be before this (the licence's start), should the state be lost
 * @param mayKeep whether this tab writes the state: one of several tabs does
 */
export async function openDeviceClock(
  meta: MetaStore,
  machine: MachineClock,
  floorMs: number | undefined,
  mayKeep: () => boolean,
): Promise<DeviceClock> {
  const bootId = randomId();
  const reading = (): ClockReading => ({
    wallMs: Math.floor(machine.wallMs()),
    monotonicMs: machine.monotonicMs(),
    bootId,
  });
  const macKey = await clockKey(meta);
  let state = await openState(meta, macKey, reading(), floorMs);
  let lastTickMs = machine.monotonicMs();
  let lastKeptMs = Number.NEGATIVE_INFINITY;
  let keeping: Promise<void> = Promise.resolve();

  async function keepNow(): Promise<void> {
    const sealed = await sealSlots(state, macKey);
    state = { ...state, writes: sealed.state.writes };
    await meta.write(sealed.slot === 'A' ? { clockA: sealed.bytes } : { clockB: sealed.bytes });
  }
  function keep(): Promise<void> {
    // One after the other, or two writes would take the same slot.
    keeping = keeping.then(keepNow);
    return keeping;
  }

  return {
    now: () => trustedNow(state, reading()),
    nowMs: () => trustedNow(state, reading()).nowMs,
    budgets: () => budgetsOf(state),
    memory: () => memoryOf(state),
    aheadMs: () => aheadOf(state, reading()),
    tick(isInUse) {
      const at = machine.monotonicMs();
      const passedMs = Math.min(LONGEST_TICK_MS, Math.max(0, at - lastTickMs));
      lastTickMs = at;
      state = tick(state, reading(), isInUse ? passedMs : 0);
      if (at - lastKeptMs < KEEP_EVERY_MS || !mayKeep()) return;
      lastKeptMs = at;
      keep().catch((cause: unknown) => {
        // A full disk must not stop the reader; the next tick but 30 tries again.
        console.error(cause);
        keeping = Promise.resolve();
      });
    },
    ask() {
      const nonce = randomId();
      state = askStationTime(state, nonce, reading());
      return nonce;
    },
    async takeStationTime(statement) {
      state = applyStationTime(state, statement, reading());
      await keep();
    },
    async renewBudgets() {
      state = renewBudgets(state);
      await keep();
    },
    keep,
  };
}

async function openState(
  meta: MetaStore,
  macKey: CryptoKey,
  reading: ClockReading,
  floorMs: number | undefined,
): Promise<ClockState> {
  await splitSlots(meta);
  const [slotA, slotB] = await Promise.all([readSlot(meta, 'clockA'), readSlot(meta, 'clockB')]);
  const opened = await openSlots(slotA, slotB, macKey);
  switch (opened.kind) {
    case 'open':
      return startSession(opened.tampered ? { ...opened.state, damaged: true } : opened.state, reading);
    case 'tampered':
      return startDistrusted(reading, floorMs ?? 0);
    case 'empty':
      // No state, yet a licence: somebody removed it.
      return floorMs === undefined ? startSession(undefined, reading) : startDistrusted(reading, floorMs);
  }
}

/** A record that is something else than bytes is one that does not hold, and not one that was never written. */
async function readSlot(meta: MetaStore, name: 'clockA' | 'clockB'): Promise<Uint8Array | undefined> {
  const bytes: unknown = await meta.read(name);
  return bytes === undefined || bytes instanceof Uint8Array ? bytes : new Uint8Array();
}

/** Gives each slot a record of its own, once, in one step. What lies in the old place later on counts for nothing. */
async function splitSlots(meta: MetaStore): Promise<void> {
  const old = await meta.read('clock');
  if (!old) return;
  const isSplit = (await meta.read('clockA')) !== undefined || (await meta.read('clockB')) !== undefined;
  const slots = isSplit ? {} : { ...(old.a ? { clockA: old.a } : {}), ...(old.b ? { clockB: old.b } : {}) };
  await meta.write({ ...slots, clock: undefined });
}

async function clockKey(meta: MetaStore): Promise<CryptoKey> {
  const known = await meta.read('clockKey');
  // Damaged on the disk: under a new one neither slot holds, and the state counts as lost.
  if (known instanceof CryptoKey) return known;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const made = await crypto.subtle.importKey('raw', randomBytes(32), algorithm, false, ['sign', 'verify']);
  await meta.write({ clockKey: made });
  return made;
}
