import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { buildIndex, openIndex, type SearchIndex } from '../core/search/index-format.ts';
import { search } from '../core/search/search.ts';
import { wordsOf } from '../core/search/words.ts';
import { mustRun, samples } from '../e2e/support/processes.ts';
import type { BenchPlace } from './bench-place.ts';
import { makeRow, percentile, type Row } from './row.ts';

const WORDS = 100_000;
const EVERY = 97;
const QUERIES = 400;

/** Row "search": the reader's own search in the first 100,000 words of a real book, as somebody types. */
export function benchSearch({ folder }: BenchPlace): readonly Row[] {
  const bundle = join(folder, 'searched.leesmodule');
  mustRun('leeslicht', ['pack', resolve(samples, 'epub/moby-dick.epub'), '-o', bundle]);
  const unzip = spawnSync('unzip', ['-p', bundle, 'leeslicht/search.json'], { maxBuffer: 256 * 1024 * 1024 });
  if (unzip.status !== 0) throw new Error(`unzip: ${unzip.stderr.toString()}`);
  const { index, words } = firstWords(openIndex(new Uint8Array(unzip.stdout)));
  const times: number[] = [];
  for (const query of queriesFrom(index)) {
    const startMs = performance.now();
    const hits = search(index, query);
    times.push(performance.now() - startMs);
    if (hits.length === 0) throw new Error(`nothing found for ${query}`);
  }
  const name = `search over ${words.toLocaleString('en')} words, p95`;
  return [makeRow({ name, value: percentile(times, 0.95), unit: 'ms' }, { kind: 'valueAtMost', limit: 50 })];
}

function firstWords(whole: SearchIndex): { readonly index: SearchIndex; readonly words: number } {
  let words = 0;
  const sections = whole.sections.filter((section) => {
    if (words >= WORDS) return false;
    for (const _ of wordsOf(section.text)) words += 1;
    return true;
  });
  return { index: openIndex(buildIndex(whole.language, sections)), words };
}

/** Whole words, half words as they are typed, and two words together, taken from the text itself. */
function queriesFrom(index: SearchIndex): readonly string[] {
  const taken: string[] = [];
  let count = 0;
  for (const { text } of index.sections) {
    let before = '';
    for (const { word } of wordsOf(text)) {
      count += 1;
      if (count % EVERY === 0 && word.length > 2) {
        const kinds = [word, word.slice(0, 3), `${before} ${word}`];
        taken.push(kinds[taken.length % kinds.length] ?? word);
      }
      before = word;
    }
  }
  const step = Math.max(1, Math.floor(taken.length / QUERIES));
  return taken.filter((_, place) => place % step === 0);
}
