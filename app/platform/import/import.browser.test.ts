import { deleteDB } from 'idb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { equalBytes } from '#core/bytes/bytes.ts';
import { grantKeeper } from '../../worker/reading-grant.ts';
import { moduleServer } from '../../worker/serve-module.ts';
import { type DeviceDatabase, openDeviceDatabase } from '../device/device-database.ts';
import { quarantineFile, releaseRepaired } from '../modules/quarantine.ts';
import type { Damage } from '../platform.ts';
import { activate, beginImport, collectGarbage } from './activate.ts';
import { chunkWriter } from './chunk-writer.ts';
import { bringChunks, planImport } from './import-chunks.ts';
import { makeModule, manyBytes } from './module-fixture.ts';

const NAME = 'test-import';
let database: DeviceDatabase;
let fetched: string[];

beforeEach(async () => {
  await deleteDB(NAME);
  database = await openDeviceDatabase(NAME);
  fetched = [];
});

afterEach(() => {
  database.close();
  vi.unstubAllGlobals();
});

type TestModule = Awaited<ReturnType<typeof makeModule>>;

/** A station that has these chunks, and loses the line after `limit` of them. */
function station(chunks: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, limit = Number.POSITIVE_INFINITY): void {
  vi.stubGlobal('fetch', async (url: string) => {
    const hash = url.split('/').at(-1) ?? '';
    if (fetched.length >= limit) throw new TypeError('Failed to fetch');
    fetched.push(hash);
    const bytes = chunks.get(hash);
    return bytes ? new Response(bytes) : new Response(null, { status: 404 });
  });
}

async function importModule(module: TestModule): Promise<void> {
  await beginImport(database, module.path, module.manifest, module.stored);
  const { missing } = await planImport(database, module.stored.sha256);
  const on = { written: () => undefined, fetched: () => undefined };
  await bringChunks(database, 'http://station/repository/', missing, on, new AbortController().signal);
  await activate(database, module.path, module.manifest, module.stored.sha256, {});
  await releaseRepaired(database, module.path);
}

async function flip(hash: string): Promise<void> {
  const bytes = new Uint8Array((await database.get('chunks', hash)) ?? new ArrayBuffer(0));
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  await database.put('chunks', bytes.buffer, hash);
}

function serverFor(module: TestModule, damages: Damage[] = []) {
  const grants = grantKeeper(
    async () => database,
    () => Date.now(),
  );
  const key = module.stored.sha256.slice(0, 32);
  const serve = moduleServer({
    database: async () => database,
    grants,
    origin: location.origin,
    onDamage: (damage) => damages.push(damage),
  });
  const ask = (href: string, init?: RequestInit): Promise<Response> =>
    serve(new Request(`${location.origin}/m/${key}/${href}`, init));
  return { ask, open: () => grants.give([key], 'en'), close: () => grants.close() };
}

test('an import that lost the line goes on with the chunks that are missing', async () => {
  const module = await makeModule({ 'a.mp4': manyBytes(5_000_000) });
  station(module.chunks, 3);
  await expect(importModule(module)).rejects.toMatchObject({ code: 'NETWORK' });
  expect(await database.count('active')).toBe(0);
  const first = fetched.length;
  expect(first).toBe(3);
  station(module.chunks);
  await importModule(module);
  expect(fetched.length).toBe(5);
  expect(await database.count('active')).toBe(1);
});

test('an update fetches only changed chunks, and the old ones are collected', async () => {
  const video = manyBytes(3_000_000);
  const before = await makeModule({ 'p.html': manyBytes(1000), 'v.mp4': video });
  station(before.chunks);
  await importModule(before);
  fetched = [];
  const after = await makeModule({ 'p.html': manyBytes(1000), 'v.mp4': video }, '1.0.1');
  station(after.chunks);
  await importModule(after);
  expect(fetched).toHaveLength(1);
  expect(await collectGarbage(database)).toBe(1);
  expect(await database.count('chunks')).toBe(4);
});

test('a chunk with other bytes is refused and the old version stays', async () => {
  const old = await makeModule({ 'p.html': manyBytes(1000) });
  station(old.chunks);
  await importModule(old);
  const next = await makeModule({ 'p.html': manyBytes(2000) }, '1.0.1');
  station(new Map([...next.chunks.keys()].map((hash) => [hash, manyBytes(2000)])));
  await expect(importModule(next)).rejects.toMatchObject({ code: 'CHUNK_MISMATCH' });
  expect((await database.get('active', old.path))?.version).toBe('1.0.0');
});

