import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../e2e/support/processes.ts';
import { benchPacking } from './packing.ts';
import { printTable, type Row } from './row.ts';
import { benchShellSize } from './shell-size.ts';

const { values } = parseArgs({
  options: { full: { type: 'boolean', default: false }, megabytes: { type: 'string' } },
});
const megabytes = Number(values.megabytes ?? (values.full ? 1024 : 128));
if (!Number.isInteger(megabytes) || megabytes < 1) throw new Error('--megabytes takes a whole number');

const work = resolve(root, 'bench/work');
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const rows: Row[] = [];
try {
  console.log(`Measuring with ${megabytes} MiB; every floor is taken in the same run.`);
  rows.push(...benchPacking(work, megabytes).rows);
  rows.push(benchShellSize());
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`\n${printTable(rows)}`);
writeFileSync(resolve(root, 'bench/results.json'), `${JSON.stringify(rows, null, 2)}\n`);
