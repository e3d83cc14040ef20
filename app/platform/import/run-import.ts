import type { ImportJob, ImportProgress } from './import-chunks.ts';
import { ImportError } from './import-error.ts';
import type { ImportAnswer, ImportRequest } from './import-messages.ts';

/** Runs one import in a worker of its own and ends the worker. Throws ImportError; aborting throws `CANCELLED`. */
export function runImport(
  job: ImportJob,
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../../worker/import-worker.ts', import.meta.url), { type: 'module' });
    const send = (request: ImportRequest): void => worker.postMessage(request);
    const cancel = (): void => send({ kind: 'cancel' });
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', cancel);
      worker.terminate();
      settle();
    };
    worker.onmessage = ({ data }: MessageEvent<ImportAnswer>) => {
      if (data.kind === 'progress') onProgress(data.progress);
      else if (data.kind === 'done') end(resolve);
      else end(() => reject(new ImportError({ code: data.code, detail: data.detail })));
    };
    worker.onerror = (event) => end(() => reject(new ImportError({ code: 'STORAGE', detail: event.message })));
    signal.addEventListener('abort', cancel);
    send({ kind: 'import', job });
    if (signal.aborted) cancel();
  });
}
