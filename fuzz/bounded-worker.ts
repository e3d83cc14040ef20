import { Worker } from 'node:worker_threads';
import type { News, Task } from './worker.ts';

/** One input may take so long, and all of the process may hold so much more than before. */
const MAX_INPUT_MS = 5_000;
const MAX_LOADING_MS = 60_000;
/** In place of an index: the parser's own code is being loaded, which takes longer than an input. */
const LOADING = -1;
const MAX_HEAP_MB = 384;
const MAX_GROWTH_BYTES = 1024 * 1024 * 1024;
const INPUT_BYTES = 512 * 1024;

/** How a task ended: at its time, or at an input that broke something. */
export type End =
  | { readonly kind: 'done'; readonly next: number }
  | { readonly kind: 'finding'; readonly next: number; readonly problem: string; readonly input: Uint8Array };

/** A thread that parses under bounds; where one dies, the next task gets a new one. */
export interface BoundedWorker {
  run(task: Task): Promise<End>;
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly shared: SharedArrayBuffer;
  readonly bytesBefore: number;
}

/** Starts with the first task. */
export function boundedWorker(): BoundedWorker {
  let thread: Thread | undefined;
  return {
    async run(task) {
      thread ??= await startThread();
      const { end, isAlive } = await runIn(thread, task);
      if (!isAlive) {
        await thread.worker.terminate();
        thread = undefined;
      }
      return end;
    },
    async close() {
      await thread?.worker.terminate();
    },
  };
}

function startThread(): Promise<Thread> {
  const shared = new SharedArrayBuffer(8 + INPUT_BYTES);
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: shared,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    stdout: true,
    stderr: true,
  });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the worker does not start')), MAX_LOADING_MS);
    worker.once('error', reject);
    worker.once('message', () => {
      clearTimeout(late);
      worker.off('error', reject);
      resolve({ worker, shared, bytesBefore: process.memoryUsage.rss() });
    });
  });
}

function runIn({ worker, shared, bytesBefore }: Thread, task: Task): Promise<{ end: End; isAlive: boolean }> {
  const words = new Int32Array(shared, 0, 2);
  const current = () => Atomics.load(words, 0);
  Atomics.store(words, 0, LOADING);
  let seen = { index: LOADING, atMs: Date.now() };
  return new Promise((resolve) => {
    const settle = (end: End, isAlive: boolean) => {
      clearInterval(watch);
      for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
      resolve({ end, isAlive });
    };
    const broken = (problem: string, isAlive: boolean) => {
      const input = new Uint8Array(new Uint8Array(shared, 8, Math.min(Atomics.load(words, 1), INPUT_BYTES)));
      const next = current() === LOADING ? task.from + 1 : current() + 1;
      settle({ kind: 'finding', next, problem, input }, isAlive);
    };
    const watch = setInterval(() => {
      if (current() !== seen.index) seen = { index: current(), atMs: Date.now() };
      const boundMs = seen.index === LOADING ? MAX_LOADING_MS : MAX_INPUT_MS;
      if (Date.now() - seen.atMs > boundMs) broken(`took more than ${boundMs} ms`, false);
      if (process.memoryUsage.rss() - bytesBefore > MAX_GROWTH_BYTES) broken('took too much memory', false);
    }, 100);
    worker.on('message', (news: News) => {
      if (news.kind === 'done') settle({ kind: 'done', next: news.next }, true);
      if (news.kind === 'finding') broken(news.problem, true);
    });
    worker.on('error', (error) => broken(`ended the thread: ${error.stack ?? error.message}`, false));
    worker.on('exit', () => broken('ended the thread', false));
    worker.postMessage(task);
  });
}
