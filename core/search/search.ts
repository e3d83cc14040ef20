import type { Query, SearchResult } from 'minisearch';
import type { SearchIndex } from './index-format.ts';
import { SearchError } from './search-error.ts';
import { prefixOf, termsOf, wordsOf } from './words.ts';

/** A stretch of a snippet that matches, counted in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Something found. */
export interface Hit {
  /** Name in the module, with a fragment where there is one. */
  readonly href: string;
  readonly title: string;
  /** UTF-16 units of folded text between the place that `href` names and the first match. */
  readonly offset: number;
  /** Text around the first match, with no more than a line or two. */
  readonly snippet: string;
  readonly ranges: readonly Range[];
  /** The words as they stand in the text, for the reader to highlight; case folded, each once. */
  readonly words: readonly string[];
  readonly score: number;
}

const SNIPPET_BEFORE = 60;
const SNIPPET_LENGTH = 200;
const MAX_QUERY = 200;
const MAX_WORDS = 12;

/**
 * Finds the sections that hold all words of a query, best first. The last word may be half typed. When nothing holds
 * them all, words that differ by a letter or two count, and after that sections that hold only some. An empty query
 * finds nothing. Throws SearchError NOT_AN_INDEX where the index does not hold together.
 */
export function search(index: SearchIndex, query: string, limit = 30): Hit[] {
  const typed = [...wordsOf(query.slice(0, MAX_QUERY))].slice(0, MAX_WORDS).map(({ word }) => word);
  if (typed.length === 0) return [];
  const half = /[\p{L}\p{N}\p{M}]$/u.test(query) ? typed.length - 1 : -1;
  const attempts: readonly Query[] = [
    queryFor(typed, half, 'AND', false),
    queryFor(typed, half, 'AND', true),
    queryFor(typed, half, 'OR', false),
  ];
  for (const attempt of attempts) {
    const found = ask(index, attempt);
    if (found.length > 0) return found.slice(0, limit).map((result) => hitOf(index, result));
  }
  return [];

  function queryFor(words: readonly string[], last: number, combineWith: 'AND' | 'OR', isFuzzy: boolean): Query {
    return {
      combineWith,
      queries: words.map((word, position) => ({
        combineWith: 'OR' as const,
        queries: [
          ...termsOf(word, index.language).map((term) => ({
            queries: [term],
            fuzzy: isFuzzy && term.length > 3 ? 0.25 : false,
            maxFuzzy: 2,
          })),
          ...(position === last && prefixOf(word).length > 1
            ? [{ queries: [prefixOf(word)], prefix: true, weights: { prefix: 0.5, fuzzy: 0.3 } }]
            : []),
        ],
      })),
    };
  }
}

function ask(index: SearchIndex, query: Query): readonly SearchResult[] {
  try {
    // The words are stems already, so they pass through unchanged.
    return index.words.search(query, { tokenize: (text) => [text], processTerm: (term) => term });
  } catch (cause) {
    // formats/search-index.md 2.5: the words are MiniSearch's own, and what does not hold together shows only here.
    const detail = cause instanceof Error ? cause.message : 'its words do not hold together';
    throw new SearchError({ code: 'NOT_AN_INDEX', detail, cause });
  }
}

function hitOf(index: SearchIndex, result: SearchResult): Hit {
  const id: unknown = result.id;
  const section = typeof id === 'number' ? index.sections[id] : undefined;
  const { href = '', title = '', text = '', offset: before = 0 } = section ?? {};
  const terms = new Set(result.terms);
  const starts = new Set(result.terms.map((term) => term.slice(0, 2)));
  const known = new Map<string, boolean>();
  const isMatch = (word: string): boolean => {
    const judged = known.get(word);
    if (judged !== undefined) return judged;
    // A stem begins as its word does, so most words need not be stemmed to see that they are others.
    const matches =
      starts.has(prefixOf(word.slice(0, 4)).slice(0, 2)) &&
      termsOf(word, index.language).some((term) => terms.has(term));
    known.set(word, matches);
    return matches;
  };
  const words = new Set<string>();
  const places: Range[] = [];
  for (const { word, start, end } of wordsOf(text)) {
    if (!isMatch(word)) continue;
    words.add(word.toLowerCase());
    places.push({ start, end });
  }
  const from = snippetStart(text, places[0]?.start ?? 0);
  const cut = text.slice(from, from + SNIPPET_LENGTH);
  const snippet = (from > 0 ? '…' : '') + cut + (from + SNIPPET_LENGTH < text.length ? '…' : '');
  const shift = from > 0 ? 1 - from : 0;
  const ranges = places
    .filter(({ start, end }) => start >= from && end <= from + SNIPPET_LENGTH)
    .map(({ start, end }) => ({ start: start + shift, end: end + shift }));
  const offset = before + (places[0]?.start ?? 0);
  return { href, title, offset, snippet, ranges, words: [...words], score: result.score };
}

/** Begins at a blank, so that no word is cut. */
function snippetStart(text: string, match: number): number {
  const wanted = Math.max(0, match - SNIPPET_BEFORE);
  if (wanted === 0) return 0;
  const blank = text.indexOf(' ', wanted);
  return blank === -1 || blank > match ? match : blank + 1;
}
