import { openIndex, type SearchIndex } from '#core/search/index-format.ts';
import { type Hit, search } from '#core/search/search.ts';

/** What the page asks the search worker. `id` comes back with the answer. */
export type SearchRequest =
  | { readonly kind: 'open'; readonly id: number; readonly module: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'search'; readonly id: number; readonly module: string; readonly query: string };

/** How many words the text of a file has. */
export type WordCounts = ReadonlyMap<string, number>;

/** What it answers. `UNOPENED`: the index cannot be read. */
export type SearchAnswer =
  | { readonly kind: 'opened'; readonly id: number; readonly words: WordCounts }
  | { readonly kind: 'hits'; readonly id: number; readonly hits: readonly Hit[] }
  | { readonly kind: 'failed'; readonly id: number; readonly detail: string };

const indexes = new Map<string, SearchIndex>();

function wordsOf(index: SearchIndex): WordCounts {
  const counts = new Map<string, number>();
  for (const { href, text } of index.sections) {
    const file = href.split('#')[0] ?? href;
    const words = text === '' ? 0 : text.split(' ').length;
    counts.set(file, (counts.get(file) ?? 0) + words);
  }
  return counts;
}

function answer(request: SearchRequest): SearchAnswer {
  const { id, module } = request;
  try {
    if (request.kind === 'open') {
      const index = openIndex(request.bytes);
      indexes.set(module, index);
      return { kind: 'opened', id, words: wordsOf(index) };
    }
    const index = indexes.get(module);
    return { kind: 'hits', id, hits: index ? search(index, request.query) : [] };
  } catch (cause) {
    return { kind: 'failed', id, detail: String(cause) };
  }
}

self.onmessage = ({ data }: MessageEvent<SearchRequest>) => self.postMessage(answer(data));
