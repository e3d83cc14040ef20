import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { countProofs } from '#core/count-proofs.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { judgeHours } from '#core/licence/reading-hours.ts';
import { BUDGET_DAYS, MAX_SESSIONS, mayRead } from '#core/licence/verdict.ts';
import { LOOK_EVERY_MS, type SimulatedDevice, simulateDevice } from './simulated-device.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAILY_HOURS = 2;
const BUDGET_MS = BUDGET_DAYS * DAILY_HOURS * HOUR;
/** The 24 months hold a leap day (29 February 2028) and four changes of summer time. */
const START = Date.parse('2026-11-24T09:00:00Z');
const MONTHS = 24;

const station = await signerFromSeed(new Uint8Array(32).fill(1));
const deviceKey = await signerFromSeed(new Uint8Array(32).fill(3));
const hmac = { name: 'HMAC', hash: 'SHA-256' };
const macKey = await crypto.subtle.importKey('raw', new Uint8Array(32).fill(5), hmac, false, ['sign', 'verify']);

const proved = countProofs();
let lives: SimulatedDevice[] = [];
afterEach(() => {
  proved('simulated lives of a laptop', lives.length);
  proved(
    '… days in them',
    lives.reduce((days, device) => days + Math.floor((device.trueMs() - START) / DAY), 0),
  );
  lives = [];
});

/** A laptop that was enrolled and docked, and is switched on. */
async function newDevice(): Promise<SimulatedDevice> {
  const device = await simulateDevice({ startMs: START, dailyHours: DAILY_HOURS, station, deviceKey, macKey });
  lives.push(device);
  await device.boot();
  await device.dock();
  return device;
}

/** The next day at the same time, with the laptop off in between. */
async function sleepUntilTomorrow(device: SimulatedDevice, cut = false): Promise<void> {
  await device.shutDown(cut ? 'cut' : 'clean');
  const sinceStart = device.trueMs() - START;
  device.away(DAY - (sinceStart % DAY));
  await device.boot();
}

describe('24 months of an honest learner', () => {
  test('with a sync every four weeks: never locked, never asked about the clock, over leap day and summer time', async () => {
    const device = await newDevice();
    let last = 0;
    let docks = 0;
    for (let day = 0; day < MONTHS * 30.5; day += 1) {
      // A chip gains or loses a second or two a day; a power cut now and then loses the write under way.
      device.setClockOffset(device.clockOffset() + (day % 3 === 0 ? -1_700 : 900));
      expect(mayRead(await device.verdict()), `day ${day}`).toBe(true);
      expect((await device.verdict()).kind).not.toBe('clockUncertain');
      expect(device.trustedMs()).toBeGreaterThanOrEqual(last);
      await device.use(20 * MINUTE);
      last = device.trustedMs();
      if (day % 28 === 27) {
        await device.use((DAILY_HOURS * HOUR) / 2);
        await device.dock();
        docks += 1;
        last = 0;
      }
      await sleepUntilTomorrow(device, day % 17 === 0);
    }
    expect(docks).toBe(26);
    expect(device.trueMs() - START).toBeGreaterThanOrEqual(MONTHS * 30.4 * DAY);
    expect(Math.abs(device.trustedMs() - device.trueMs())).toBeLessThan(3 * MINUTE);
  });

  test('that uses every hour of the regime every day for 30 days meets no budget', async () => {
    const device = await newDevice();
    for (let day = 0; day < 30; day += 1) {
      expect(mayRead(await device.verdict()), `day ${day}`).toBe(true);
      await device.use(DAILY_HOURS * HOUR - MINUTE);
      if (day < 29) await sleepUntilTomorrow(device);
    }
    expect(device.budgets().usedMs).toBeLessThan(BUDGET_MS);
    expect(device.readSinceDockMs()).toBe(30 * (DAILY_HOURS * HOUR - MINUTE));
  });

  test('that misses every other sync is locked at 30 days to the minute, and reads again the moment it docks', async () => {
    const device = await newDevice();
    for (let month = 0; month < MONTHS / 2; month += 1) {
      const issued = device.trueMs();
      await device.shutDown('clean');
      device.away(30 * DAY - 2 * MINUTE - (device.trueMs() - issued));
      await device.boot();
      expect(mayRead(await device.verdict())).toBe(true);
      await device.use(MINUTE);
      expect(mayRead(await device.verdict())).toBe(true);
      await device.use(MINUTE);
      expect(await device.verdict()).toMatchObject({ kind: 'expired', by: 'time' });
      await device.shutDown('clean');
      device.away(31 * DAY);
      await device.boot();
      expect(await device.verdict()).toMatchObject({ kind: 'expired' });
      await device.dock();
      expect(await device.verdict()).toMatchObject({ kind: 'current', daysLeft: 30 });
    }
  });

  test('reads the same local hours on every one of the 732 days, whatever the clocks do at night', () => {
    const regime = { dailyHours: 8, readFrom: '07:30', readUntil: '22:00', timeZone: 'Europe/Amsterdam' };
    const local = new Intl.DateTimeFormat('en-GB', { timeZone: regime.timeZone, hour: '2-digit', minute: '2-digit' });
    const lengths = new Set<number>();
    for (let midnight = Date.parse('2026-11-24T00:00:00Z'), day = 0; day < 732; day += 1, midnight += DAY) {
      let open = 0;
      for (let at = midnight; at < midnight + DAY; at += 15 * MINUTE) {
        const time = local.format(at);
        const isOpen = judgeHours(regime, at).kind === 'open';
        expect(isOpen, `${day} ${time}`).toBe('07:30' <= time && time < '22:00');
        if (isOpen) open += 1;
      }
      lengths.add(open / 4);
    }
    expect([...lengths]).toEqual([14.5]);
  });
});

