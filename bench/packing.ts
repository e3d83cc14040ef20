import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, root } from '../e2e/support/processes.ts';
import type { BenchPlace } from './bench-place.ts';
import { writeMediaCourse } from './media-course.ts';
import { medianRow, type Row, type Sample } from './row.ts';

/** Reads, hashes and perhaps writes the same bytes, in a Node process of its own, as the programs do. */
const floorProgram = `
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
const [from, to] = process.argv.slice(1);
const hash = createHash('sha256');
const out = to ? createWriteStream(to) : undefined;
for await (const part of createReadStream(from, { highWaterMark: 1 << 20 })) {
  hash.update(part);
  if (out && !out.write(part)) await new Promise((done) => out.once('drain', done));
}
hash.digest();
if (out) await new Promise((done) => out.end(done));
`;

const RUNS = [0, 1, 2, 3, 4];

/** Both programs begin on a quiet disk: what the run before left to write would otherwise be written during this one. */
function seconds(act: () => void): number {
  spawnSync('sync');
  const start = performance.now();
  act();
  return (performance.now() - start) / 1000;
}

function floorRun(...args: readonly string[]): number {
  return seconds(() => {
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', floorProgram, ...args], { cwd: root });
    if (run.status !== 0) throw new Error(`the floor failed: ${run.stderr.toString()}`);
  });
}

/** Rows "pack" and "verify": the command-line programs against the same bytes through SHA-256. */
export function benchPacking(place: BenchPlace): readonly Row[] {
  const parent = join(place.folder, 'packing');
  const { folder, film } = writeMediaCourse(parent, place.packedMegabytes);
  const copy = join(parent, 'copy.bin');
  const bundle = join(parent, 'media.leesmodule');
  const pack = ['pack', folder, '-o', bundle, '--course', 'bench', '--title', 'Bench'];
  try {
    const packs = RUNS.map((): Sample => {
      rmSync(copy, { force: true });
      const floor = floorRun(film, copy);
      rmSync(bundle, { force: true });
      return { floor, value: seconds(() => mustRun('leeslicht', pack)) };
    });
    const verifies = RUNS.map(
      (): Sample => ({ floor: floorRun(bundle), value: seconds(() => mustRun('leeslicht', ['verify', bundle])) }),
    );
    const size = `${place.packedMegabytes} MiB`;
    return [
      medianRow(`pack ${size} of media`, 's', packs, { kind: 'ratioAtMost', limit: 1.3 }),
      medianRow(`verify a bundle of ${size}`, 's', verifies, { kind: 'ratioAtMost', limit: 1.2 }),
    ];
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}
