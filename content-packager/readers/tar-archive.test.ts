import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { readAll } from './byte-source.ts';
import { openTar, type TarArchive } from './tar-archive.ts';
import { makeFolder, makeTar, type TarPart, type TestFolder } from './test-input.ts';

let folder: TestFolder | undefined;
afterEach(async () => folder?.remove());

async function open(bytes: Uint8Array): Promise<TarArchive> {
  folder = await makeFolder({});
  const path = join(folder.path, 'x.tgz');
  await writeFile(path, bytes);
  return openTar(path, 'x.tgz');
}

async function contents(archive: TarArchive): Promise<[string, string][]> {
  const files: [string, string][] = [];
  for (const { path, source } of archive.files)
    files.push([path, new TextDecoder().decode(await readAll(source, 1e9, path))]);
  return files;
}

const spools = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('leeslicht-tar-'));

test.each([
  ['a plain tar', (tar: Uint8Array) => tar],
  ['a gzip tar', (tar: Uint8Array) => gzipSync(tar)],
])('reads %s, long names included, and leaves nothing behind', async (_name, pack) => {
  const before = await spools();
  const long = `${'deep/'.repeat(30)}file.txt`;
  const archive = await open(
    pack(
      makeTar([
        { name: './a.txt', content: 'one' },
        { name: 'folder/', content: '', type: '5' },
        {
          name: 'x',
          content: `${`${26 + long.length} path=${long}`}\n`.replace(/^\d+/, String(` path=${long}\n`.length + 3)),
          type: 'x',
        },
        { name: 'short', content: 'b'.repeat(1000) },
      ]),
    ),
  );
  expect(await contents(archive)).toEqual([
    ['a.txt', 'one'],
    [long, 'b'.repeat(1000)],
  ]);
  await archive.close();
  expect(await spools()).toEqual(before);
});

test('a hard link to a file earlier in the archive is that file', async () => {
  const archive = await open(
    makeTar([
      { name: './.ARCHIVE_INDEX', content: 'index' },
      { name: './folder/a.txt', content: 'one' },
      { name: 'b.txt', content: '', type: '1', link: './folder/a.txt' },
      { name: '.ARCHIVE_INDEX', content: '', type: '1', link: './.ARCHIVE_INDEX' },
      { name: 'c.txt', content: 'three' },
    ]),
  );
  expect(await contents(archive)).toEqual([
    ['.ARCHIVE_INDEX', 'index'],
    ['folder/a.txt', 'one'],
    ['b.txt', 'one'],
    ['c.txt', 'three'],
  ]);
  await archive.close();
});

test.each<[string, string, readonly TarPart[]]>([
  ['a path that climbs out', 'TAR_UNSAFE_NAME', [{ name: '../x', content: 'x' }]],
  ['an absolute path', 'TAR_UNSAFE_NAME', [{ name: '/etc/x', content: 'x' }]],
  ['a backslash', 'TAR_UNSAFE_NAME', [{ name: 'a\\..\\b', content: 'x' }]],
  ['a symbolic link', 'TAR_SYMLINK', [{ name: 'x', content: '', type: '2', link: '/etc/passwd' }]],
  ['a hard link to a file outside', 'TAR_SYMLINK', [{ name: 'x', content: '', type: '1', link: '/etc/passwd' }]],
  [
    'a hard link to a file that comes later',
    'TAR_SYMLINK',
    [
      { name: 'x', content: '', type: '1', link: 'y' },
      { name: 'y', content: 'y' },
    ],
  ],
  [
    'a hard link to a symbolic link',
    'TAR_SYMLINK',
    [
      { name: 'x', content: '', type: '2', link: '/etc/passwd' },
      { name: 'y', content: '', type: '1', link: 'x' },
    ],
  ],
  ['a device', 'TAR_SYMLINK', [{ name: 'x', content: '', type: '3' }]],
  [
    'two names that differ in case',
    'TAR_DUPLICATE',
    [
      { name: 'a.txt', content: 'x' },
      { name: 'A.TXT', content: 'y' },
    ],
  ],
  [
    'two spellings of one name',
    'TAR_DUPLICATE',
    [
      { name: 'é', content: 'x' },
      { name: 'e\u0301', content: 'y' },
    ],
  ],
  ['nothing', 'TAR_MALFORMED', []],
])('refuses an archive with %s', async (_name, code, parts) => {
  const before = await spools();
  await expect(open(gzipSync(makeTar(parts)))).rejects.toMatchObject({ name: 'ReaderError', code });
  expect(await spools()).toEqual(before);
});

test('a bomb is refused before it fills the disk', async () => {
  const bomb = gzipSync(makeTar([{ name: 'zeros', content: new Uint8Array(100 * 1024 * 1024) }]));
  await expect(open(bomb)).rejects.toMatchObject({ code: 'TAR_BOMB' });
});

test('hard links that hold one file many times over are a bomb too', async () => {
  const links = Array.from({ length: 200 }, (_, n) => ({ name: `link${n}`, content: '', type: '1', link: 'one' }));
  const bomb = makeTar([{ name: 'one', content: new Uint8Array(1024 * 1024) }, ...links]);
  await expect(open(gzipSync(bomb))).rejects.toMatchObject({ code: 'TAR_BOMB' });
});

test('an archive that is cut off, or whose checksum is wrong, is refused', async () => {
  const tar = makeTar([{ name: 'a', content: 'x'.repeat(5000) }]);
  await expect(open(tar.subarray(0, 3000))).rejects.toMatchObject({ code: 'TAR_MALFORMED' });
  await expect(open(gzipSync(tar).subarray(0, 60))).rejects.toMatchObject({ code: 'TAR_MALFORMED' });
  const forged = tar.slice();
  forged[0] = 0x62;
  await expect(open(forged)).rejects.toMatchObject({ code: 'TAR_MALFORMED' });
});
