import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { concatBytes, fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { encodeRecovery, encodeStationAuthority, RECOVERY_PATH, stationPath } from '#core/licence/authorities.ts';
import { encodeFloors, FLOORS_PATH, NO_FLOORS } from '#core/licence/floors.ts';
import { encodeStatus, STATUS_PATH } from '#core/licence/status.ts';
import { CHUNK_BYTES } from '#core/module/chunk.ts';
import { fileDigest } from '#core/module/leaves.ts';
import { manifestKeys } from '#core/module/manifest.ts';
import {
  atVersion,
  basicPlan,
  DAY_MS,
  NOW_MS,
  type Plan,
  publish,
  rolePlan,
  signRoot,
  testSigner,
} from '#core/repository/test-repository.ts';
import type { Mirror } from '../context.ts';
import { chunkPath } from './contents.ts';
import { openMirror } from './mirror.ts';

const SITE = 'den-haag';
const RECIPIENT = `age1${'q'.repeat(58)}`;
const MATHS = 'courses/maths/week-1.json';
const DUTCH = 'courses/dutch/week-1.json';

let folder: string;
let published: string;
let now: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-mirror-'));
  published = join(folder, 'published');
  now = NOW_MS;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface TestModule {
  readonly manifest: string;
  readonly leavesPath: string;
  readonly chunkPaths: readonly string[];
  /** Leaves and chunks, by the path at which they are published. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A module of one film of two chunks. */
async function makeModule(course: string): Promise<TestModule> {
  const chunks = [new Uint8Array(CHUNK_BYTES).fill(course.length), utf8(`the end of ${course}`)];
  const hashes = await Promise.all(chunks.map(sha256Hex));
  const leaves = concatBytes(...hashes.map(fromHex));
  const sizeBytes = chunks.reduce((total, chunk) => total + chunk.length, 0);
  const leavesHash = await sha256Hex(leaves);
  const digest = await fileDigest(sizeBytes, CHUNK_BYTES, leaves);
  const manifest = JSON.stringify({
    '@context': manifestKeys.context,
    metadata: {
      identifier: `urn:leeslicht:module:${course}/week-1`,
      title: 'Week 1',
      language: 'nl-NL',
      modified: '2026-11-24T05:00:00Z',
      [manifestKeys.version]: '1.0.0',
    },
    readingOrder: [
      {
        href: 'film.webm',
        type: 'video/webm',
        properties: { [manifestKeys.length]: sizeBytes, [manifestKeys.digest]: digest, [manifestKeys.kind]: 'video' },
      },
    ],
    [manifestKeys.leaves]: { sha256: leavesHash, length: leaves.length },
  });
  const leavesPath = `leaves/${leavesHash}`;
  const chunkPaths = hashes.map(chunkPath);
  const files = new Map<string, Uint8Array>([[leavesPath, leaves]]);
  chunkPaths.forEach((path, index) => {
    files.set(path, chunks[index] ?? new Uint8Array());
  });
  return { manifest, leavesPath, chunkPaths, files };
}

function grantText(): string {
  const key = { public: '11'.repeat(32), notBeforeMs: NOW_MS - DAY_MS, notAfterMs: NOW_MS + 400 * DAY_MS };
  const age = { recipient: RECIPIENT, notBeforeMs: key.notBeforeMs, notAfterMs: key.notAfterMs };
  return fromUtf8(
    encodeStationAuthority({
      siteId: SITE,
      siteName: 'Den Haag',
      stationName: 'Library',
      keys: { licence: key, receipt: key, age },
      maxLicenceDays: 14,
      capabilities: ['read'],
    }),
  );
}

const statusText = (version: number): string => fromUtf8(encodeStatus({ version, revokedDevices: [], withdrawn: [] }));

/** Two courses, the status list and the authorities, every role at `version`. */
async function programme(version = 1): Promise<{ plan: Plan; maths: TestModule; dutch: TestModule }> {
  const [basic, maths, dutch] = await Promise.all([basicPlan(), makeModule('maths'), makeModule('dutch')]);
  const role = async (key: number, name: string, paths: readonly string[], files: Record<string, string>) => ({
    ...(await rolePlan(key)),
    name,
    terminating: true,
    covers: { paths },
    files,
  });
  const plan: Plan = {
    ...basic,
    delegated: [
      await role(8, 'status', ['status/*'], { [STATUS_PATH]: statusText(version) }),
      await role(9, 'course-maths', ['courses/maths/*'], { [MATHS]: maths.manifest }),
      await role(10, 'course-dutch', ['courses/dutch/*'], { [DUTCH]: dutch.manifest }),
      await role(11, 'authorities', ['authorities/*', 'authorities/stations/*'], {
        [stationPath(SITE)]: grantText(),
        [RECOVERY_PATH]: fromUtf8(encodeRecovery({ recipient: RECIPIENT })),
        [FLOORS_PATH]: fromUtf8(encodeFloors({ ...NO_FLOORS, licences: new Map([['ab'.repeat(16), 7]]) })),
      }),
    ],
  };
  return { plan: atVersion(plan, version), maths, dutch };
}

function write(under: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    const file = resolve(under, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

/** Puts a programme into the published folder and its root where `init` puts it. */
async function publishProgramme(version = 1) {
  const made = await programme(version);
  const files = new Map([...(await publish(made.plan)), ...made.maths.files, ...made.dutch.files]);
  write(published, files);
  write(join(folder, 'mirror'), new Map([['trusted-root.json', await signRoot(made.plan)]]));
  return { ...made, files };
}

const openWith = (repository: string | undefined): Promise<Mirror> =>
  openMirror({
    folder: join(folder, 'mirror'),
    repository,
    siteId: SITE,
    now: () => now,
    log: pino({ level: 'silent' }),
  });
const open = (): Promise<Mirror> => openWith(published);
/** A mirror without a line. */
const openAlone = (): Promise<Mirror> => openWith(undefined);

/** Expects the mirror to give exactly these files. */
async function expectServed(mirror: Mirror, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [path, bytes] of files) {
    const served = await mirror.read(path);
    expect(served && (await sha256Hex(served)), path).toBe(await sha256Hex(bytes));
  }
}

/** The published folder behind an address of this machine; gone after the test. */
async function serve(): Promise<string> {
  const server = createServer(async (request, response) => {
    try {
      response.end(await readFile(join(published, new URL(request.url ?? '/', 'http://host').pathname)));
    } catch {
      // Whatever cannot be read is not published.
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Lets somebody else sign the timestamp of version 2. */
async function forgeTimestamp(plan: Plan): Promise<void> {
  const forged = { ...plan.timestamp, version: 2, signedBy: [await testSigner(99)] };
  write(published, await publish({ ...plan, timestamp: forged }));
}

test.each(['a folder', 'an address'])('brings all that is published from %s and gives it on', async (from) => {
  const { files } = await publishProgramme();
  const mirror = await openWith(from === 'a folder' ? published : await serve());
  expect(mirror.state()).toMatchObject({ kind: 'empty', refreshedAtMs: null });
  expect(mirror.stationGrant()).toBeUndefined();
  expect(await mirror.refresh()).toMatchObject({
    kind: 'fresh',
    refreshedAtMs: NOW_MS,
    failure: null,
    versions: { root: 1, timestamp: 1, status: 1, 'course-maths': 1, 'course-dutch': 1 },
  });
  expect(mirror.stationGrant()).toMatchObject({ siteId: SITE, maxLicenceDays: 14 });
  expect(mirror.status()).toMatchObject({ version: 1 });
  expect(mirror.recoveryRecipient()).toBe(RECIPIENT);
  expect(mirror.floors().licences.get('ab'.repeat(16))).toBe(7);
  await expectServed(mirror, files);
  expect(await mirror.read('metadata/1.root.json')).toBeDefined();
});

/** Changes one byte of a file in the station's own copy. */
function spoil(path: string): void {
  const file = join(folder, 'mirror/repository', path);
  const bytes = readFileSync(file);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

test('fetches leaves again that were damaged on its own disk', async () => {
  const { maths, files } = await publishProgramme();
  const mirror = await open();
  await mirror.refresh();
  spoil(maths.leavesPath);
  expect(await mirror.refresh()).toMatchObject({ failure: null });
  await expectServed(mirror, files);
});

test('hashes what it has once a day, and fetches again what the disk has spoilt', async () => {
  const { maths, files } = await publishProgramme();
  const [chunk = ''] = maths.chunkPaths;
  await (await open()).refresh();
  const mirror = await open();
  await mirror.refresh();
  spoil(chunk);
  await mirror.refresh();
  const copy = join(folder, 'mirror/repository', chunk);
  expect(new Uint8Array(readFileSync(copy))).not.toEqual(files.get(chunk));
  now += DAY_MS;
  await mirror.refresh();
  expect(new Uint8Array(readFileSync(copy))).toEqual(files.get(chunk));
});

test('gives a damaged chunk to nobody, and fetches it again at once', async () => {
  const { maths, files } = await publishProgramme();
  const [chunk = ''] = maths.chunkPaths;
  const mirror = await open();
  await mirror.refresh();
  for (const path of [chunk, maths.leavesPath]) {
    spoil(path);
    expect(await mirror.read(path)).toBeUndefined();
    await mirror.refresh();
    expect(await mirror.read(path)).toEqual(files.get(path));
  }
});

test('gives nothing that lies outside the copy, is a folder, or is not there', async () => {
  await publishProgramme();
  const mirror = await open();
  await mirror.refresh();
  const paths = [
    '../trusted-root.json',
    'targets/../../trusted-root.json',
    'targets/../metadata/timestamp.json',
    'targets/%2e%2e/metadata/timestamp.json',
    'metadata/../metadata/timestamp.json',
    '/metadata/timestamp.json',
    'targets/courses',
    'targets/courses/',
    'metadata/2.snapshot.json',
    `chunks/00/${'0'.repeat(64)}`,
    `leaves/${'0'.repeat(64)}`,
  ];
  for (const path of paths) expect(await mirror.read(path), path).toBeUndefined();
});

test('a damaged chunk of one course keeps back neither the other course nor the status list', async () => {
  const { maths, dutch, files } = await publishProgramme();
  const damaged = maths.chunkPaths[1] ?? '';
  write(published, new Map([[damaged, utf8('something else')]]));
  const mirror = await open();
  expect(await mirror.refresh()).toMatchObject({ kind: 'fresh', failure: { code: 'CHUNK_DAMAGED', atMs: NOW_MS } });
  expect(mirror.status()).toMatchObject({ version: 1 });
  await expectServed(mirror, dutch.files);
  expect(await mirror.read(damaged)).toBeUndefined();

  write(published, files);
  expect(await mirror.refresh()).toMatchObject({ failure: null });
  await expectServed(mirror, files);
});

test('names a chunk that is missing', async () => {
  const { dutch, files } = await publishProgramme();
  rmSync(join(published, dutch.chunkPaths[0] ?? ''));
  const mirror = await open();
  expect(await mirror.refresh()).toMatchObject({ failure: { code: 'CHUNK_MISSING' } });
  write(published, files);
  expect(await mirror.refresh()).toMatchObject({ failure: null });
});

test('a forged timestamp changes nothing that is trusted, and the state says why', async () => {
  const { plan, files } = await publishProgramme();
  const mirror = await open();
  const before = await mirror.refresh();
  await forgeTimestamp(plan);
  now += DAY_MS;
  expect(await mirror.refresh()).toEqual({ ...before, failure: { code: 'BAD_SIGNATURE', atMs: now } });
  expect(mirror.status()).toMatchObject({ version: 1 });
  await expectServed(mirror, files);
});

test('brings a newer status list, and refuses to go back to the older one', async () => {
  await publishProgramme();
  const mirror = await open();
  await mirror.refresh();
  await publishProgramme(2);
  expect(await mirror.refresh()).toMatchObject({ failure: null, versions: { timestamp: 2 } });
  expect(mirror.status()).toMatchObject({ version: 2 });
  await publishProgramme(1);
  expect(await mirror.refresh()).toMatchObject({ failure: { code: 'ROLLBACK' }, versions: { timestamp: 2 } });
  expect(mirror.status()).toMatchObject({ version: 2 });
});

test('who asks for news while some are on their way waits for the ones after them', async () => {
  await publishProgramme();
  const mirror = await open();
  const first = mirror.refresh();
  const second = mirror.refresh();
  expect(second).not.toBe(first);
  expect(mirror.refresh()).toBe(second);
  await publishProgramme(2);
  expect(await mirror.refresh()).toMatchObject({ failure: null, versions: { timestamp: 2 } });
});

test('works on after a restart without a line', async () => {
  const { files } = await publishProgramme();
  await (await open()).refresh();
  rmSync(published, { recursive: true });
  const mirror = await openAlone();
  expect(mirror.state()).toMatchObject({ kind: 'fresh', refreshedAtMs: null, versions: { timestamp: 1 } });
  expect(mirror.stationGrant()).toMatchObject({ siteId: SITE });
  expect(mirror.status()).toMatchObject({ version: 1 });
  expect(mirror.recoveryRecipient()).toBe(RECIPIENT);
  await expectServed(mirror, files);
  expect((await (await open()).refresh()).failure).toMatchObject({ code: 'MISSING' });
});

test.each([
  ['the status list', `targets/status/`, 'status.json'],
  ['the grant of the station', `targets/authorities/stations/`, `${SITE}.json`],
])('goes on with the %s that it knows when the new one is missing, also after a restart', async (_, where, name) => {
  await publishProgramme();
  await (await open()).refresh();
  const { plan } = await publishProgramme(2);
  for (const file of readdirSync(join(published, where))) if (file.endsWith(name)) rmSync(join(published, where, file));
  const refreshed = await open();
  const before = await refreshed.read('metadata/timestamp.json');
  expect(await refreshed.refresh()).toMatchObject({ failure: { code: 'MISSING' }, versions: { timestamp: 2 } });
  for (const mirror of [refreshed, await openAlone()]) {
    expect(mirror.state().kind).toBe('fresh');
    expect(mirror.stationGrant()).toMatchObject({ siteId: SITE });
    expect(mirror.status()).toBeDefined();
    expect(mirror.recoveryRecipient()).toBe(RECIPIENT);
    // Devices keep the older lists until the new ones are whole.
    expect(await mirror.read('metadata/timestamp.json')).toEqual(before);
  }
  const repaired = await publish(plan);
  write(published, repaired);
  const mirror = await open();
  expect(await mirror.refresh()).toMatchObject({ failure: null, versions: { timestamp: 2 } });
  expect(mirror.status()).toMatchObject({ version: 2 });
  await expectServed(mirror, repaired);
});

test('gives all metadata although the refresh that fetched it broke off before copying it', async () => {
  const { files } = await publishProgramme();
  await (await open()).refresh();
  rmSync(join(folder, 'mirror/repository/metadata'), { recursive: true });
  const mirror = await open();
  await mirror.refresh();
  await expectServed(mirror, files);
});

test('the clock alone makes the mirror late and then stopped, also after a restart', async () => {
  await publishProgramme();
  const mirror = await open();
  await mirror.refresh();
  const expiry = NOW_MS + 40 * DAY_MS;
  const steps: [number, string][] = [
    [expiry - 19 * DAY_MS, 'fresh'],
    [expiry - 19 * DAY_MS + 1, 'late'],
    [expiry - 1, 'late'],
    [expiry, 'stopped'],
  ];
  for (const [at, kind] of steps) {
    now = at;
    expect(mirror.state().kind).toBe(kind);
    expect((await openAlone()).state().kind).toBe(kind);
  }
  expect(await mirror.refresh()).toMatchObject({ kind: 'stopped', failure: { code: 'EXPIRED' } });
  expect(mirror.stationGrant()).toMatchObject({ siteId: SITE });
});