describe('a laptop whose battery is dead', () => {
  test('starts in 1970 every time: the hours of use end it, then it locks until the next sync', async () => {
    const device = await newDevice();
    for (let round = 0; round < 6; round += 1) {
      let days = 0;
      for (;;) {
        await device.shutDown('clean');
        device.away(20 * HOUR);
        device.setClockOffset(-device.trueMs());
        await device.boot();
        const verdict = await device.verdict();
        // Minutes after a sync the difference is too small to be seen; from then on it shows every day.
        if (!mayRead(verdict)) break;
        if (days > 0) expect(verdict.kind).toBe('clockUncertain');
        await device.use(90 * MINUTE);
        days += 1;
      }
      expect(device.readSinceDockMs()).toBeLessThanOrEqual(BUDGET_MS + LOOK_EVERY_MS);
      expect(days).toBeGreaterThan(35);
      await device.dock();
      expect(mayRead(await device.verdict())).toBe(true);
      expect(Math.abs(device.trustedMs() - device.trueMs())).toBeLessThan(MINUTE);
    }
  });

  test('and was docked reads on with the right time while it stays on', async () => {
    const device = await newDevice();
    await device.shutDown('clean');
    device.setClockOffset(-device.trueMs());
    await device.boot();
    await device.dock();
    await device.use(3 * HOUR);
    expect(await device.verdict()).toMatchObject({ kind: 'current' });
    expect(Math.abs(device.trustedMs() - device.trueMs())).toBeLessThan(MINUTE);
  });
});

describe('a clock that slipped far ahead', () => {
  test('to 2099 for less than ten minutes of use costs nothing', async () => {
    const device = await newDevice();
    device.setClockOffset(Date.parse('2099-01-01T00:00:00Z') - device.trueMs());
    expect(await device.verdict()).toMatchObject({ kind: 'expired' });
    await device.use(9 * MINUTE);
    device.setClockOffset(0);
    expect(await device.verdict()).toMatchObject({ kind: 'current' });
  });

  // docs/guides/officer.md, "The clock is wrong": set the clock right or not, dock by cable, and the mark comes back.
  test.each(['set right again', 'still wrong'])(
    'to 2099 for good, and %s: one sync by cable brings it back',
    async (how) => {
      const device = await newDevice();
      device.setClockOffset(Date.parse('2099-01-01T00:00:00Z') - device.trueMs());
      await device.use(11 * MINUTE);
      await device.shutDown('clean');
      device.away(HOUR);
      if (how === 'set right again') device.setClockOffset(0);
      await device.boot();
      expect(await device.verdict()).toMatchObject({ kind: 'expired' });
      expect(device.trustedMs()).toBeGreaterThan(Date.parse('2099-01-01T00:00:00Z'));
      await device.dock();
      expect(await device.verdict()).toMatchObject({ kind: 'current', daysLeft: 30 });
      expect(Math.abs(device.trustedMs() - device.trueMs())).toBeLessThan(MINUTE);
      for (let day = 0; day < 29; day += 1) {
        await sleepUntilTomorrow(device);
        expect(mayRead(await device.verdict()), `day ${day}`).toBe(true);
        await device.use(10 * MINUTE);
      }
    },
  );

  test('after a repair that put in another clock chip: the next sync makes it good', async () => {
    const device = await newDevice();
    for (const chip of ['2019-01-01T00:00:00Z', '2035-06-01T00:00:00Z', '2000-01-01T00:00:00Z']) {
      await device.shutDown('clean');
      device.away(3 * DAY);
      device.setClockOffset(Date.parse(chip) - device.trueMs());
      await device.boot();
      await device.dock();
      expect(await device.verdict()).toMatchObject({ kind: 'current' });
      await sleepUntilTomorrow(device);
      expect(await device.verdict()).toMatchObject({ kind: 'current' });
    }
  });
});

