import type { ImportPlan, ImportProgress, NeededChunk } from './import-chunks.ts';
import { ImportError } from './import-error.ts';
import type { LegAnswer, LegRequest } from './import-messages.ts';

/** Chunks of one leg: what Chromium keeps of so many fetched bodies is small enough for any laptop. */
const LEG_CHUNKS = 32;
/** The next leg's worker is started when this share of a leg is written, so that nobody waits for it. */
const START_NEXT = 0.5;

/**
 * Brings what a plan misses, in legs of 32 MiB with a worker each: a browser frees what it kept of a fetched body only
 * when it collects garbage, which a busy worker puts off for hundreds of MiB, but at once when the worker ends. While one
 * leg writes its last chunks, the next one fetches. Throws ImportError; aborting throws `CANCELLED`.
 */
export async function importInLegs(
  plan: ImportPlan,
  repositoryUrl: string,
  startWorker: () => Worker,
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const { missing, totalBytes } = plan;
  let { doneBytes } = plan;
  let ready: Worker | undefined;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const underWay: Promise<void>[] = [];
  onProgress({ doneBytes, totalBytes });
  try {
    for (let begin = 0; begin < missing.length; begin += LEG_CHUNKS) {
      const chunks = missing.slice(begin, begin + LEG_CHUNKS);
      const isLast = begin + LEG_CHUNKS >= missing.length;
      const legBytes = chunks.reduce((total, chunk) => total + chunk.sizeBytes, 0);
      let legDone = 0;
      const worker = ready ?? startWorker();
      ready = undefined;
      const onWritten = (bytes: number): void => {
        legDone += bytes;
        doneBytes += bytes;
        onProgress({ doneBytes, totalBytes });
        if (!isLast && legDone >= legBytes * START_NEXT) ready ??= startWorker();
      };
      const leg = runLeg(worker, { repositoryUrl, chunks }, onWritten, either);
      underWay.push(leg.written);
      await leg.fetched;
      if (underWay.length > 1) await underWay.shift();
    }
    await Promise.all(underWay);
  } catch (cause) {
    stop.abort();
    await Promise.allSettled(underWay);
    throw cause;
  } finally {
    ready?.terminate();
  }
}

/** One leg in its worker. Both promises reject with ImportError when it fails. */
interface Leg {
  /** The last chunk has arrived. */
  readonly fetched: Promise<void>;
  /** All is on disk, and the worker has ended. */
  readonly written: Promise<void>;
}

function runLeg(
  worker: Worker,
  leg: { readonly repositoryUrl: string; readonly chunks: readonly NeededChunk[] },
  onWritten: (bytes: number) => void,
  signal: AbortSignal,
): Leg {
  let hasFetched = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    hasFetched = resolve;
  });
  const written = new Promise<void>((resolve, reject) => {
    const send = (request: LegRequest): void => worker.postMessage(request);
    const cancel = (): void => send({ kind: 'cancel' });
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', cancel);
      worker.terminate();
      settle();
    };
    worker.onmessage = ({ data }: MessageEvent<LegAnswer>) => {
      if (data.kind === 'written') onWritten(data.bytes);
      else if (data.kind === 'fetched') hasFetched();
      else if (data.kind === 'done') end(resolve);
      else end(() => reject(new ImportError({ code: data.code, detail: data.detail })));
    };
    worker.onerror = (event) => end(() => reject(new ImportError({ code: 'STORAGE', detail: event.message })));
    signal.addEventListener('abort', cancel);
    send({ kind: 'leg', ...leg });
    if (signal.aborted) cancel();
  });
  // Both are awaited in turn: the other one's failure is no other failure.
  written.catch(() => undefined);
  return { fetched: Promise.race([arrived, written]), written };
}
