import { deleteDB } from 'idb';
import { beforeEach, expect, test } from 'vitest';
import { toBase64 } from '#core/bytes/base64.ts';
import type { NewPinOrder } from '#core/order/order.ts';
import { openDeviceDatabase } from '../device/device-database.ts';
import { makeDeviceKeys, openDeviceKeys } from '../device/device-keys.ts';
import { type MetaStore, metaStore } from '../device/device-meta.ts';
import { learnerRecords } from '../records/learner-records.ts';
import { RECORDS_DATABASE } from '../records/records-database.ts';
import { ageDecrypt, ageEncrypt } from '../vault/age-file.ts';
import { deriveInWorker } from '../vault/derive-key.ts';
import { createVault, unlockVault, type VaultPorts } from '../vault/pin-vault.ts';
import type { OrderPorts } from './ask-orders.ts';
import { openGrant, takeNewPin } from './new-pin.ts';

const NAME = 'test-new-pin';
const OLD = '493817';
const NEW = '758231';
const ORDER_ID = '0e'.repeat(16);
let meta: MetaStore;
let custodian: string;
let recipient: string;
let vaultPorts: VaultPorts;
let ports: OrderPorts;

const never = (): never => {
  throw new Error('the station is not asked here');
};

beforeEach(async () => {
  await deleteDB(NAME);
  await deleteDB(RECORDS_DATABASE);
  meta = metaStore(await openDeviceDatabase(NAME));
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  custodian = await generateX25519Identity();
  recipient = await identityToRecipient(custodian);
  vaultPorts = { meta, deriveKey: deriveInWorker, monotonicMs: () => 0, recoveryRecipient: () => recipient };
  const keys = await openDeviceKeys(await makeDeviceKeys());
  const pinned = { root: new Uint8Array(), siteId: 'site-one', siteName: '', receiptKey: new Uint8Array(32) };
  ports = { meta, keys, pinned, dock: { ask: never, send: never }, nowMs: () => 1_000, trust: () => undefined };
  const records = learnerRecords({ nowMs: () => 1, allows: () => true });
  await records.open(await createVault(vaultPorts, OLD));
  await records.notes.put({ id: 'n', modulePath: 'm', href: 'h', text: 'mine', createdAtMs: 1, updatedAtMs: 1 });
  records.close();
});

/** What the custodians make of the key that lies wrapped on the device: the same, for one device. */
async function answered(forRecipient = ports.keys.ageRecipient): Promise<NewPinOrder> {
  const file = await meta.read('vault');
  if (!file?.recovery) throw new Error('nothing is wrapped for recovery');
  return orderWith(await ageDecrypt(file.recovery.wrapped, custodian), forRecipient);
}

async function orderWith(raw: Uint8Array, forRecipient = ports.keys.ageRecipient): Promise<NewPinOrder> {
  return {
    ...{ kind: 'new-pin', orderId: ORDER_ID, deviceId: ports.keys.deviceId, siteId: 'site-one' },
    ...{ nonce: 'cd'.repeat(16), issuedAtMs: 1_000, wrapped: toBase64(await ageEncrypt(raw, forRecipient)) },
  };
}

test('the learner chooses a new PIN and finds everything, and a notice of it; the old PIN opens nothing', async () => {
  const file = await meta.read('vault');
  if (!file) throw new Error('no vault');
  await meta.write({ vault: { ...file, failures: 9, waitMs: 900_000 } });
  const vault = await takeNewPin(ports, vaultPorts, await openGrant(ports, await answered()), NEW);
  const records = learnerRecords({ nowMs: () => 1, allows: () => true });
  await records.open(vault);
  expect((await records.notes.all()).map(({ text }) => text)).toEqual(['mine']);
  expect(await records.messages.all()).toMatchObject([{ event: 'newPin', direction: 'in', createdAtMs: 1_000 }]);
  records.close();
  expect(await unlockVault(vaultPorts, OLD)).toMatchObject({ kind: 'wrong' });
  expect(await unlockVault(vaultPorts, NEW)).toMatchObject({ kind: 'open' });
  // The order counts once, and the custodians can do it again another time.
  expect(await meta.read('obeyed')).toEqual([ORDER_ID]);
  await takeNewPin(ports, vaultPorts, await openGrant(ports, await answered()), OLD);
  expect(await unlockVault(vaultPorts, OLD)).toMatchObject({ kind: 'open' });
});

test('a key that does not open what is kept here, or that is for another device, changes nothing', async () => {
  const before = await meta.read('vault');
  const foreign = await orderWith(new Uint8Array(32).fill(7));
  await expect(openGrant(ports, foreign)).rejects.toMatchObject({ code: 'WRONG_KEY' });
  const short = await orderWith(new Uint8Array(16));
  await expect(openGrant(ports, short)).rejects.toMatchObject({ code: 'WRONG_KEY' });
  await expect(openGrant(ports, await answered(recipient))).rejects.toMatchObject({ code: 'WRONG_KEY' });
  await expect(openGrant(ports, { ...foreign, wrapped: 'no age file at all' })).rejects.toMatchObject({
    code: 'WRONG_KEY',
  });
  expect(await meta.read('vault')).toEqual(before);
});

test('a weak PIN is refused, and nothing is changed or told', async () => {
  const before = await meta.read('vault');
  const grant = await openGrant(ports, await answered());
  await expect(takeNewPin(ports, vaultPorts, grant, '123456')).rejects.toMatchObject({ code: 'WEAK_PIN' });
  expect([await meta.read('vault'), await meta.read('obeyed')]).toEqual([before, undefined]);
  const records = learnerRecords({ nowMs: () => 1, allows: () => true });
  const answer = await unlockVault(vaultPorts, OLD);
  if (answer.kind !== 'open') throw new Error('the old PIN');
  await records.open(answer.vault);
  expect(await records.messages.all()).toEqual([]);
  records.close();
});

test('a battery that dies before the PIN is kept leaves the old one, and the notice is there already', async () => {
  const grant = await openGrant(ports, await answered());
  const dying: VaultPorts = { ...vaultPorts, meta: { ...meta, write: () => Promise.reject(new Error('dead')) } };
  await expect(takeNewPin(ports, dying, grant, NEW)).rejects.toThrow('dead');
  expect(await unlockVault(vaultPorts, NEW)).toMatchObject({ kind: 'wrong' });
  const answer = await unlockVault(vaultPorts, OLD);
  if (answer.kind !== 'open') throw new Error('the old PIN');
  const records = learnerRecords({ nowMs: () => 1, allows: () => true });
  await records.open(answer.vault);
  expect(await records.messages.all()).toMatchObject([{ event: 'newPin' }]);
  records.close();
});
