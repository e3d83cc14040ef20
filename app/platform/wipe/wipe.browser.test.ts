import { deleteDB } from 'idb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyEnvelope } from '#core/dsse/dsse.ts';
import { ORDER_DONE_TYPE, parseOrderDone } from '#core/order/order.ts';
import { type DeviceDatabase, openDeviceDatabase } from '../device/device-database.ts';
import { type DeviceKeys, makeDeviceKeys, openDeviceKeys } from '../device/device-keys.ts';
import { type MetaStore, metaStore } from '../device/device-meta.ts';
import { learnerRecords } from '../records/learner-records.ts';
import { RECORDS_DATABASE } from '../records/records-database.ts';
import { deriveInWorker } from '../vault/derive-key.ts';
import { createVault, unlockVault, type VaultPorts } from '../vault/pin-vault.ts';
import { wipeDevice } from './wipe-device.ts';

const NAME = 'test-wipe';
const ORDER_ID = '0e'.repeat(16);
const PIN = '493817';
let database: DeviceDatabase;
let meta: MetaStore;
let keys: DeviceKeys;
let ports: VaultPorts;

beforeEach(async () => {
  await deleteDB(NAME);
  await deleteDB(RECORDS_DATABASE);
  database = await openDeviceDatabase(NAME);
  meta = metaStore(database);
  keys = await makeDeviceKeys();
  ports = { meta, deriveKey: deriveInWorker, monotonicMs: () => 0, recoveryRecipient: () => undefined };
  const records = learnerRecords({ nowMs: () => 1, allows: () => true });
  await records.open(await createVault(ports, PIN));
  await records.messages.put({
    id: 'm',
    kind: 'message',
    direction: 'out',
    text: 'Hi',
    createdAtMs: 1,
    step: 'handedIn',
  });
  records.close();
  await database.put('chunks', new ArrayBuffer(8), 'a chunk');
  await database.put('targets', new Uint8Array(8), 'a target');
  const identity = { learnerLabel: 'Sam', deviceEpoch: 1, stationEpoch: 1 };
  await meta.write({ keys, identity, wiping: { orderId: ORDER_ID } });
  localStorage.clear();
  localStorage.setItem('leeslicht.preferences', 'large');
});
afterEach(() => database.close());

/** What lies in the browser: names of databases, numbers of rows, names of single values. */
async function left() {
  const databases = (await indexedDB.databases()).map(({ name }) => name);
  const rows = await Promise.all([...database.objectStoreNames].map((name) => database.count(name)));
  return {
    hasRecords: databases.includes(RECORDS_DATABASE),
    rows: rows.reduce((sum, count) => sum + count, 0),
    values: await database.getAllKeys('meta'),
    local: localStorage.length,
  };
}

test('nothing is left but the signed word that nothing is left', async () => {
  expect(await left()).toMatchObject({ hasRecords: true, local: 1 });
  await wipeDevice(database, meta);
  expect(await left()).toEqual({ hasRecords: false, rows: 1, values: ['emptied'], local: 0 });
  const emptied = await meta.read('emptied');
  const { deviceId, signer } = await openDeviceKeys(keys);
  expect(emptied?.word?.deviceId).toBe(deviceId);
  if (!emptied?.word) throw new Error('no word');
  const policy = { payloadType: ORDER_DONE_TYPE, keys: [signer.publicKey] };
  const done = parseOrderDone(await verifyEnvelope(emptied.word.done, policy));
  expect(done).toEqual({ kind: 'wipe', orderId: ORDER_ID, deviceId, doneAtMs: emptied.atMs });
});

test('a device that is wiped without the PIN says so in its word', async () => {
  await meta.write({ wiping: { orderId: ORDER_ID, kind: 'wipe-closed' } });
  await wipeDevice(database, meta);
  const emptied = await meta.read('emptied');
  const { signer } = await openDeviceKeys(keys);
  if (!emptied?.word) throw new Error('no word');
  const policy = { payloadType: ORDER_DONE_TYPE, keys: [signer.publicKey] };
  expect(parseOrderDone(await verifyEnvelope(emptied.word.done, policy)).kind).toBe('wipe-closed');
});

test('a device that is not being wiped loses nothing', async () => {
  await meta.write({ wiping: undefined });
  const before = await left();
  await wipeDevice(database, meta);
  expect(await left()).toEqual(before);
});

test.each(['records', 'modules', 'the last step'])(
  'interrupted before %s, the PIN opens nothing any more, and the next start finishes',
  async (where) => {
    // The browser is killed there: the storage fails from that step on.
    const dying = where === 'the last step' ? dyingAt(2) : where === 'modules' ? dyingAt(1) : undefined;
    if (dying) await expect(wipeDevice(dying, meta)).rejects.toThrow('killed');
    else {
      const dead: MetaStore = {
        ...meta,
        write: (changes) => meta.write(changes).then(() => Promise.reject(new Error('killed'))),
      };
      await expect(wipeDevice(database, dead)).rejects.toThrow('killed');
    }
    await expect(unlockVault(ports, PIN)).rejects.toMatchObject({ code: 'NO_VAULT' });
    expect(await meta.read('wiping')).toEqual({ orderId: ORDER_ID });
    await wipeDevice(database, meta);
    expect(await left()).toMatchObject({ hasRecords: false, rows: 1, values: ['emptied'] });
    expect((await meta.read('emptied'))?.word).not.toBeNull();
  },
);

/** The database of a browser that is killed at its n-th transaction from now. */
function dyingAt(n: number): DeviceDatabase {
  let count = 0;
  return new Proxy(database, {
    get(target, name) {
      if (name === 'transaction') {
        count += 1;
        if (count === n) throw new Error('killed');
      }
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
