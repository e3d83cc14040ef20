import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHUNK_BYTES } from '#core/module/chunk.ts';
import type { ByteSource } from '../readers/course.ts';
import { readCourse } from '../readers/read-course.ts';
import { makeFolder, makeZip, type TestFolder, TINY } from '../readers/test-input.ts';
import { openArchive } from '../readers/zip-archive.ts';
import { checkContent, openBundle } from './bundle-reader.ts';
import { writeBundle } from './bundle-writer.ts';
import { UNKNOWN_MOMENT } from './manifest-text.ts';
import { centralDirectory, localHeader } from './zip-records.ts';

const identity = { courseId: 'course', moduleId: 'module', version: '1.0.0' };
let folder: TestFolder;
beforeEach(async () => {
  folder = await makeFolder({ 'in/a.md': '# A\n\n![f](film.webm)', 'in/film.webm': film, 'in/film.vtt': 'WEBVTT\n' });
});
afterEach(() => folder.remove());

// Longer than two chunks and not a multiple of one.
const film = new Uint8Array(2 * CHUNK_BYTES + 12_345).map((_, index) =>
  index < 4 ? (TINY.webm[index] ?? 0) : (index * 7919) >>> 8,
);

async function pack(output: string, input = 'in'): Promise<string> {
  const course = await readCourse(join(folder.path, input), { language: 'en' });
  const path = join(folder.path, output);
  await writeBundle(course, identity, path);
  await course.close();
  return path;
}

async function check(path: string): Promise<number> {
  const bundle = await openBundle(path);
  let chunks = 0;
  try {
    await checkContent(
      bundle,
      () => undefined,
      async (hash, bytes) => {
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash);
        chunks += 1;
      },
    );
  } finally {
    bundle.close();
  }
  return chunks;
}

test('a bundle opens again, chunk by chunk, manifest and leaves first, media stored and text deflated', async () => {
  const path = await pack('x.leesmodule');
  const bundle = await openBundle(path);
  expect([...bundle.archive.entries.keys()].slice(0, 3)).toEqual(['manifest.json', 'leaves.bin', 'a.html']);
  expect(bundle.archive.entries.get('film.webm')?.stored).toBe(true);
  expect(bundle.archive.entries.get('leeslicht/page.css')?.stored).toBe(false);
  expect(bundle.manifest.readingOrder.map((file) => [file.href, file.kind])).toEqual([['a.html', 'page']]);
  bundle.close();
  expect(await check(path)).toBe(bundle.manifest.files.reduce((total, file) => total + file.chunkCount, 0));
  expect(new TextDecoder().decode(bundle.manifestBytes)).toContain(UNKNOWN_MOMENT);
});

test('a film longer than all pieces under way comes out byte for byte', async () => {
  const long = randomBytes(23 * CHUNK_BYTES + 77);
  long.set(TINY.webm.subarray(0, 4));
  await writeFile(join(folder.path, 'in/film.webm'), long);
  const path = await pack('x.leesmodule');
  const out = execFileSync('unzip', ['-p', path, 'film.webm'], { maxBuffer: 2 * long.length });
  expect(out.equals(long)).toBe(true);
  await check(path);
});

test('a source that takes no piece back, such as a film in a ZIP, leaves only a few of them in memory', async () => {
  const course = await readCourse(join(folder.path, 'in'), { language: 'en' });
  const kept: number[] = [];
  const source: ByteSource = {
    sizeBytes: 40 * CHUNK_BYTES,
    async *read(spare = []) {
      for (let piece = 0; piece < 40; piece += 1) {
        yield new Uint8Array(CHUNK_BYTES).fill(piece);
        kept.push(spare.length);
      }
    },
  };
  const resources = course.resources.map((file) => (file.href === 'film.webm' ? { ...file, source } : file));
  const path = join(folder.path, 'x.leesmodule');
  await writeBundle({ ...course, resources }, identity, path);
  await course.close();
  expect(kept).toHaveLength(40);
  expect(Math.max(...kept)).toBeLessThanOrEqual(4);
  await check(path);
});

test('the same course gives the same bytes, whatever the file times', async () => {
  const first = await readFile(await pack('x.leesmodule'));
  await utimes(join(folder.path, 'in/a.md'), 1, 1);
  expect(Buffer.compare(first, await readFile(await pack('y.leesmodule')))).toBe(0);
});

test('unzip finds no error in it', async () => {
  expect(execFileSync('unzip', ['-t', await pack('x.leesmodule')], { encoding: 'utf8' })).toContain(
    'No errors detected',
  );
});

test('a flipped bit anywhere in manifest, leaves or content is found', async () => {
  const path = await pack('x.leesmodule');
  const good = await readFile(path);
  const archive = await openArchive(path, 'x');
  for (const name of ['manifest.json', 'leaves.bin', 'a.html', 'film.webm', 'leeslicht/page.css']) {
    const entry = archive.entries.get(name);
    const start = (await entry?.dataOffset()) ?? 0;
    const length = name === 'film.webm' ? film.length : 40;
    for (const at of [start + 5, start + length - 1]) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      await writeFile(`${path}.bad`, bad);
      await expect(check(`${path}.bad`), `${name} at ${at - start}`).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
    }
  }
  archive.close();
});

test('a bundle with a file too many, one too few, cut off, or no bundle at all is refused', async () => {
  const path = await pack('x.leesmodule');
  const archive = await openArchive(path, 'x');
  const parts = [];
  for (const [name, entry] of archive.entries) {
    const pieces: Uint8Array[] = [];
    for await (const piece of entry.source.read()) pieces.push(piece);
    parts.push({ name, content: Buffer.concat(pieces) });
  }
  archive.close();
  const variants: [string, Uint8Array][] = [
    ['BUNDLE_DAMAGED', makeZip([...parts, { name: 'evil.html', content: 'x' }])],
    ['BUNDLE_DAMAGED', makeZip(parts.filter((part) => part.name !== 'film.webm'))],
    ['BUNDLE_DAMAGED', (await readFile(path)).subarray(0, 100_000)],
    ['NOT_A_BUNDLE', makeZip([{ name: 'a', content: 'x' }])],
  ];
  for (const [code, bytes] of variants) {
    await writeFile(`${path}.bad`, bytes);
    await expect(check(`${path}.bad`)).rejects.toMatchObject({ code });
  }
});

test('a disk that fails leaves no half bundle', async () => {
  await pack('x.leesmodule');
  await expect(pack('gone/x.leesmodule')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('records of files beyond 4 GiB are ZIP64', () => {
  const big = {
    name: 'b',
    method: 'stored',
    crc32: 1,
    compressedBytes: 5 * 2 ** 30,
    sizeBytes: 5 * 2 ** 30,
    offset: 6 * 2 ** 30,
  } as const;
  const local = Buffer.from(localHeader(big));
  expect([local.readUInt32LE(18), local.readUInt16LE(31), local.readBigUInt64LE(35)]).toEqual([
    0xffff_ffff,
    1,
    BigInt(5 * 2 ** 30),
  ]);
  const directory = Buffer.from(centralDirectory([big], 11 * 2 ** 30));
  expect(directory.readBigUInt64LE(47 + 4 + 16)).toBe(BigInt(6 * 2 ** 30));
  expect(directory.includes(Buffer.from([0x50, 0x4b, 6, 6]))).toBe(true);
});
