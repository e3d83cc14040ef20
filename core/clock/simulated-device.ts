import { fromBase64 } from '#core/bytes/base64.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import type { Signer } from '#core/crypto/signer.ts';
import { type Envelope, signEnvelope } from '#core/dsse/dsse.ts';
import { deviceIdOf } from '#core/licence/identifiers.ts';
import { DAY_MS, encodeLicence, LICENCE_TYPE } from '#core/licence/licence.ts';
import { judgeLicence, mayRead, type Verdict } from '#core/licence/verdict.ts';
import {
  applyStationTime,
  askStationTime,
  budgetsOf,
  type ClockReading,
  type ClockState,
  openSlots,
  renewBudgets,
  sealSlots,
  startDistrusted,
  startSession,
  tick,
  trustedNow,
} from './trusted-time.ts';

/** What a simulated laptop goes through: true time goes on, its real-time clock says what somebody set it to. */
export interface SimulatedDevice {
  /** True time, which only the test and the station know. */
  readonly trueMs: () => number;
  /** What the laptop's clock chip is off by. */
  setClockOffset(offsetMs: number): void;
  clockOffset(): number;
  /** Starts the laptop. */
  boot(): Promise<void>;
  /** Time passes with the laptop off. */
  away(ms: number): void;
  /** The learner uses the app for so long, kept every minute; reading counts only while the verdict lets it. */
  use(ms: number): Promise<void>;
  /** Ends the session; `cut`: in the middle of the write, so that the newest slot is torn. */
  shutDown(how: 'clean' | 'cut'): Promise<void>;
  /** A sync over the wire: signed time, then a new licence. */
  dock(): Promise<void>;
  verdict(): Promise<Verdict>;
  trustedMs(): number;
  /** The latest time known to have passed. */
  markMs(): number;
  budgets(): { readonly usedMs: number; readonly sessions: number };
  /** Use while reading was allowed, since the last sync. */
  readSinceDockMs(): number;
  /** How often the clock's state was ever written: what a restored disk sets back. */
  writes(): number;
  /** The disk as it is, and a way to put an old one back. */
  copyDisk(): Disk;
  restoreDisk(disk: Disk): void;
}

/** What lies on the disk of a simulated laptop. */
export interface Disk {
  readonly a: Uint8Array | undefined;
  readonly b: Uint8Array | undefined;
  readonly licence: Envelope | undefined;
}

/** The state is kept this often; a real device keeps it every half minute. */
const KEEP_EVERY_MS = 60_000;
/** How often the verdict is looked at while the app is in use; a real device looks every second. */
export const LOOK_EVERY_MS = 10 * 60_000;
const AGE = `age1${'q'.repeat(58)}`;
const SITE = 'site-one';

