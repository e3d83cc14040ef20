import { expect, test } from 'vitest';
import { endsVerySoon, isLastDay } from './reading-time.ts';

const due = (days: number) => ({ kind: 'dueSoon', days, expiresAtMs: 0 }) as const;

test('the last day is the one that a verdict, which rounds up, counts as 1', () => {
  expect(isLastDay(due(1))).toBe(true);
  expect(isLastDay(due(2))).toBe(false);
});

test('a banner comes in the last three days', () => {
  expect([4, 3, 1].map((days) => endsVerySoon(due(days)))).toEqual([false, true, true]);
  expect(endsVerySoon({ kind: 'current', daysLeft: 8, expiresAtMs: 0 })).toBe(false);
});
