import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { chanceOf, mutate } from './mutate.ts';
import { attack } from './target.ts';
import { targets } from './targets.ts';

/** What the main thread wants of its worker. */
export interface Task {
  readonly target: string;
  readonly corpus: string;
  readonly seed: number;
  /** The first input; the corpus itself comes first. */
  readonly from: number;
  readonly ms: number;
}

/** What a worker says: that it is loaded, that the time is up, or that an input breaks the parser, which ends the task. */
export type News =
  | { readonly kind: 'ready' }
  | { readonly kind: 'finding'; readonly index: number; readonly problem: string }
  | { readonly kind: 'done'; readonly next: number };

const port = parentPort;
if (!port) throw new Error('this is a worker');
const shared: SharedArrayBuffer = workerData;
// Counter and length (two 32-bit words), then the input that is being read: for the autopsy.
const words = new Int32Array(shared, 0, 2);
const copy = new Uint8Array(shared, 8);

const loaded = new Set<string>();

const say = (news: News) => port.postMessage(news);
port.on('message', (task: Task) => void run(task));
say({ kind: 'ready' });

/** The whole corpus as it stands, then changes of it until the time is up. */
async function run(task: Task): Promise<void> {
  const target = targets.find(({ name }) => name === task.target);
  if (!target) throw new Error(`no target ${task.target}`);
  const corpus = readdirSync(task.corpus)
    .sort()
    .map((name) => new Uint8Array(readFileSync(join(task.corpus, name))));
  const [first] = corpus;
  if (first && !loaded.has(target.name)) await attack(target, new Uint8Array(first));
  loaded.add(target.name);
  const untilMs = Date.now() + task.ms;
  let index = task.from;
  for (; index < corpus.length || Date.now() < untilMs; index += 1) {
    const bytes = corpus[index] ?? mutate(corpus, target.words, chanceOf(task.seed * 1_000_003 + index));
    copy.set(bytes.subarray(0, copy.length));
    Atomics.store(words, 1, bytes.length);
    Atomics.store(words, 0, index);
    const problem = await attack(target, new Uint8Array(bytes));
    if (problem !== undefined) return say({ kind: 'finding', index, problem });
  }
  say({ kind: 'done', next: index });
}