describe('clock games', () => {
  /** What a learner who never docks again does at each start. */
  const move = fc.record({
    // Back to the mark, back to the beginning, a little ahead, far ahead, right.
    clock: fc.constantFrom('mark', 'back', 'ahead', 'far', 'right'),
    minutes: fc.integer({ min: 1, max: 240 }),
    awayHours: fc.integer({ min: 0, max: 200 }),
    cut: fc.boolean(),
  });

  test('win no more than the budgets of one licence, whatever is tried at each start for two years', async () => {
    const numRuns = Number(process.env['LIVES'] ?? 12);
    let longest = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 30, maxLength: 120 }), async (moves) => {
        const device = await newDevice();
        let mark = device.markMs();
        for (const { clock, minutes, awayHours, cut } of moves) {
          await device.shutDown(cut ? 'cut' : 'clean');
          device.away(awayHours * HOUR);
          const set = { mark, back: START, ahead: mark + 6 * DAY, far: mark + 40 * DAY, right: device.trueMs() }[clock];
          device.setClockOffset(set - device.trueMs());
          await device.boot();
          // Time that was once shown to have passed is never given back.
          expect(device.markMs()).toBeGreaterThanOrEqual(mark - 2 * MINUTE);
          await device.use(minutes * MINUTE);
          mark = device.markMs();
        }
        // A cut loses the write of the last minute, and the last look before the end is up to ten minutes old.
        const lost = moves.filter(({ cut }) => cut).length * MINUTE;
        expect(device.readSinceDockMs()).toBeLessThanOrEqual(BUDGET_MS + LOOK_EVERY_MS + lost);
        longest = Math.max(longest, device.readSinceDockMs());
      }),
      { numRuns, endOnFailure: true },
    );
    expect(longest).toBeGreaterThan(0);
  });

  test('that put the clock back to the mark at every start end with the hours of use', async () => {
    const device = await newDevice();
    let starts = 0;
    while (mayRead(await device.verdict())) {
      const mark = device.trustedMs();
      await device.use(55 * MINUTE);
      await device.shutDown('clean');
      device.away(DAY);
      device.setClockOffset(mark + 55 * MINUTE - device.trueMs());
      await device.boot();
      starts += 1;
      expect(starts).toBeLessThan(500);
    }
    expect(await device.verdict()).toMatchObject({ kind: 'expired', by: 'use' });
    expect(device.readSinceDockMs()).toBeLessThanOrEqual(BUDGET_MS + LOOK_EVERY_MS);
  });

  test('in very short sessions end with their number', async () => {
    const device = await simulateDevice({ startMs: START, dailyHours: 24, station, deviceKey, macKey });
    lives.push(device);
    await device.boot();
    await device.dock();
    let starts = 0;
    while (mayRead(await device.verdict())) {
      const mark = device.trustedMs();
      await device.use(6 * MINUTE);
      await device.shutDown('clean');
      device.setClockOffset(mark + 6 * MINUTE - device.trueMs());
      await device.boot();
      starts += 1;
      expect(starts).toBeLessThanOrEqual(MAX_SESSIONS);
    }
    expect(starts).toBe(MAX_SESSIONS);
    expect(await device.verdict()).toMatchObject({ kind: 'expired', by: 'sessions' });
  });

  test('with an older disk put back show themselves: fewer writes than the station has seen', async () => {
    const device = await newDevice();
    const old = device.copyDisk();
    const seen = device.writes();
    for (let day = 0; day < 5; day += 1) {
      await device.use(HOUR);
      await sleepUntilTomorrow(device);
    }
    const later = device.writes();
    expect(later).toBeGreaterThan(seen);
    device.restoreDisk(old);
    await device.boot();
    // Honest words: the laptop alone cannot know. The count that it reports at its next sync says it.
    expect(mayRead(await device.verdict())).toBe(true);
    expect(device.writes()).toBeLessThan(later);
  });

  test('with an edited state read nothing until a station is met', async () => {
    const device = await newDevice();
    await device.use(HOUR);
    await device.shutDown('clean');
    const { a, b, licence } = device.copyDisk();
    const edited = (bytes: Uint8Array | undefined) =>
      bytes && new TextEncoder().encode(new TextDecoder().decode(bytes).replace(/"usedMs":\d+/, '"usedMs":0'));
    device.restoreDisk({ a: edited(a), b: edited(b), licence });
    await device.boot();
    expect(await device.verdict()).toEqual({ kind: 'clockUncertain', hoursLeft: 0, by: 'lost' });
    await device.dock();
    expect(await device.verdict()).toMatchObject({ kind: 'current' });
  });
});
