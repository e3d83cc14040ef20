import type { ImportPlan, ImportProgress } from './import-chunks.ts';
import type { LegJob, LegNews } from './import-messages.ts';
import { giveJob } from './worker-job.ts';

/** Chunks of one leg: what Chromium keeps of so many fetched bodies is small enough for any laptop. */
const LEG_CHUNKS = 32;

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
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const underWay: Promise<void>[] = [];
  const onWritten = (bytes: number): void => {
    doneBytes += bytes;
    onProgress({ doneBytes, totalBytes });
  };
  onWritten(0);
  try {
    for (let begin = 0; begin < missing.length; begin += LEG_CHUNKS) {
      const job = { repositoryUrl, chunks: missing.slice(begin, begin + LEG_CHUNKS) };
      const leg = runLeg(startWorker(), job, onWritten, either);
      underWay.push(leg.written);
      await leg.fetched;
      if (underWay.length > 1) await underWay.shift();
    }
    await Promise.all(underWay);
  } catch (cause) {
    stop.abort();
    await Promise.allSettled(underWay);
    throw cause;
  }
}

/** One leg in its worker. Both promises reject with ImportError when it fails. */
interface Leg {
  /** The last chunk has arrived. */
  readonly fetched: Promise<void>;
  /** All is on disk, and the worker has ended. */
  readonly written: Promise<void>;
}

function runLeg(worker: Worker, job: LegJob, onWritten: (bytes: number) => void, signal: AbortSignal): Leg {
  let hasFetched = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    hasFetched = resolve;
  });
  const onNews = (news: LegNews): void => (news.kind === 'written' ? onWritten(news.bytes) : hasFetched());
  const written = giveJob(worker, job, onNews, signal);
  // Both are awaited in turn: the other one's failure is no other failure.
  written.catch(() => undefined);
  return { fetched: Promise.race([arrived, written]), written };
}
