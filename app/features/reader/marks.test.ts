import { expect, test } from 'vitest';
import { titleIn } from '#core/module/contents.ts';
import { findWords, inReadingOrder, isNear } from './marks.ts';
import { currentEntry, headingsIn } from './opened-part.ts';

test('words are found whole, in any case, and with the signs that a pattern would read otherwise', () => {
  const text = 'Light, delight and LIGHT (c++).';
  expect(findWords(text, ['light']).map(({ start }) => start)).toEqual([0, 19]);
  expect(findWords(text, ['c++'])).toEqual([{ start: 26, end: 29 }]);
  expect(findWords(text, [])).toEqual([]);
});

const note = (id: string, href: string, start: number, page?: number) => ({
  ...{ id, modulePath: 'm', href, text: '', createdAtMs: 1, updatedAtMs: 1 },
  selectors: [
    ...(page === undefined
      ? []
      : [
          { type: 'FragmentSelector' as const, conformsTo: 'http://tools.ietf.org/rfc/rfc3778', value: `page=${page}` },
        ]),
    { type: 'TextPositionSelector' as const, start, end: start + 1 },
  ],
});

test('notes stand in the order of the module, the page and the text', () => {
  const notes = [note('d', 'b', 1, 2), note('c', 'b', 9, 1), note('b', 'a', 50), note('a', 'a', 5)];
  expect(inReadingOrder(notes, ['a', 'b']).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
});

test('a bookmark counts for the lines around it, and for its page only', () => {
  expect(isNear(note('a', 'a', 100), { page: undefined, start: 300 })).toBe(true);
  expect(isNear(note('a', 'a', 100), { page: undefined, start: 3_000 })).toBe(false);
  expect(isNear(note('a', 'a', 0, 3), { page: 3, start: 0 })).toBe(true);
  expect(isNear(note('a', 'a', 0, 3), { page: 4, start: 0 })).toBe(false);
});

test('the contents mark the heading that is read, else its file', () => {
  const toc = [
    { title: 'A', href: 'a.html', children: [{ title: 'A1', href: 'a.html#one', children: [] }] },
    { title: 'B', href: 'b.html#start', children: [] },
  ];
  expect(headingsIn(toc, 'a.html')).toEqual(['one']);
  expect([titleIn(toc, 'a.html'), titleIn(toc, 'b.html'), titleIn(toc, 'c.html')]).toEqual(['A', 'B', undefined]);
  expect(currentEntry(toc, 'a.html', 'one')).toBe('a.html#one');
  expect(currentEntry(toc, 'a.html', undefined)).toBe('a.html');
  expect(currentEntry(toc, 'b.html', undefined)).toBe('b.html#start');
});