test('serves ranges, heads and whole files with a policy, and nothing without a grant', async () => {
  const video = manyBytes(2_500_000);
  const module = await makeModule({ 'p.html': manyBytes(1000), 'v.mp4': video });
  station(module.chunks);
  await importModule(module);
  const { ask, open, close } = serverFor(module);
  expect((await ask('v.mp4')).status).toBe(423);
  await open();
  const part = await ask('v.mp4', { headers: { range: 'bytes=1000000-2100000' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe('bytes 1000000-2100000/2500000');
  const partBytes = new Uint8Array(await part.arrayBuffer());
  expect(equalBytes(partBytes, video.subarray(1_000_000, 2_100_001))).toBe(true);
  const whole = await ask('v.mp4');
  expect(equalBytes(new Uint8Array(await whole.arrayBuffer()), video)).toBe(true);
  expect(whole.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await ask('v.mp4', { headers: { range: 'bytes=2500000-' } })).status).toBe(416);
  const head = await ask('v.mp4', { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '2500000', '']);
  expect((await ask('other.html')).status).toBe(404);
  await close();
  expect((await ask('p.html')).status).toBe(423);
});

test('none of a file in quarantine is served, sound chunks and heads neither, and a stream that runs ends', async () => {
  const module = await makeModule({ 'v.mp4': manyBytes(4_500_000) });
  station(module.chunks);
  await importModule(module);
  const { ask, open } = serverFor(module);
  await open();
  const running = (await ask('v.mp4')).body?.getReader();
  expect((await running?.read())?.value?.length).toBe(1024 * 1024);
  const [hash = ''] = module.chunks.keys();
  await quarantineFile(database, module.path, 'v.mp4', hash);
  expect((await ask('v.mp4', { headers: { range: 'bytes=2100000-2200000' } })).status).toBe(422);
  expect((await ask('v.mp4', { method: 'HEAD' })).status).toBe(422);
  // What was read ahead of the quarantine was sound; nothing is read after it.
  const drain = async (): Promise<void> => {
    while (!(await running?.read())?.done);
  };
  await expect(drain()).rejects.toMatchObject({ code: 'DAMAGED' });
});

test('the writer of chunks holds at most one step, however many lanes bring chunks, and keeps what it was given', async () => {
  const MEBIBYTE = 1024 * 1024;
  const LANES = 6;
  const free: ArrayBuffer[] = [];
  let made = 0;
  const writer = chunkWriter(database, () => undefined);
  const queue = Array.from({ length: 60 }, (_, index) => index).values();
  const lane = async (): Promise<void> => {
    for (const index of queue) {
      const spare = free.pop();
      if (!spare) made += 1;
      const bytes = new Uint8Array(spare ?? new ArrayBuffer(MEBIBYTE)).fill(index);
      await writer.write(String(index).padStart(64, '0'), bytes, () => free.push(bytes.buffer));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await writer.flush();
  // A step of eight, and one chunk in the hand of each lane.
  expect(made).toBeLessThanOrEqual(8 + LANES);
  const kept = await Promise.all(
    Array.from({ length: 60 }, (_, index) => database.get('chunks', String(index).padStart(64, '0'))),
  );
  expect(kept.map((bytes) => bytes && new Uint8Array(bytes).at(-1))).toEqual(Array.from({ length: 60 }, (_, at) => at));
});

test('a flipped byte gives a notice, never the content, until a sync has brought the chunk again', async () => {
  const page = manyBytes(2000);
  const module = await makeModule({ 'p.html': page });
  station(module.chunks);
  await importModule(module);
  const [hash = ''] = module.chunks.keys();
  await flip(hash);
  const damages: Damage[] = [];
  const { ask, open } = serverFor(module, damages);
  await open();
  const refused = await ask('p.html');
  expect([refused.status, refused.headers.get('leeslicht-damaged')]).toEqual([422, '1']);
  expect(await refused.text()).toContain('This part is damaged');
  expect(damages).toEqual([{ path: module.path, href: 'p.html' }]);
  expect((await ask('p.html')).status).toBe(422);
  await importModule(module);
  expect(new Uint8Array(await (await ask('p.html')).arrayBuffer())).toEqual(page);
});
