import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import { beforeEach, expect, test } from 'vitest';
import { fromUtf8, toBytes } from '#core/bytes/bytes.ts';
import { encodeFloors, FLOORS_PATH, type Floors, NO_FLOORS } from '#core/licence/floors.ts';
import {
  atVersion,
  basicPlan,
  fetchFrom,
  NOW_MS,
  publish,
  rolePlan,
  signRoot,
} from '#core/repository/test-repository.ts';
import { type DeviceDatabase, openDeviceDatabase } from '../device/device-database.ts';
import { metaStore, type PinnedTrust } from '../device/device-meta.ts';
import { metadataVersions, openTrust, refreshTrust } from './trust.ts';

const NAME = 'test-trust';
const basic = await basicPlan();
const pinned: PinnedTrust = {
  root: toBytes(await signRoot(basic)),
  siteId: 'north',
  siteName: 'North',
  receiptKey: new Uint8Array(32),
};
let database: DeviceDatabase;

beforeEach(async () => {
  database?.close();
  await deleteDB(NAME);
  database = await openDeviceDatabase(NAME);
});

/** What the programme publishes at this version of everything, with the authorities' floors if they set any. */
async function published(version: number, floors?: Partial<Floors>) {
  const files: Record<string, string> = floors
    ? { [FLOORS_PATH]: fromUtf8(encodeFloors({ ...NO_FLOORS, ...floors })) }
    : {};
  const covers = { paths: ['authorities/*'] };
  const authorities = { ...(await rolePlan(12)), name: 'authorities', terminating: true, covers, files };
  return fetchFrom(await publish(atVersion({ ...basic, delegated: [authorities] }, version)));
}

const refresh = async (version: number, floors?: Partial<Floors>) =>
  refreshTrust(database, pinned, await published(version, floors), NOW_MS);

test('keeps the highest floors that the authorities ever set, whatever comes later', async () => {
  expect((await refresh(1)).floors).toEqual(NO_FLOORS);
  const high = { app: '2.0.0', metadata: { root: 1, snapshot: 2 }, licences: new Map([['ab'.repeat(16), 7]]) };
  expect((await refresh(2, high)).floors).toEqual(high);
  const low = { app: '1.0.0', metadata: { root: 1, snapshot: 1 }, licences: new Map([['ab'.repeat(16), 3]]) };
  expect((await refresh(3, low)).floors).toEqual(high);
  expect((await refresh(4)).floors).toEqual(high);
  expect((await openTrust(database, pinned, NOW_MS)).floors).toEqual(high);
});

test('a disk on which older metadata was put back still knows what must count at least', async () => {
  await refresh(1);
  const old = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of await database.getAllKeys('metadata')) {
    const bytes = await database.get('metadata', name);
    if (bytes) old.set(name, bytes);
  }
  await refresh(5, { metadata: { root: 1, snapshot: 5 } });
  for (const [name, bytes] of old) await database.put('metadata', bytes, name);
  const trust = await openTrust(database, pinned, NOW_MS);
  expect(metadataVersions(trust.repository)).toEqual({ root: 1, snapshot: 1 });
  expect(trust.floors.metadata).toEqual({ root: 1, snapshot: 5 });
});

test('takes no metadata from before the floor, even when it has forgotten what it held, and keeps nothing of it', async () => {
  await refresh(5, { metadata: { root: 1, snapshot: 5 } });
  await database.clear('metadata');
  await expect(refresh(4)).rejects.toMatchObject({ code: 'BELOW_FLOOR' });
  expect(await database.count('metadata')).toBe(0);
  expect(metadataVersions((await refresh(6)).repository)).toEqual({ root: 1, snapshot: 6 });
  expect(await metaStore(database).read('floors')).toMatchObject({ metadata: { root: 1, snapshot: 5 } });
});
