import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { initProgramme, openKeyRing } from '../writer/programme/index.ts';
import { readArguments } from './arguments.ts';
import { fileNameOf, openFolderStore } from './folder-store.ts';
import { httpFetch } from './http-fetch.ts';
import { main } from './main.ts';

type Answer = (response: ServerResponse) => void;

let work: string;
let repository: string;
let address: string;
/** What the host says in place of the file of this path. */
const answers = new Map<string, Answer>();
let asked: string[] = [];

const server = createServer((request, response) => {
  const path = request.url ?? '';
  asked.push(path);
  const answer = answers.get(path);
  if (answer) return answer(response);
  readFile(join(repository, decodeURIComponent(path))).then(
    (bytes) => response.end(bytes),
    () => response.writeHead(404).end(),
  );
});

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'leeslicht-tuf-'));
  const programme = join(work, 'programme');
  await initProgramme(programme, { name: 'Test', small: true, nowMs: Date.now() }, (dir) =>
    openKeyRing(
      dir,
      async () => 'a passphrase of six plain words',
      (length) => new Uint8Array(randomBytes(length)),
    ),
  );
  repository = join(programme, 'repository');
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const bound = server.address();
  if (typeof bound !== 'object' || bound === null) throw new Error('no port');
  address = `http://127.0.0.1:${bound.port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(work, { recursive: true, force: true });
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(work, 'client-'));
  await mkdir(join(folder, 'metadata'));
  await mkdir(join(folder, 'targets'));
  answers.clear();
  asked = [];
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

const run = (...line: readonly string[]) => main(['--metadata-dir', join(folder, 'metadata'), ...line]);
const init = () => run('init', join(repository, 'metadata/1.root.json'));
const refresh = () => run('--metadata-url', `${address}/metadata`, 'refresh');
const download = (...names: readonly string[]) => {
  const targets = ['--target-base-url', `${address}/targets/`, '--target-dir', join(folder, 'targets')];
  const wanted = names.flatMap((name) => ['--target-name', name]);
  return run('--metadata-url', `${address}/metadata/`, ...wanted, ...targets, 'download');
};
const trusted = async () => (await readdir(join(folder, 'metadata'))).sort();
const complaint = () => String(vi.mocked(console.error).mock.calls.at(-1)?.[0]);

describe('a repository made by the ceremony', () => {
  test('is refreshed and downloaded from, byte for byte', async () => {
    expect(await init()).toBe(0);
    expect(asked).toEqual([]);
    expect(await refresh()).toBe(0);
    expect(asked).toEqual([
      '/metadata/2.root.json',
      '/metadata/timestamp.json',
      '/metadata/1.snapshot.json',
      '/metadata/1.targets.json',
    ]);
    expect(await trusted()).toEqual(['root.json', 'snapshot.json', 'targets.json', 'timestamp.json']);
    expect(await readFile(join(folder, 'metadata/snapshot.json'))).toEqual(
      await readFile(join(repository, 'metadata/1.snapshot.json')),
    );
    expect(await download('status/status.json', 'authorities/recovery.json')).toBe(0);
    expect(await trusted()).toContain('status.json');
    const targets = await readdir(join(folder, 'targets'));
    expect(targets.sort()).toEqual(['authorities%2Frecovery.json', 'status%2Fstatus.json']);
    expect(JSON.parse(await readFile(join(folder, 'targets/status%2Fstatus.json'), 'utf8'))).toMatchObject({
      version: 1,
    });
  });

  test('gives a target once: what is there and right is not fetched again, what is wrong is', async () => {
    await init();
    const fetched = () => asked.filter((path) => path.startsWith('/targets/')).length;
    expect([await download('status/status.json'), await download('status/status.json')]).toEqual([0, 0]);
    expect(fetched()).toBe(1);
    await writeFile(join(folder, 'targets/status%2Fstatus.json'), 'changed');
    expect(await download('status/status.json')).toBe(0);
    expect(fetched()).toBe(2);
  });

  test('refuses what it does not publish, and stops there', async () => {
    await init();
    expect(await download('status/none.json', 'status/status.json')).toBe(1);
    expect(complaint()).toContain('NO_SUCH_TARGET');
    expect(await readdir(join(folder, 'targets'))).toEqual([]);
  });

  test('leaves no target behind whose bytes are not the published ones', async () => {
    await init();
    const [name] = (await readdir(join(repository, 'targets/status'))).map((file) => `/targets/status/${file}`);
    answers.set(name ?? '', (response) => response.end('{"version":1,"revokedDevices":[]}'));
    expect(await download('status/status.json')).toBe(1);
    expect(await readdir(join(folder, 'targets'))).toEqual([]);
  });
});

describe('a client without a sound root', () => {
  test('asks for nothing', async () => {
    expect(await refresh()).toBe(1);
    expect(complaint()).toContain('NO_ROOT');
    await writeFile(join(folder, 'root'), '{}');
    expect(await run('init', join(folder, 'root'))).toBe(1);
    await writeFile(join(folder, 'metadata/root.json'), '{}');
    expect(await refresh()).toBe(1);
    expect(asked).toEqual([]);
  });
});

describe('a host that does not answer as it should', () => {
  const patience = { silenceMs: 150, fileMs: 400, minBytesPerSecond: 1_000_000 };
  const fetchFile = (path: string, maxBytes = 1000) =>
    httpFetch({ metadata: `${address}/metadata`, targets: `${address}/targets` }, patience)(path, maxBytes);

  test('silent: is given up', async () => {
    answers.set('/metadata/x.json', () => undefined);
    await expect(fetchFile('metadata/x.json')).rejects.toMatchObject({ code: 'TIMED_OUT' });
  });

  test('slow, a byte at a time: is given up at the end of the time for one file', async () => {
    answers.set('/metadata/x.json', (response) => {
      const drip = setInterval(() => response.write('{'), 50);
      response.on('close', () => clearInterval(drip));
    });
    const begin = performance.now();
    await expect(fetchFile('metadata/x.json')).rejects.toMatchObject({ code: 'TIMED_OUT' });
    expect(performance.now() - begin).toBeLessThan(2000);
  });

  test('endless: is read a little beyond the limit and no further', async () => {
    let sent = 0;
    answers.set('/metadata/x.json', (response) => {
      const more = () => {
        sent += 16_384;
        if (!response.destroyed) response.write(new Uint8Array(16_384), more);
      };
      more();
    });
    const bytes = await fetchFile('metadata/x.json', 100_000);
    expect(bytes?.length).toBeGreaterThan(100_000);
    expect(bytes?.length).toBeLessThan(300_000);
    expect(sent).toBeLessThan(20_000_000);
    await init();
    answers.set('/metadata/timestamp.json', (response) => response.end(new Uint8Array(20_000)));
    expect(await refresh()).toBe(1);
    expect(complaint()).toContain('TOO_LARGE: timestamp');
    expect(await trusted()).toEqual(['root.json']);
  });

  test('broken off, elsewhere or failing: is a failure, and a missing file is none', async () => {
    answers.set('/metadata/x.json', (response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(fetchFile('metadata/x.json')).rejects.toMatchObject({ code: 'UNREACHABLE' });
    answers.set('/metadata/x.json', (response) => response.writeHead(500).end());
    await expect(fetchFile('metadata/x.json')).rejects.toMatchObject({ code: 'HTTP_STATUS' });
    answers.set('/metadata/x.json', (response) => response.writeHead(302, { location: '/metadata/y.json' }).end());
    await expect(fetchFile('metadata/x.json')).rejects.toMatchObject({ code: 'HTTP_STATUS' });
    answers.set('/metadata/x.json', (response) => response.writeHead(403).end());
    expect(await fetchFile('metadata/x.json')).toBeUndefined();
  });

  test('asks for paths of targets as they are written, and for nothing outside the repository', async () => {
    await fetchFile('targets/a b/ü?#%41.txt');
    expect(asked).toEqual(['/targets/a%20b/%C3%BC%3F%23%2541.txt']);
    await expect(fetchFile('targets/../../secret')).rejects.toMatchObject({ code: 'OUTSIDE_BASE' });
    await expect(fetchFile('targets/..')).rejects.toMatchObject({ code: 'OUTSIDE_BASE' });
  });
});

describe('the folder of trusted metadata', () => {
  test('takes any role name as one file in it', async () => {
    const store = openFolderStore(join(folder, 'metadata'));
    const names = ['../role', '.', '..', '?', 'a/b', 'x'.repeat(5000), 'timestamp'];
    await store.commit(new Map(names.map((name) => [name, utf8(name)])));
    expect((await trusted()).length).toBe(names.length);
    for (const name of names) expect(await store.read(name), name).toEqual(utf8(name));
    await store.commit(new Map(names.map((name) => [name, undefined])));
    expect(await trusted()).toEqual([]);
    expect(fileNameOf('..')).toBe('%2E%2E');
  });

  test('keeps no older roots', async () => {
    const store = openFolderStore(join(folder, 'metadata'));
    await store.commit(new Map([['2.root', utf8('2')]]));
    expect(await trusted()).toEqual([]);
    expect(await store.read('2.root')).toBeUndefined();
  });
});

describe('the command line', () => {
  const options = ['--metadata-dir', 'M', '--metadata-url', 'U'];

  test('takes options before and after the command', () => {
    const refreshed = { kind: 'refresh', metadataDir: 'M', metadataUrl: 'U' };
    expect(readArguments([...options, 'refresh'])).toEqual(refreshed);
    expect(readArguments(['refresh', ...options])).toEqual(refreshed);
    expect(readArguments(['init', 'root.json', '--metadata-dir', 'M'])).toMatchObject({ trustedRoot: 'root.json' });
    const more = ['--target-name', 'a', '--target-name=-b', '--target-dir', 'D', '--target-base-url', 'B'];
    expect(readArguments(['download', ...more, ...options])).toMatchObject({ targetNames: ['a', '-b'] });
  });

  test.each([
    [[]],
    [['refresh']],
    [options],
    [[...options, 'upload']],
    [[...options, 'refresh', 'more']],
    [[...options, 'download']],
    [['--metadata-dir', 'M', 'init']],
    [[...options, '--unknown', 'refresh']],
  ])('explains itself for %j', async (line) => {
    expect(() => readArguments(line)).toThrow(/^USAGE: .*tuf-client --metadata-dir/s);
    expect(await main(line)).toBe(1);
  });
});
