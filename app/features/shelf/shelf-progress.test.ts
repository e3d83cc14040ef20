import { expect, test } from 'vitest';
import { addUpProgress } from './shelf-progress.ts';

const at = (href: string, fraction: number, updatedAtMs: number, modulePath = 'm') => ({
  id: `${modulePath}#${href}`,
  modulePath,
  href,
  fraction,
  updatedAtMs,
});

test('adds up the parts of one module and remembers the last place', () => {
  const order = [{ href: 'a' }, { href: 'b' }, { href: 'c' }, { href: 'd' }];
  const progress = addUpProgress('m', order, [
    at('a', 1, 5),
    at('b', 0.5, 9),
    at('gone', 1, 99),
    at('c', 1, 3, 'other'),
  ]);
  expect(progress).toEqual({ fraction: 0.375, lastHref: 'b', lastReadAtMs: 9 });
});

test('an unopened or empty module is at nought', () => {
  expect(addUpProgress('m', [{ href: 'a' }], []).fraction).toBe(0);
  expect(addUpProgress('m', [], []).fraction).toBe(0);
});
