import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkHref, hrefIdentity } from '#core/module/href.ts';
import { createHrefBook, relativeHref, resolveReference, slugOf } from './href.ts';

test('names lose accents, spaces and capitals that would clash', () => {
  const book = createHrefBook();
  expect(book.assign('Week 1/Één – begin.md', 'html')).toBe('Week-1/Een-begin.html');
  expect(book.assign('week 1/een begin.md', 'html')).toBe('week-1/een-begin-2.html');
  expect(book.assign('Week 1/Één – begin.md', 'html')).toBe('Week-1/Een-begin.html');
});

test('whatever the input is called, core accepts the name and no two are one', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { maxLength: 12 }), (names) => {
      const book = createHrefBook();
      const paths = [...new Set(names.map((name) => name.normalize('NFC')))];
      const hrefs = paths.map((path) => checkHref(book.assign(path.replaceAll('/', '_'))));
      expect(new Set(hrefs.map(hrefIdentity)).size).toBe(new Set(paths.map((path) => path.replaceAll('/', '_'))).size);
    }),
  );
});

test.each([
  ['../b/c.html#x', { kind: 'inside', path: 'b/c.html', fragment: '#x' }],
  ['c%20d.html?q=1', { kind: 'inside', path: 'a/c d.html', fragment: '' }],
  ['#x', { kind: 'fragment', fragment: '#x' }],
  ['https://example.org', { kind: 'external', address: 'https://example.org' }],
  ['//example.org/x', { kind: 'external', address: '//example.org/x' }],
  ['\\\\example.org\\x', { kind: 'external', address: '\\\\example.org\\x' }],
  ['java\nscript:alert(1)', { kind: 'unsafe', address: 'javascript:alert(1)' }],
  [' JAVASCRIPT:alert(1)', { kind: 'unsafe', address: 'JAVASCRIPT:alert(1)' }],
  ['data:text/html,x', { kind: 'unsafe', address: 'data:text/html,x' }],
  ['../../x', { kind: 'unsafe', address: '../../x' }],
  ['%2e%2e/%2e%2e/x', { kind: 'unsafe', address: '%2e%2e/%2e%2e/x' }],
])('resolves %s', (address, expected) => {
  expect(resolveReference('a/page.html', address)).toEqual(expected);
});

test('relative addresses lead from one file to the other', () => {
  expect(relativeHref('a/b/c.html', 'a/d.css')).toBe('../d.css');
  expect(relativeHref('c.html', 'a/d.css')).toBe('a/d.css');
  expect(relativeHref('a/c.html', 'a/c.html')).toBe('c.html');
});

test('a slug is always an id', () => {
  expect(slugOf('Één boek: deel 2!')).toBe('een-boek-deel-2');
  expect(slugOf('كتاب')).toBe('module');
});
