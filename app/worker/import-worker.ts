import { openDeviceDatabase } from '../platform/device/device-database.ts';
import { type ImportJob, type ImportProgress, planImport } from '../platform/import/import-chunks.ts';
import { importInLegs } from '../platform/import/import-legs.ts';
import { doJob } from '../platform/import/worker-job.ts';

function startLeg(): Worker {
  return new Worker(new URL('./import-leg-worker.ts', import.meta.url), { type: 'module' });
}

doJob<ImportJob, ImportProgress>(async ({ manifestSha256, repositoryUrl }, tell, signal) => {
  const database = await openDeviceDatabase();
  const plan = await planImport(database, manifestSha256).finally(() => database.close());
  await importInLegs(plan, repositoryUrl, startLeg, tell, signal);
});
