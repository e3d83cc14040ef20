import { expect, it } from 'vitest';
import { FIRST_PACE, minutesFor, withReading } from './pace.ts';

it('says how long is left at a calm pace before anything is known', () => {
  expect(minutesFor(FIRST_PACE, 1_600)).toBe(10);
  expect(minutesFor(FIRST_PACE, 1)).toBe(1);
  expect(minutesFor(FIRST_PACE, 0)).toBe(0);
});

it('comes to the learner’s own pace, slower or faster', () => {
  let slow = FIRST_PACE;
  for (let minute = 0; minute < 120; minute += 1) slow = withReading(slow, 80, 60_000);
  expect(minutesFor(slow, 800)).toBeGreaterThanOrEqual(9);
  let fast = FIRST_PACE;
  for (let minute = 0; minute < 120; minute += 1) fast = withReading(fast, 300, 60_000);
  expect(minutesFor(fast, 800)).toBeLessThanOrEqual(4);
});

it('learns nothing from leafing through, from a laptop left open, or from reading backwards', () => {
  expect(withReading(FIRST_PACE, 5_000, 60_000)).toBe(FIRST_PACE);
  expect(withReading(FIRST_PACE, 20, 3_600_000)).toBe(FIRST_PACE);
  expect(withReading(FIRST_PACE, -50, 60_000)).toBe(FIRST_PACE);
  expect(withReading(FIRST_PACE, 50, 0)).toBe(FIRST_PACE);
});
