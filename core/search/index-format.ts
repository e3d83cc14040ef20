import MiniSearch, { type Options } from 'minisearch';
import { array, integer, literal, object, string } from '../json/shape.ts';
import { parseJson } from '../json/strict-json.ts';
import { SearchError } from './search-error.ts';
import { termsOf, wordsOf } from './words.ts';

/** The media type of a search index in a module. */
export const SEARCH_TYPE = 'application/vnd.leeslicht.search+json';
/** formats/search-index.md 2.2: the version of this page that an index follows. */
const FORMAT = 'leeslicht-search-v1';
/** formats/search-index.md 2.4: what one index may hold. */
export const MAX_INDEX_BYTES = 64 * 1024 * 1024;
const MAX_SECTIONS = 100_000;

/** A part of a module that a hit leads to: the text under one heading, or one page of a PDF. */
export interface SearchSection {
  /** Name in the module, with a fragment where there is one: `week-1.html#noise`, `book.pdf#page=3`. */
  readonly href: string;
  readonly title: string;
  /** White space folded. */
  readonly text: string;
  /** UTF-16 units of text between the place that `href` names and this text, when a long part was cut in several. */
  readonly offset?: number;
}

/** An index that has been opened. */
export interface SearchIndex {
  readonly language: string;
  readonly sections: readonly SearchSection[];
  readonly words: MiniSearch<IndexedSection>;
}

/** A section as MiniSearch sees it. */
export interface IndexedSection {
  readonly id: number;
  readonly title: string;
  readonly text: string;
}

const indexShape = object({
  required: {
    format: literal(FORMAT),
    language: string({ maxLength: 35, pattern: /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/ }),
    sections: array(
      object({
        required: {
          href: string({ maxLength: 2048, minLength: 1 }),
          title: string({ maxLength: 1000 }),
          text: string({ maxLength: MAX_INDEX_BYTES }),
        },
        optional: { offset: integer() },
      }),
      { max: MAX_SECTIONS },
    ),
    /** MiniSearch's own serialisation, as text, so that its version and ours stay apart. */
    words: string({ maxLength: MAX_INDEX_BYTES }),
    sectionCount: integer({ max: MAX_SECTIONS }),
  },
});

/**
 * The bytes of an index over these sections (formats/search-index.md 2). The same sections always give the same bytes.
 * Throws SearchError TOO_LARGE.
 */
export function buildIndex(language: string, sections: readonly SearchSection[]): Uint8Array {
  if (sections.length > MAX_SECTIONS)
    throw new SearchError({ code: 'TOO_LARGE', detail: `${sections.length} sections` });
  const words = new MiniSearch<IndexedSection>(optionsFor(language));
  words.addAll(sections.map(({ title, text }, id) => ({ id, title, text })));
  const document = {
    format: FORMAT,
    language,
    sections: sections.map(({ href, title, text, offset }) => ({
      href,
      title,
      text,
      ...(offset === undefined ? {} : { offset }),
    })),
    words: JSON.stringify(words.toJSON()),
    sectionCount: sections.length,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  if (bytes.length > MAX_INDEX_BYTES) throw new SearchError({ code: 'TOO_LARGE', detail: `${bytes.length} bytes` });
  return bytes;
}

/** Opens an index. Hand in verified bytes. Throws SearchError NOT_AN_INDEX. */
export function openIndex(bytes: Uint8Array): SearchIndex {
  try {
    const document = indexShape(parseJson(bytes, { maxBytes: MAX_INDEX_BYTES }), 'search index');
    const words = MiniSearch.loadJSON<IndexedSection>(document.words, optionsFor(document.language));
    if (document.sectionCount !== document.sections.length || words.documentCount !== document.sections.length)
      throw new SearchError({ code: 'NOT_AN_INDEX', detail: 'its sections and its words do not belong together' });
    const sections = document.sections.map(({ href, title, text, offset }) => ({
      href,
      title,
      text,
      ...(offset === undefined ? {} : { offset }),
    }));
    return { language: document.language, sections, words };
  } catch (cause) {
    if (cause instanceof SearchError) throw cause;
    throw new SearchError({
      code: 'NOT_AN_INDEX',
      detail: cause instanceof Error ? cause.message : 'not readable',
      cause,
    });
  }
}

function optionsFor(language: string): Options<IndexedSection> {
  // A text says its words again and again, and looking up costs less than a stem.
  const known = new Map<string, string[]>();
  return {
    fields: ['title', 'text'],
    tokenize: (text) => [...wordsOf(text)].map(({ word }) => word),
    processTerm: (word) => {
      let terms = known.get(word);
      if (terms === undefined) {
        terms = [...termsOf(word, language)];
        known.set(word, terms);
      }
      return terms;
    },
    searchOptions: { boost: { title: 3 } },
  };
}
