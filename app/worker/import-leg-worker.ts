import { openDeviceDatabase } from '../platform/device/device-database.ts';
import { bringChunks } from '../platform/import/import-chunks.ts';
import type { LegJob, LegNews } from '../platform/import/import-messages.ts';
import { doJob } from '../platform/import/worker-job.ts';

doJob<LegJob, LegNews>(async ({ repositoryUrl, chunks }, tell, signal) => {
  const database = await openDeviceDatabase();
  const on = {
    written: (bytes: number): void => tell({ kind: 'written', bytes }),
    fetched: (): void => tell({ kind: 'fetched' }),
  };
  await bringChunks(database, repositoryUrl, chunks, on, signal).finally(() => database.close());
});
