import { openDeviceDatabase } from '../platform/device/device-database.ts';
import { type ImportJob, planImport } from '../platform/import/import-chunks.ts';
import { storageError } from '../platform/import/import-error.ts';
import { importInLegs } from '../platform/import/import-legs.ts';
import type { ImportAnswer, ImportRequest } from '../platform/import/import-messages.ts';

const stop = new AbortController();

function answer(message: ImportAnswer): void {
  self.postMessage(message);
}

function startLeg(): Worker {
  return new Worker(new URL('./import-leg-worker.ts', import.meta.url), { type: 'module' });
}

async function run({ manifestSha256, repositoryUrl }: ImportJob): Promise<void> {
  try {
    const database = await openDeviceDatabase();
    const plan = await planImport(database, manifestSha256).finally(() => database.close());
    await importInLegs(
      plan,
      repositoryUrl,
      startLeg,
      (progress) => answer({ kind: 'progress', progress }),
      stop.signal,
    );
    answer({ kind: 'done' });
  } catch (cause) {
    const error = storageError(cause);
    answer({ kind: 'failed', code: error.code, detail: error.message });
  }
}

self.onmessage = ({ data }: MessageEvent<ImportRequest>) => {
  if (data.kind === 'cancel') stop.abort();
  else void run(data.job);
};
