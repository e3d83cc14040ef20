import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockError } from './clock-error.ts';
import {
  applyCarriedTime,
  applyStationTime,
  askStationTime,
  budgetsOf,
  type ClockReading,
  openSlots,
  renewBudgets,
  sealSlots,
  startDistrusted,
  startSession,
  tick,
  trustedNow,
} from './trusted-time.ts';

const NOW = 1_790_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (wallMs: number, monotonicMs = 0, bootId = 'a'): ClockReading => ({ wallMs, monotonicMs, bootId });
const macKey = (fill: number) =>
  crypto.subtle.importKey('raw', new Uint8Array(32).fill(fill), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);

describe('trusted time', () => {
  it('follows an honest clock over sleep and reboot', () => {
    const first = tick(startSession(undefined, at(NOW)), at(NOW + HOUR, HOUR), HOUR);
    const slept = tick(first, at(NOW + 9 * HOUR, 2 * HOUR), HOUR);
    const next = startSession(slept, at(NOW + DAY, 5, 'b'));
    expect(trustedNow(next, at(NOW + DAY, 5, 'b'))).toEqual({ nowMs: NOW + DAY, certainty: 'certain' });
  });

  it('never runs backwards when the clock is set back, and says so', () => {
    const used = tick(startSession(undefined, at(NOW)), at(NOW + HOUR, HOUR), HOUR);
    const back = at(NOW - 10 * DAY, 2 * HOUR);
    expect(trustedNow(used, back)).toEqual({
      nowMs: NOW + 2 * HOUR,
      certainty: 'uncertain',
      uncertainHoursLeft: 72,
      uncertainBy: 'behind',
    });
  });

  it('leaves 72 hours of use behind a clock set back, whatever the number of boots', () => {
    let state = startSession(undefined, at(NOW));
    for (let boot = 0; boot < 72; boot += 1) {
      state = startSession(state, at(NOW - DAY, 0, `b${boot}`));
      state = tick(state, at(NOW - DAY + HOUR, HOUR, `b${boot}`), HOUR);
    }
    const last = at(NOW - DAY, HOUR, 'b71');
    expect(trustedNow(state, last)).toMatchObject({ certainty: 'uncertain', uncertainHoursLeft: 0 });
  });

  it('does not call a clock uncertain that is a few minutes behind', () => {
    const used = tick(startSession(undefined, at(NOW)), at(NOW + HOUR, HOUR), HOUR);
    expect(trustedNow(used, at(NOW + HOUR - 2 * MINUTE, HOUR)).certainty).toBe('certain');
  });

  it('lets a clock that slipped forward for less than ten minutes of use come back', () => {
    const state = startSession(undefined, at(NOW));
    const slipped = tick(state, at(NOW + 40 * DAY, 9 * MINUTE), 9 * MINUTE);
    expect(trustedNow(slipped, at(NOW + 40 * DAY, 9 * MINUTE)).nowMs).toBe(NOW + 40 * DAY);
    const back = at(NOW + 10 * MINUTE, 10 * MINUTE);
    expect(trustedNow(tick(slipped, back, MINUTE), back)).toEqual({ nowMs: NOW + 10 * MINUTE, certainty: 'certain' });
  });

  it('raises the mark after ten minutes of use with a clock more than 7 days ahead', () => {
    let state = startSession(undefined, at(NOW));
    for (let minute = 1; minute <= 10; minute += 1) state = tick(state, at(NOW + 40 * DAY, minute * MINUTE), MINUTE);
    expect(trustedNow(state, at(NOW, 10 * MINUTE)).nowMs).toBe(NOW + 40 * DAY);
  });

  it('raises the mark at once after a week in the drawer', () => {
    const state = startSession(startSession(undefined, at(NOW)), at(NOW + 7 * DAY, 0, 'b'));
    expect(trustedNow(state, at(NOW, 0, 'b')).nowMs).toBe(NOW + 7 * DAY);
  });

  it('never runs backwards while no jump is pending, however the clock is set', () => {
    const step = fc.record({
      wall: fc.integer({ min: -30 * DAY, max: 6 * DAY }),
      run: fc.integer({ min: 0, max: HOUR }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let state = startSession(undefined, at(NOW));
        let monotonic = 0;
        let last = NOW;
        for (const { wall, run } of steps) {
          monotonic += run;
          const reading = at(last + wall, monotonic);
          const { nowMs } = trustedNow(state, reading);
          expect(nowMs).toBeGreaterThanOrEqual(last);
          state = tick(state, reading, run);
          last = nowMs;
        }
      }),
    );
  });
});

