import { expect, test } from 'vitest';
import { makeRow, median, medianRow, percentile, printTable } from './row.ts';

const figure = { name: 'read', value: 14, floor: 10, unit: 'ms' };

test('judges a ratio to the floor, with the limit itself inside the goal', () => {
  expect(makeRow(figure, { kind: 'ratioAtMost', limit: 1.4 })).toMatchObject({ ratio: 1.4, goal: '≤ 1.4 ×', ok: true });
  expect(makeRow(figure, { kind: 'ratioAtMost', limit: 1.3 }).ok).toBe(false);
  expect(makeRow(figure, { kind: 'ratioAtLeast', limit: 1.4 }).ok).toBe(true);
  expect(makeRow(figure, { kind: 'ratioAtLeast', limit: 1.5 })).toMatchObject({ goal: '≥ 1.5 ×', ok: false });
});

test('judges a value that has no floor by itself', () => {
  const size = { name: 'shell', value: 60, unit: 'kB' };
  const goal = { kind: 'valueAtMost', limit: 60 } as const;
  expect(makeRow(size, goal)).toEqual({ ...size, floor: null, ratio: null, goal: '≤ 60 kB', ok: true });
  expect(makeRow({ ...size, value: 60.1 }, goal).ok).toBe(false);
});

test('a goal on a ratio is never met without a floor, or when the measurement gave no number', () => {
  for (const floor of [0, Number.NaN]) {
    expect(makeRow({ ...figure, floor }, { kind: 'ratioAtMost', limit: 9 }).ok).toBe(false);
    expect(makeRow({ ...figure, floor }, { kind: 'ratioAtLeast', limit: 0 }).ok).toBe(false);
  }
  expect(makeRow({ name: 'x', value: Number.NaN, unit: 'ms' }, { kind: 'valueAtMost', limit: 9 }).ok).toBe(false);
});

test('takes medians and percentiles, whatever the order', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(median([9, 1, 5])).toBe(5);
  expect(percentile(values, 0.95)).toBe(95);
  expect(percentile([7], 0.95)).toBe(7);
  const samples = [
    { value: 2, floor: 1 },
    { value: 90, floor: 1 },
    { value: 3, floor: 2 },
  ];
  expect(medianRow('x', 's', samples, { kind: 'ratioAtMost', limit: 3 })).toMatchObject({
    value: 3,
    floor: 1,
    ok: true,
  });
});

test('prints a line for each row, with what is missed in capitals', () => {
  const rows = [
    makeRow(figure, { kind: 'ratioAtMost', limit: 1.3 }),
    makeRow({ name: 'shell', value: 1234.5, unit: 'kB' }, { kind: 'valueAtMost', limit: 2000 }),
  ];
  const [head, first, second] = printTable(rows).split('\n');
  expect(head).toMatch(/^figure +measured +floor +ratio +goal$/);
  expect(first).toMatch(/^read +14 ms +10 ms +1\.40 × +≤ 1\.3 × +MISSED$/);
  expect(second).toMatch(/^shell +1,235 kB +— +— +≤ 2000 kB +ok$/);
});
