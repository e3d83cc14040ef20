import { expect, test } from 'vitest';
import { foundHref, noteHref, parseTarget } from './target.ts';

const fragmentOf = (href: string): string | undefined => href.split('#')[1];

test('an address leads back to what it was made for', () => {
  expect(parseTarget(fragmentOf(noteHref('a.html', 'ab12')))).toEqual({ kind: 'note', id: 'ab12' });
  const hit = { href: 'book.pdf#page=3', offset: 120, words: ['études', 'light'] };
  expect(parseTarget(fragmentOf(foundHref(hit)))).toEqual({
    kind: 'found',
    fragment: 'page=3',
    offset: 120,
    words: ['études', 'light'],
  });
  expect(foundHref(hit).startsWith('book.pdf#')).toBe(true);
});

test('anything else is an ordinary fragment', () => {
  expect(parseTarget('week-1')).toEqual({ kind: 'fragment', fragment: 'week-1' });
  expect(parseTarget('found~x~')).toEqual({ kind: 'found', fragment: '', offset: 0, words: [] });
  expect(parseTarget(undefined)).toEqual({ kind: 'start' });
});
