import { ImportError, storageError } from './import-error.ts';
import type { WorkerAnswer, WorkerRequest } from './import-messages.ts';

/**
 * Gives a worker its one job, and ends the worker with it. Aborting tells it to stop, which it does when what has
 * arrived is kept. Throws ImportError.
 */
export function giveJob<Job, News>(
  worker: Worker,
  job: Job,
  onNews: (news: News) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const send = (request: WorkerRequest<Job>): void => worker.postMessage(request);
    const cancel = (): void => send({ kind: 'cancel' });
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', cancel);
      worker.terminate();
      settle();
    };
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer<News>>) => {
      if (data.kind === 'news') onNews(data.news);
      else if (data.kind === 'done') end(resolve);
      else end(() => reject(new ImportError({ code: data.code, detail: data.detail })));
    };
    worker.onerror = (event) => end(() => reject(new ImportError({ code: 'STORAGE', detail: event.message })));
    signal.addEventListener('abort', cancel);
    send({ kind: 'job', job });
    if (signal.aborted) cancel();
  });
}

/** The other end of {@link giveJob}, in the worker: does the job that comes and says how it ended. */
export function doJob<Job, News>(
  work: (job: Job, tell: (news: News) => void, signal: AbortSignal) => Promise<void>,
): void {
  const stop = new AbortController();
  const answer = (message: WorkerAnswer<News>): void => self.postMessage(message);
  async function run(job: Job): Promise<void> {
    try {
      await work(job, (news) => answer({ kind: 'news', news }), stop.signal);
      answer({ kind: 'done' });
    } catch (cause) {
      const error = storageError(cause);
      answer({ kind: 'failed', code: error.code, detail: error.message });
    }
  }
  self.onmessage = ({ data }: MessageEvent<WorkerRequest<Job>>) => {
    if (data.kind === 'cancel') stop.abort();
    else void run(data.job);
  };
}
