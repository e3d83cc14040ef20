import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mustRun, root } from '../e2e/support/processes.ts';
import { makeRow, median, type Row } from './row.ts';

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

function seconds(act: () => void): number {
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

/** Writes a course folder whose one film is `megabytes` MiB of bytes that do not compress. */
export function writeMediaCourse(folder: string, megabytes: number): { course: string; film: string } {
  const course = join(folder, 'media-course');
  mkdirSync(course, { recursive: true });
  const film = join(course, '01-film.webm');
  const file = openSync(film, 'w');
  // EBML's magic number, so that the packager sees a WebM; the rest is noise.
  writeSync(file, Buffer.from([0x1a, 0x45, 0xdf, 0xa3]));
  writeSync(file, randomBytes(1024 * 1024 - 4));
  for (let written = 1; written < megabytes; written += 1) writeSync(file, randomBytes(1024 * 1024));
  closeSync(file);
  writeFileSync(join(course, '02-page.md'), '# A page\n\nSome text.\n');
  return { course, film };
}

/** Rows "pack" and "verify": the command-line programs against the same bytes through SHA-256. */
export function benchPacking(folder: string, megabytes: number): { rows: Row[]; course: string; bundle: string } {
  const { course, film } = writeMediaCourse(folder, megabytes);
  const bundle = resolve(folder, 'media.leesmodule');
  const runs = [0, 1, 2];
  const packs = runs.map((run) => ({
    floor: floorRun(film, join(folder, `copy-${run}.bin`)),
    value: seconds(() => mustRun('leeslicht', ['pack', course, '-o', bundle, '--course', 'bench', '--title', 'Bench'])),
  }));
  const verifies = runs.map(() => ({
    floor: floorRun(bundle),
    value: seconds(() => mustRun('leeslicht', ['verify', bundle])),
  }));
  const row = (name: string, taken: readonly { floor: number; value: number }[], limit: number): Row =>
    makeRow(
      {
        name,
        value: median(taken.map(({ value }) => value)),
        floor: median(taken.map(({ floor }) => floor)),
        unit: 's',
      },
      { kind: 'ratioAtMost', limit },
    );
  return {
    course,
    bundle,
    rows: [
      row(`pack ${megabytes} MiB of media`, packs, 1.3),
      row(`verify a bundle of ${megabytes} MiB`, verifies, 1.2),
    ],
  };
}
