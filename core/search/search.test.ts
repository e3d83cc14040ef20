import { expect, test } from 'vitest';
import { buildIndex, openIndex, type SearchSection } from './index-format.ts';
import { search } from './search.ts';
import { termsOf, wordsOf } from './words.ts';

const section = (href: string, title: string, text: string): SearchSection => ({ href, title, text });

function open(language: string, ...sections: readonly SearchSection[]) {
  return openIndex(buildIndex(language, sections));
}
const found = (language: string, text: string, query: string): boolean =>
  search(open(language, section('a.html', 'A', text)), query).length === 1;

test.each([
  ['nl', 'De gevangenen lezen boeken', 'gevangene boek'],
  ['nl', 'Zij studeerden samen', 'studeerde'],
  ['fr', 'Les étudiantes travaillaient', 'étudiante'],
  ['fr', 'Les etudiantes ont travaille', 'étudiante'],
  ['fr', "L'homme est arrivé", 'homme'],
  ['de', 'Die Häuser der Städte', 'haus'],
  ['de', 'Die Strasse ist lang', 'Straße'],
  ['en', 'She was studying chemistry', 'studies'],
  ['en', 'naïve café', 'naive cafe'],
  ['pl', 'Zażółć gęślą jaźń', 'zazolc'],
  ['ar', 'قَرَأَ الكِتَابَ', 'الكتاب'],
  ['ja', '数学の本を読む', '数学'],
  ['en', 'e\u0301tude', 'étude'],
])('in %s "%s" is found by "%s"', (language, text, query) => {
  expect(found(language, text, query)).toBe(true);
});

test('all words of a query count, and the last may be half typed', () => {
  const index = open(
    'en',
    section('a.html', 'Noise', 'Quiet and noise in a cell'),
    section('b.html#x', 'Light', 'Light and noise in photography'),
  );
  expect(search(index, 'noise photo').map((hit) => hit.href)).toEqual(['b.html#x']);
  expect(
    search(index, 'noi')
      .map((hit) => hit.href)
      .sort(),
  ).toEqual(['a.html', 'b.html#x']);
  expect(search(index, '   ')).toEqual([]);
  expect(search(index, '!?')).toEqual([]);
});

test('a title weighs more than the text, and a letter wrong still finds', () => {
  const index = open('en', section('a.html', 'Other', 'volcano volcano'), section('b.html', 'Volcano', 'fire'));
  expect(search(index, 'volcano').map((hit) => hit.href)).toEqual(['b.html', 'a.html']);
  expect(search(index, 'volcamo').map((hit) => hit.href)).toContain('b.html');
});

test('when nothing holds all words, sections that hold some are found', () => {
  const index = open('en', section('a.html', 'A', 'apples'), section('b.html', 'B', 'pears'));
  expect(search(index, 'apples bananas').map((hit) => hit.href)).toEqual(['a.html']);
});

test('a hit shows the text around its first match, and where in it the words stand', () => {
  const text = `${'start '.repeat(50)}the studies of light ${'end '.repeat(80)}`.trim();
  const [hit] = search(open('en', section('a.html', 'A', text)), 'study light');
  expect(hit?.snippet.startsWith('…')).toBe(true);
  expect(hit?.snippet.length).toBeLessThanOrEqual(202);
  expect(hit?.ranges.map(({ start, end }) => hit.snippet.slice(start, end))).toEqual(['studies', 'light']);
  expect(hit?.words).toEqual(['studies', 'light']);
  expect(hit?.offset).toBe(text.indexOf('studies'));
});

test('words keep their places, whatever stands between them', () => {
  expect([...wordsOf('A-b, 3,5 naïve')].map(({ word, start }) => [word, start])).toEqual([
    ['A', 0],
    ['b', 2],
    ['3', 5],
    ['5', 7],
    ['naïve', 9],
  ]);
  expect([...wordsOf('数学本')].map(({ word, start, end }) => [word, start, end])).toEqual([
    ['数学', 0, 2],
    ['学本', 1, 3],
  ]);
  expect(termsOf('Covid19', 'nl')).toEqual(['covid19']);
});

test('the same sections give the same bytes', () => {
  const sections = [section('a.html', 'A', 'one two three'), section('b.html', 'B', 'two')];
  expect(buildIndex('nl', sections)).toEqual(buildIndex('nl', sections));
});

test.each([
  ['no JSON', 'x'],
  ['another format', '{"format":"leeslicht-search-v9","language":"nl","sections":[],"words":"{}","sectionCount":0}'],
  [
    'words that are no index',
    '{"format":"leeslicht-search-v1","language":"nl","sections":[],"words":"[]","sectionCount":0}',
  ],
  [
    'sections that do not belong to the words',
    new TextDecoder()
      .decode(buildIndex('nl', [section('a', 'A', 'x')]))
      .replace('"sectionCount":1', '"sectionCount":2'),
  ],
])('refuses %s', (_name, text) => {
  expect(() => openIndex(new TextEncoder().encode(text))).toThrow(expect.objectContaining({ name: 'SearchError' }));
});

test('finds among 100,000 words', () => {
  let seed = 1;
  const next = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed;
  };
  const word = (): string => `w${(next() % 8000).toString(36)}`;
  const sections = Array.from({ length: 500 }, (_, number) =>
    section(`p${number}.html`, word(), Array.from({ length: 200 }, word).join(' ')),
  );
  const index = openIndex(buildIndex('en', sections));
  const hits = Array.from({ length: 20 }, () => search(index, `${word()} ${word()}`));
  expect(hits.every((list) => list.length <= 30)).toBe(true);
  expect(hits.some((list) => list.length > 0)).toBe(true);
});
