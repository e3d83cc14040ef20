import { stemmer as stemDutch } from '@orama/stemmers/dutch';
import { stemmer as stemEnglish } from '@orama/stemmers/english';
import { stemmer as stemFrench } from '@orama/stemmers/french';
import { stemmer as stemGerman } from '@orama/stemmers/german';

/** Brings a word to its stem: `studies` and `study` to the same text. */
type Stem = (word: string) => string;

const STEMS: ReadonlyMap<string, Stem> = new Map<string, Stem>([
  ['nl', stemDutch],
  ['fr', stemFrench],
  ['de', stemGerman],
  ['en', stemEnglish],
]);

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
/** Scripts without blanks between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const MAX_WORD = 64;

/** A word in a text and where it stands, counted in UTF-16 units. */
export interface PlacedWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** formats/search-index.md 3.1: the words of a text, in order. Text without blanks is cut into pairs of signs. */
export function* wordsOf(text: string): Generator<PlacedWord> {
  for (const match of text.matchAll(WORD)) {
    const [word] = match;
    if (!UNSPACED.test(word)) {
      yield { word, start: match.index, end: match.index + word.length };
      continue;
    }
    const signs = [...word.matchAll(/\p{L}\p{M}*|\p{N}+/gu)];
    for (const [index, sign] of signs.entries()) {
      const next = signs[index + 1];
      if (next === undefined && signs.length > 1) continue;
      const pair = sign[0] + (next?.[0] ?? '');
      const start = match.index + sign.index;
      yield { word: pair, start, end: start + pair.length };
    }
  }
}

/**
 * formats/search-index.md 3.2: the terms under which a word is kept and sought. Case and accents do not matter; a word
 * with accents is also found by its stem with them, which some languages need.
 */
export function termsOf(word: string, language: string): readonly string[] {
  const lower = word.normalize('NFC').toLowerCase().slice(0, MAX_WORD);
  const plain = withoutMarks(lower);
  const stem = STEMS.get(language.toLowerCase().split('-')[0] ?? '');
  if (stem === undefined || /\p{N}/u.test(lower)) return plain === '' ? [] : [plain];
  const terms = new Set([withoutMarks(stem(lower)), stem(plain)]);
  return [...terms].filter((term) => term !== '');
}

/** The term of a word that is only half typed. */
export function prefixOf(word: string): string {
  return withoutMarks(word.normalize('NFC').toLowerCase().slice(0, MAX_WORD));
}

function withoutMarks(text: string): string {
  // Arabic: tatweel only stretches a word, and the forms of alef are written as one by many.
  return text
    .normalize('NFD')
    .replace(/[\p{M}\u0640]/gu, '')
    .replace(/[\u0622\u0623\u0625\u0671]/g, '\u0627')
    .replaceAll('ß', 'ss')
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .normalize('NFC');
}