describe('station time', () => {
  const asked = (state = startSession(undefined, at(NOW))) => askStationTime(state, 'ab'.repeat(16), at(NOW, 1000));
  const answer = { timeMs: NOW - 20 * DAY, nonce: 'ab'.repeat(16), siteId: 's' };
  const refusal = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      if (error instanceof ClockError) return error.code;
      throw error;
    }
    return 'taken';
  };

  it('lowers the mark, ends uncertainty and corrects a wrong but steady clock', () => {
    const taken = applyStationTime(asked(), answer, at(NOW, 2000));
    expect(trustedNow(taken, at(NOW, 2000))).toEqual({ nowMs: answer.timeMs, certainty: 'certain' });
    const later = startSession(taken, at(NOW + DAY, 0, 'b'));
    expect(trustedNow(later, at(NOW + DAY, 0, 'b'))).toEqual({ nowMs: answer.timeMs + DAY, certainty: 'certain' });
  });

  it('is refused without a question, for another question, a second time, after a reboot, or after ten minutes', () => {
    expect(refusal(() => applyStationTime(startSession(undefined, at(NOW)), answer, at(NOW)))).toBe('NO_QUESTION');
    expect(refusal(() => applyStationTime(asked(), { ...answer, nonce: 'x' }, at(NOW, 2000)))).toBe('WRONG_NONCE');
    const taken = applyStationTime(asked(), answer, at(NOW, 2000));
    expect(refusal(() => applyStationTime(taken, answer, at(NOW, 3000)))).toBe('NO_QUESTION');
    expect(refusal(() => applyStationTime(asked(), answer, at(NOW, 2000, 'b')))).toBe('OTHER_BOOT');
    const rebooted = startSession(asked(), at(NOW, 0, 'b'));
    expect(refusal(() => applyStationTime(rebooted, answer, at(NOW, 1, 'b')))).toBe('NO_QUESTION');
    expect(refusal(() => applyStationTime(asked(), answer, at(NOW, 1001 + 10 * MINUTE)))).toBe('TOO_OLD');
    expect(refusal(() => applyStationTime(asked(), answer, at(NOW, 1000 + 10 * MINUTE)))).toBe('taken');
  });

  it('only raises the mark when it comes by stick', () => {
    const state = startSession(undefined, at(NOW));
    expect(trustedNow(applyCarriedTime(state, NOW - DAY, at(NOW)), at(NOW)).nowMs).toBe(NOW);
    expect(trustedNow(applyCarriedTime(state, NOW + DAY, at(NOW)), at(NOW)).nowMs).toBe(NOW + DAY);
  });
});

describe('use', () => {
  it('counts use, and sessions once they pass five minutes', () => {
    let state = startSession(undefined, at(NOW));
    state = tick(state, at(NOW, MINUTE), 4 * MINUTE);
    expect(budgetsOf(state)).toEqual({ usedMs: 4 * MINUTE, sessions: 0 });
    state = tick(state, at(NOW, 2 * MINUTE), MINUTE);
    state = tick(state, at(NOW, 9 * MINUTE), 10 * MINUTE);
    expect(budgetsOf(state)).toEqual({ usedMs: 15 * MINUTE, sessions: 1 });
    expect(budgetsOf(renewBudgets(state))).toEqual({ usedMs: 0, sessions: 0 });
  });
});

describe('the two slots', () => {
  it('alternate and give back the newest state', async () => {
    const key = await macKey(1);
    const one = await sealSlots(startSession(undefined, at(NOW, 1.5)), key);
    const two = await sealSlots(tick(one.state, at(NOW + HOUR, HOUR + 0.25), HOUR), key);
    expect([one.slot, two.slot]).toEqual(['A', 'B']);
    expect(await openSlots(one.bytes, two.bytes, key)).toEqual({ kind: 'open', state: two.state, tampered: false });
    expect(await openSlots(undefined, undefined, key)).toEqual({ kind: 'empty' });
  });

  it('fall back to the older slot when the newer one is torn, changed or gone, and say so', async () => {
    const key = await macKey(1);
    const one = await sealSlots(startSession(undefined, at(NOW)), key);
    const two = await sealSlots(one.state, key);
    const changed = new TextEncoder().encode(new TextDecoder().decode(two.bytes).replace(/"usedMs":\d+/, '"usedMs":7'));
    const fallen = { kind: 'open', state: one.state, tampered: true };
    expect(await openSlots(one.bytes, changed, key)).toEqual(fallen);
    expect(await openSlots(one.bytes, two.bytes.subarray(0, 40), key)).toEqual(fallen);
    expect(await openSlots(undefined, two.bytes, key)).toEqual({ kind: 'open', state: two.state, tampered: true });
    expect(await openSlots(one.bytes, undefined, key)).toEqual({ kind: 'open', state: one.state, tampered: false });
    expect(await openSlots(two.bytes, undefined, key)).toEqual({ kind: 'tampered' });
    expect(await openSlots(one.bytes, two.bytes, await macKey(2))).toEqual({ kind: 'tampered' });
  });

  it('leave no use after tampering until a station is met', () => {
    const state = startDistrusted(at(NOW), NOW - DAY);
    expect(trustedNow(state, at(NOW))).toEqual({
      nowMs: NOW,
      certainty: 'uncertain',
      uncertainHoursLeft: 0,
      uncertainBy: 'lost',
    });
    const asked = askStationTime(state, 'n', at(NOW));
    const met = applyStationTime(asked, { timeMs: NOW, nonce: 'n', siteId: 's' }, at(NOW, 1));
    expect(trustedNow(met, at(NOW, 1)).certainty).toBe('certain');
  });
});