/** A laptop with the device's own clock, slots and licence, and a station that signs for it. For tests. */
export async function simulateDevice(options: {
  readonly startMs: number;
  readonly dailyHours: number;
  readonly station: Signer;
  readonly deviceKey: Signer;
  readonly macKey: CryptoKey;
}): Promise<SimulatedDevice> {
  const { station, deviceKey, macKey, dailyHours } = options;
  const deviceId = await deviceIdOf(deviceKey.publicKey);
  const key = { public: toHex(station.publicKey), notBeforeMs: 0, notAfterMs: Number.MAX_SAFE_INTEGER };
  let trueMs = options.startMs;
  let offsetMs = 0;
  let bootId = 0;
  let bootTrueMs = trueMs;
  let serial = 0;
  let nonces = 0;
  let readMs = 0;
  let disk: Disk = { a: undefined, b: undefined, licence: undefined };
  let state: ClockState | undefined;

  const reading = (): ClockReading => ({
    wallMs: Math.max(0, Math.floor(trueMs + offsetMs)),
    monotonicMs: trueMs - bootTrueMs,
    bootId: `boot-${bootId}`,
  });
  const running = (): ClockState => {
    if (!state) throw new Error('the laptop is off');
    return state;
  };

  async function keep(): Promise<void> {
    const sealed = await sealSlots(running(), macKey);
    state = { ...running(), writes: sealed.state.writes };
    disk = sealed.slot === 'A' ? { ...disk, a: sealed.bytes } : { ...disk, b: sealed.bytes };
  }

  async function verdict(): Promise<Verdict> {
    const judged = await judgeLicence({
      envelope: disk.licence,
      licenceKeys: [key],
      deviceId,
      status: undefined,
      time: trustedNow(running(), reading()),
      budgets: budgetsOf(running()),
      grant: { siteId: SITE, maxLicenceDays: 30, capabilities: ['read'] },
    });
    return judged.verdict;
  }

  async function renew(): Promise<void> {
    serial += 1;
    const issuedAtMs = Math.floor(trueMs / 1000) * 1000;
    const payload = encodeLicence({
      id: serial.toString(16).padStart(32, '0'),
      serial,
      previous: disk.licence ? await sha256Hex(fromBase64(disk.licence.payload)) : null,
      deviceId,
      deviceKeys: { signing: toHex(deviceKey.publicKey), age: AGE },
      learnerId: 'learner',
      siteId: SITE,
      siteName: 'Site One',
      issuedAtMs,
      notBeforeMs: issuedAtMs,
      expiresAtMs: issuedAtMs + 30 * DAY_MS,
      capabilities: ['read'],
      regime: { dailyHours },
      modules: ['*'],
      nonce: 'ab'.repeat(16),
      whereToSync: 'Room 2',
    });
    disk = { ...disk, licence: await signEnvelope(LICENCE_TYPE, payload, [station]) };
    state = renewBudgets(running());
    readMs = 0;
    await keep();
  }

  return {
    trueMs: () => trueMs,
    setClockOffset: (ms) => {
      offsetMs = ms;
    },
    clockOffset: () => offsetMs,
    async boot() {
      bootId += 1;
      bootTrueMs = trueMs;
      const opened = await openSlots(disk.a, disk.b, macKey);
      if (opened.kind === 'open') state = startSession(opened.state, reading());
      else if (opened.kind === 'empty' && !disk.licence) state = startSession(undefined, reading());
      else state = startDistrusted(reading(), 0);
      await keep();
    },
    away: (ms) => {
      trueMs += ms;
    },
    async use(ms) {
      let isOpen = false;
      for (let done = 0; done < ms; done += KEEP_EVERY_MS) {
        if (done % LOOK_EVERY_MS === 0) isOpen = mayRead(await verdict());
        const step = Math.min(KEEP_EVERY_MS, ms - done);
        trueMs += step;
        state = tick(running(), reading(), step);
        if (isOpen) readMs += step;
        await keep();
      }
    },
    async shutDown(how) {
      await keep();
      if (how === 'cut') {
        // The write that was under way is torn; the other slot is as it was.
        const isA = running().writes % 2 === 1;
        const torn = (bytes: Uint8Array | undefined) => bytes?.subarray(0, Math.floor(bytes.length / 2));
        disk = isA ? { ...disk, a: torn(disk.a) } : { ...disk, b: torn(disk.b) };
      }
      state = undefined;
    },
    async dock() {
      nonces += 1;
      const nonce = `nonce-${nonces}`;
      state = askStationTime(running(), nonce, reading());
      trueMs += 2_000;
      const timeMs = Math.floor(trueMs / 1000) * 1000;
      state = applyStationTime(running(), { timeMs, nonce, siteId: SITE }, reading());
      await keep();
      await renew();
    },
    verdict,
    markMs: () => running().markMs,
    trustedMs: () => trustedNow(running(), reading()).nowMs,
    budgets: () => budgetsOf(running()),
    readSinceDockMs: () => readMs,
    writes: () => running().writes,
    copyDisk: () => disk,
    restoreDisk(old) {
      disk = old;
      state = undefined;
    },
  };
}
