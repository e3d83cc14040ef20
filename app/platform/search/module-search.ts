import type { Manifest } from '#core/module/manifest.ts';
import type { Hit } from '#core/search/search.ts';
import type { SearchAnswer, SearchRequest, WordCounts } from '../../worker/search-worker.ts';
import type { Modules } from '../platform.ts';

/** formats/search-index.md 1.1. */
const SEARCH_TYPE = 'application/vnd.leeslicht.search+json';

/** Looks things up in the indexes that came with the modules, in a worker, so that typing never waits. */
export interface ModuleSearch {
  /** Best hits first; undefined for a module without a readable index. Throws what reading the module throws. */
  search(path: string, query: string): Promise<readonly Hit[] | undefined>;
  /** How many words each file has; undefined without an index. */
  words(path: string): Promise<WordCounts | undefined>;
}

const known = new WeakMap<Modules, ModuleSearch>();

/** The search over these modules; one worker for all who ask. */
export function moduleSearch(modules: Modules): ModuleSearch {
  const before = known.get(modules);
  if (before) return before;
  const made = make(modules);
  known.set(modules, made);
  return made;
}

type Question = SearchRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

function make(modules: Modules): ModuleSearch {
  let worker: Worker | undefined;
  let asked = 0;
  const waiting = new Map<number, (answer: SearchAnswer) => void>();
  const opened = new Map<string, Promise<{ readonly name: string; readonly words: WordCounts } | undefined>>();

  function start(): Worker {
    const begun = new Worker(new URL('../../worker/search-worker.ts', import.meta.url), { type: 'module' });
    begun.onmessage = ({ data }: MessageEvent<SearchAnswer>) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    };
    begun.onerror = (event) => {
      // A worker that cannot start answers nobody: those who wait are told, and the next question starts another.
      for (const [id, tell] of waiting) tell({ kind: 'failed', id, detail: event.message });
      waiting.clear();
      opened.clear();
      worker = undefined;
    };
    return begun;
  }

  function ask(question: Question): Promise<SearchAnswer> {
    worker ??= start();
    const to = worker;
    asked += 1;
    const id = asked;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      to.postMessage({ ...question, id });
    });
  }

  async function openIndex(path: string, manifest: Manifest, name: string) {
    const file = manifest.resources.find(({ type }) => type === SEARCH_TYPE);
    if (!file) return undefined;
    const bytes = await modules.readBytes(path, file.href);
    const answer = await ask({ kind: 'open', module: name, bytes });
    return answer.kind === 'opened' ? { name, words: answer.words } : undefined;
  }

  async function open(path: string) {
    const manifest = await modules.manifest(path);
    // A new version has another index
    const name = `${path}@${manifest.leaves.sha256}`;
    const before = opened.get(name);
    if (before) return before;
    const opening = openIndex(path, manifest, name);
    opened.set(name, opening);
    opening.catch(() => opened.delete(name));
    return opening;
  }

  return {
    async search(path, query) {
      const index = await open(path);
      if (!index) return undefined;
      const answer = await ask({ kind: 'search', module: index.name, query });
      return answer.kind === 'hits' ? answer.hits : undefined;
    },
    words: async (path) => (await open(path))?.words,
  };
}
