import { afterEach, expect, test, vi } from 'vitest';
import { countPages, modulePosition, textOfHtml } from './module-words.ts';

afterEach(() => vi.unstubAllGlobals());

const order = [{ href: 'a' }, { href: 'b' }, { href: 'film' }, { href: 'c' }];
const words = new Map([
  ['a', 1_000],
  ['b', 500],
  ['c', 200],
]);

test('the position counts words, not parts', () => {
  expect(modulePosition(order, words, 1, 0.5)).toEqual({ fraction: 0.625, wordsLeft: 450, wordsLeftInPart: 250 });
  expect(modulePosition(order, words, 3, 1)).toEqual({ fraction: 1, wordsLeft: 0, wordsLeftInPart: 0 });
  expect(modulePosition([], words, 0, 0).fraction).toBe(0);
});

test('tags, comments and the head are no words', () => {
  const html = '<html><head><title>No</title></head><!-- no --><p class="no no">Two words</p></html>';
  expect(textOfHtml(html).trim().split(/\s+/)).toEqual(['Two', 'words']);
});

test('a page is counted when the browser is idle, and each page waits for that again', async () => {
  const idle: (() => void)[] = [];
  vi.stubGlobal('requestIdleCallback', (act: () => void) => idle.push(act));
  const read: string[] = [];
  const modules = {
    async readText(_path: string, href: string) {
      read.push(href);
      return '<p>Two words</p>';
    },
  };
  const page = (href: string) => ({ href, kind: 'page' as const, sizeBytes: 20 });
  const manifest = { readingOrder: [page('a'), page('b')] };
  const counting = countPages(modules, 'm', manifest);
  expect(read).toEqual([]);
  idle.shift()?.();
  await vi.waitFor(() => expect(idle).toHaveLength(1));
  expect(read).toEqual(['a']);
  idle.shift()?.();
  expect([...(await counting)]).toEqual([
    ['a', 2],
    ['b', 2],
  ]);
});
