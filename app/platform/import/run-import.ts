import type { ImportJob, ImportProgress } from './import-chunks.ts';
import { giveJob } from './worker-job.ts';

/** Runs one import in a worker of its own and ends the worker. Throws ImportError; aborting throws `CANCELLED`. */
export function runImport(
  job: ImportJob,
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const worker = new Worker(new URL('../../worker/import-worker.ts', import.meta.url), { type: 'module' });
  return giveJob(worker, job, onProgress, signal);
}
