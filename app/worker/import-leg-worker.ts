import { openDeviceDatabase } from '../platform/device/device-database.ts';
import { bringChunks } from '../platform/import/import-chunks.ts';
import { storageError } from '../platform/import/import-error.ts';
import type { LegAnswer, LegRequest } from '../platform/import/import-messages.ts';

const stop = new AbortController();

function answer(message: LegAnswer): void {
  self.postMessage(message);
}

async function run({ repositoryUrl, chunks }: Extract<LegRequest, { kind: 'leg' }>): Promise<void> {
  const database = await openDeviceDatabase();
  try {
    const on = {
      written: (bytes: number): void => answer({ kind: 'written', bytes }),
      fetched: (): void => answer({ kind: 'fetched' }),
    };
    await bringChunks(database, repositoryUrl, chunks, on, stop.signal);
    answer({ kind: 'done' });
  } catch (cause) {
    const error = storageError(cause);
    answer({ kind: 'failed', code: error.code, detail: error.message });
  } finally {
    database.close();
  }
}

self.onmessage = ({ data }: MessageEvent<LegRequest>) => {
  if (data.kind === 'cancel') stop.abort();
  else void run(data);
};
