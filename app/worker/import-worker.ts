import { openDeviceDatabase } from '../platform/device/device-database.ts';
import { type ImportJob, importChunks } from '../platform/import/import-chunks.ts';
import { storageError } from '../platform/import/import-error.ts';
import type { ImportAnswer, ImportRequest } from '../platform/import/import-messages.ts';

const stop = new AbortController();

function answer(message: ImportAnswer): void {
  self.postMessage(message);
}

async function run(job: ImportJob): Promise<void> {
  const database = await openDeviceDatabase();
  try {
    await importChunks(database, job, (progress) => answer({ kind: 'progress', progress }), stop.signal);
    answer({ kind: 'done' });
  } catch (cause) {
    const error = storageError(cause);
    answer({ kind: 'failed', code: error.code, detail: error.message });
  } finally {
    database.close();
  }
}

self.onmessage = ({ data }: MessageEvent<ImportRequest>) => {
  if (data.kind === 'cancel') stop.abort();
  else void run(data.job);
};
