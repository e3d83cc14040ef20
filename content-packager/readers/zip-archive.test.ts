import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readAll } from './byte-source.ts';
import { makeFolder, makeZip, type TestFolder, type ZipPart } from './test-input.ts';
import { INPUT_LIMITS, openArchive } from './zip-archive.ts';

let folder: TestFolder | undefined;
afterEach(async () => folder?.remove());

async function openZip(
  parts: readonly ZipPart[],
  change: (zip: Uint8Array) => Uint8Array = (zip) => zip,
): ReturnType<typeof openArchive> {
  folder = await makeFolder({});
  const path = join(folder.path, 'x.zip');
  await writeFile(path, change(makeZip(parts)));
  return openArchive(path, 'x.zip', { ...INPUT_LIMITS, maxEntries: 50 });
}

test.each<[string, string, ZipPart[]]>([
  ['a name that climbs out', 'ZIP_UNSAFE_NAME', [{ name: '../evil', content: 'x' }]],
  ['a name that climbs out in the middle', 'ZIP_UNSAFE_NAME', [{ name: 'a/../../evil', content: 'x' }]],
  ['an absolute name', 'ZIP_UNSAFE_NAME', [{ name: '/etc/passwd', content: 'x' }]],
  ['a Windows name', 'ZIP_UNSAFE_NAME', [{ name: 'C:\\evil', content: 'x' }]],
  ['a name that climbs out with backslashes', 'ZIP_UNSAFE_NAME', [{ name: 'a\\..\\..\\evil', content: 'x' }]],
  ['an absolute name with backslashes', 'ZIP_UNSAFE_NAME', [{ name: '\\\\server\\evil', content: 'x' }]],
  ['a link', 'ZIP_SYMLINK', [{ name: 'a', content: '/etc/passwd', mode: 0o120777 }]],
  [
    'the same name twice',
    'ZIP_DUPLICATE',
    [
      { name: 'a', content: 'x' },
      { name: 'a', content: 'y' },
    ],
  ],
  [
    'two names that differ in case',
    'ZIP_DUPLICATE',
    [
      { name: 'a/B.html', content: 'x' },
      { name: 'A/b.html', content: 'y' },
    ],
  ],
  [
    'two spellings of one name',
    'ZIP_DUPLICATE',
    [
      { name: 'caf\u00e9', content: 'x' },
      { name: 'cafe\u0301', content: 'y' },
    ],
  ],
  ['a bomb', 'ZIP_BOMB', [{ name: 'a', content: new Uint8Array(3_000_000), deflate: true }]],
  ['a claim of petabytes', 'ZIP_BOMB', [{ name: 'a', content: 'x', deflate: true, claim: { sizeBytes: 2 ** 50 } }]],
  ['too many files', 'ZIP_TOO_MANY', Array.from({ length: 51 }, (_, index) => ({ name: `f${index}`, content: '' }))],
])('refuses %s', async (_name, code, parts) => {
  await expect(openZip(parts)).rejects.toMatchObject({ name: 'ReaderError', code });
});

test('refuses files that share their bytes', async () => {
  const parts = [
    { name: 'a', content: 'xxxxxxxxxxxxxxxx' },
    { name: 'b', content: 'y', claim: { offset: 0 } },
  ];
  await expect(openZip(parts)).rejects.toMatchObject({ code: 'ZIP_BOMB' });
});

test('refuses a file that is cut off', async () => {
  await expect(openZip([{ name: 'a', content: 'x' }], (zip) => zip.subarray(0, -5))).rejects.toMatchObject({
    code: 'ZIP_MALFORMED',
  });
});

test('refuses content that unpacks to more than it says', async () => {
  const archive = await openZip([
    { name: 'a', content: 'x'.repeat(500_000), deflate: true, claim: { sizeBytes: 1000 } },
  ]);
  const entry = archive.entries.get('a');
  await expect(entry === undefined ? undefined : readAll(entry.source, 1e9, 'a')).rejects.toMatchObject({
    name: 'ReaderError',
  });
  archive.close();
});

test('reads names with backslashes, as old programs for Windows write them', async () => {
  const archive = await openZip([{ name: 'lesson\\one.html', content: 'x' }]);
  expect([...archive.entries.keys()]).toEqual(['lesson/one.html']);
  archive.close();
});

test.each([
  ['UTF-8', Buffer.from('leçon/草枕.html'), 'leçon/草枕.html'],
  ['the code page of old ZIPs', Buffer.from([0x6c, 0x65, 0x87, 0x6f, 0x6e]), 'leçon'],
])('reads names in %s that no flag speaks of', async (_name, name, expected) => {
  const archive = await openZip([{ name: 'x'.repeat(name.length), content: 'x' }], (zip) => {
    const bytes = Buffer.from(zip);
    for (const at of [0, bytes.indexOf('PK\x01\x02', 0, 'latin1')]) {
      const isDirectory = at > 0;
      bytes.writeUInt16LE(0, at + (isDirectory ? 8 : 6));
      name.copy(bytes, at + (isDirectory ? 46 : 30));
    }
    return bytes;
  });
  expect([...archive.entries.keys()]).toEqual([expected]);
  archive.close();
});

test('reads an honest archive', async () => {
  const archive = await openZip([
    { name: 'a/b.txt', content: 'hello', deflate: true },
    { name: 'c/', content: '' },
  ]);
  const entry = archive.entries.get('a/b.txt');
  expect(new TextDecoder().decode(entry === undefined ? undefined : await readAll(entry.source, 1e9, 'a'))).toBe(
    'hello',
  );
  expect([...archive.entries.keys()]).toEqual(['a/b.txt']);
  archive.close();
});
