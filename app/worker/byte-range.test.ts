import { expect, test } from 'vitest';
import { parseRange } from './byte-range.ts';

test('reads first, last and suffix ranges', () => {
  expect(parseRange('bytes=0-99', 1000)).toEqual({ kind: 'part', begin: 0, end: 100 });
  expect(parseRange('bytes=900-', 1000)).toEqual({ kind: 'part', begin: 900, end: 1000 });
  expect(parseRange('bytes=-10', 1000)).toEqual({ kind: 'part', begin: 990, end: 1000 });
  expect(parseRange('bytes=500-5000', 1000)).toEqual({ kind: 'part', begin: 500, end: 1000 });
});

test('gives the whole file for what it does not read, and refuses what lies beyond the file', () => {
  for (const header of [null, 'bytes=0-1,3-4', 'items=0-1', 'bytes=5-2', 'bytes=-']) {
    expect(parseRange(header, 1000)).toEqual({ kind: 'whole' });
  }
  expect(parseRange('bytes=1000-', 1000)).toEqual({ kind: 'unsatisfiable' });
  expect(parseRange('bytes=-0', 1000)).toEqual({ kind: 'unsatisfiable' });
});
