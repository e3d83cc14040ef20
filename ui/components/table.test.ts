import { expect, test } from 'vitest';
import { sortRows } from './table.tsx';

test('sorts numbers by size, both ways, and leaves equal rows in their order', () => {
  const rows = [
    { id: 'a', days: 10 },
    { id: 'b', days: 9 },
    { id: 'c', days: 10 },
  ];
  const ids = (direction: 'ascending' | 'descending') =>
    sortRows(rows, (row) => row.days, direction).map((row) => row.id);
  expect(ids('ascending')).toEqual(['b', 'a', 'c']);
  expect(ids('descending')).toEqual(['a', 'c', 'b']);
});

test('sorts texts as people do: without regard to capitals, and 9 before 10', () => {
  const sorted = sortRows(['cel 10', 'Bob', 'cel 9', 'anna'], (row) => row, 'ascending');
  expect(sorted).toEqual(['anna', 'Bob', 'cel 9', 'cel 10']);
});
