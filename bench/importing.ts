import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from '../e2e/support/processes.ts';
import type { BenchPlace } from './bench-place.ts';
import { memoryOf } from './browser-memory.ts';
import { makeRow, medianRow, type Row, type Sample } from './row.ts';

const RUNS = 3;
const MEBIBYTE = 1024 * 1024;

/** Where the app's built import worker is served. */
function importWorkerUrl(): string {
  const name = readdirSync(resolve(root, 'dist/app/assets')).find((one) => /^import-worker-.*\.js$/.test(one));
  if (!name) throw new Error('the built app has no import worker');
  return `/assets/${name}`;
}

/** Rows "import" and its memory: the app's own worker, the real station, a database on disk. */
export async function benchImporting(place: BenchPlace): Promise<readonly Row[]> {
  const { page, context, profile } = await place.laptop();
  const inspector = await context.newCDPSession(page);
  const module = (await page.evaluate(() => probe.modulesHere())).find(({ title }) => title === 'Film');
  if (!module) throw new Error('the film did not arrive');
  const { path } = module;
  const workerUrl = importWorkerUrl();
  const samples: Sample[] = [];
  const growths: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await page.evaluate((of) => probe.prepareImport(of), path);
    const floor = await page.evaluate((of) => probe.importFloor(of), path);
    // What the floor left behind is not the import's.
    await inspector.send('HeapProfiler.collectGarbage');
    const memory = memoryOf(profile);
    const value = await page.evaluate(([of, worker]) => probe.importModule(of, worker), [path, workerUrl] as const);
    growths.push(memory.stop());
    samples.push({ value: value / 1000, floor: floor / 1000 });
  }
  const size = `${place.megabytes} MiB`;
  return [
    medianRow(`import ${size} into the device`, 's', samples, { kind: 'ratioAtMost', limit: 1.25 }),
    makeRow(
      { name: `memory growth of an import of ${size}`, value: Math.max(...growths) / MEBIBYTE, unit: 'MiB' },
      { kind: 'valueAtMost', limit: 96 },
    ),
  ];
}
