import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../e2e/support/processes.ts';
import { type BenchPlace, benchPlace } from './bench-place.ts';
import { benchDocking } from './docking.ts';
import { benchImporting } from './importing.ts';
import { benchPacking } from './packing.ts';
import { benchPageTurns, benchPdf, benchVideo } from './reading.ts';
import { printTable, type Row } from './row.ts';
import { benchSearch } from './searching.ts';
import { benchShellSize } from './shell-size.ts';
import { benchStarting } from './starting.ts';
import { benchSync, benchUpdate } from './syncing.ts';
import { benchTrust } from './trust.ts';

/** A measurement, and words of the rows that it gives: `--only` looks there. */
interface Bench {
  readonly rows: readonly string[];
  readonly run: (place: BenchPlace) => readonly Row[] | Promise<readonly Row[]>;
}

const benches: readonly Bench[] = [
  { rows: ['pack', 'verify a bundle'], run: benchPacking },
  { rows: ['app shell'], run: () => [benchShellSize()] },
  { rows: ['offline start'], run: benchStarting },
  { rows: ['import', 'memory growth'], run: benchImporting },
  { rows: ['verified read', 'seek in a video', 'whole video'], run: benchVideo },
  { rows: ['page turn'], run: benchPageTurns },
  { rows: ['first page of a 350-page PDF'], run: benchPdf },
  { rows: ['search'], run: benchSearch },
  { rows: ['sync of one device'], run: benchSync },
  { rows: ['update'], run: benchUpdate },
  { rows: ['metadata refresh', 'start-up verification'], run: benchTrust },
  { rows: ['devices of one class', 'parcels accepted durably'], run: benchDocking },
];

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    megabytes: { type: 'string' },
    only: { type: 'string' },
  },
});
const GIBIBYTE = 1024;
const megabytes = Number(values.megabytes ?? (values.full ? GIBIBYTE : 128));
const packedMegabytes = values.megabytes === undefined ? GIBIBYTE : megabytes;
if (!Number.isInteger(megabytes) || megabytes < 8) throw new Error('--megabytes takes a whole number from 8');
const only = values.only ?? '';
const chosen = benches.filter(({ rows }) => rows.some((name) => name.includes(only)));
if (chosen.length === 0) throw new Error(`--only takes a part of: ${benches.flatMap(({ rows }) => rows).join(', ')}`);

const work = resolve(root, 'bench/work');
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const place = benchPlace(work, megabytes, packedMegabytes);
const rows: Row[] = [];
try {
  console.log(`Packing ${packedMegabytes} MiB, importing ${megabytes} MiB; every floor is taken in the same run.`);
  for (const bench of chosen) {
    const startMs = performance.now();
    try {
      const measured = await bench.run(place);
      rows.push(...measured);
      // Said at once: whoever stops a long run keeps what was measured until then.
      console.log(printTable(measured));
    } catch (error) {
      // The others are still worth measuring; this one was not measured, and the exit code says so.
      console.error(`  not measured: ${bench.rows.join(', ')}: ${String(error).slice(0, 500)}`);
      process.exitCode = 1;
    }
    console.log(`  ${bench.rows.join(', ')}: ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  }
} finally {
  await place.close();
  rmSync(work, { recursive: true, force: true });
}
console.log(`\n${printTable(rows)}`);
writeFileSync(resolve(root, 'bench/results.json'), `${JSON.stringify(rows, null, 2)}\n`);
