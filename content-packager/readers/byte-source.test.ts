import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileSource } from './byte-source.ts';
import { makeFolder, type TestFolder } from './test-input.ts';

const content = randomBytes(7 * 1024 * 1024 + 321);
let folder: TestFolder;
beforeEach(async () => {
  folder = await makeFolder({});
  await writeFile(join(folder.path, 'film.webm'), content);
});
afterEach(() => folder.remove());

test('pieces that nobody gives back stay as they were read', async () => {
  const pieces: Uint8Array[] = [];
  for await (const piece of fileSource(join(folder.path, 'film.webm'), content.length).read()) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(content)).toBe(true);
  expect(new Set(pieces.map(({ buffer }) => buffer)).size).toBe(8);
});

test('pieces that are given back are filled again, the last one short', async () => {
  const spare: Uint8Array[] = [];
  const buffers = new Set<ArrayBufferLike>();
  const copies: Uint8Array[] = [];
  for await (const piece of fileSource(join(folder.path, 'film.webm'), content.length).read(spare)) {
    buffers.add(piece.buffer);
    copies.push(piece.slice());
    spare.push(piece);
  }
  expect(Buffer.concat(copies).equals(content)).toBe(true);
  expect(copies.at(-1)).toHaveLength(321);
  expect(buffers.size).toBe(2);
});
