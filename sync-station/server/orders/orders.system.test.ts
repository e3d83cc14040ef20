import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { ordersAnswer } from '#core/dock/protocol.ts';
import { signEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { parseJson } from '#core/json/strict-json.ts';
import {
  encodeOrderDone,
  judgeOrder,
  ORDER_DONE_TYPE,
  ORDER_TYPE,
  type Order,
  type OrderDone,
  parseOrder,
} from '#core/order/order.ts';
import { backUp } from '../backup/back-up.ts';
import { registerDock } from '../dock/index.ts';
import { runOne } from '../jobs/jobs.ts';
import { addDevice } from '../testing/add-device.ts';
import { openTestStation, TEST_SECRETS, type TestStation } from '../testing/open-test-station.ts';
import { openTestDesk, TEST_PASSWORD, type TestDesk } from '../testing/test-desk.ts';
import { makeDevice, post, type TestDevice } from '../testing/test-device.ts';

const NONCE = 'cd'.repeat(16);
const HOUR_MS = 3_600_000;
let folder = '';
let station: TestStation;
let dock: FastifyInstance;
let desk: TestDesk;
let device: TestDevice;
let learnerId = '';
/** Whether the last answer said that a wipe waits for something to be safe. */
let isNotYet = false;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-orders-'));
  station = await openTestStation(folder, TEST_SECRETS);
  dock = Fastify();
  await registerDock(dock, station.ingest, async () => []);
  desk = await openTestDesk(station);
  device = await makeDevice(station.context.keys);
  learnerId = await addDevice(station.context.db, device);
});
afterEach(async () => {
  await dock.close();
  await desk.app.close();
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The orders that the station signs for this device now, their signatures checked. */
async function ask(by: TestDevice = device, held?: object | null): Promise<Order[]> {
  const body = held === undefined ? { nonce: NONCE } : { nonce: NONCE, held };
  const answer = await by.send(dock, 'POST', '/dock/orders', body);
  expect(answer.status).toBe(200);
  const keys = [station.context.keys.receipt.publicKey];
  const { orders, notYet } = ordersAnswer(parseJson(utf8(answer.text)), '');
  isNotYet = notYet ?? false;
  return Promise.all(
    orders.map(async (one) => parseOrder(await verifyEnvelope(one, { payloadType: ORDER_TYPE, keys }))),
  );
}

async function say(order: Order, change: Partial<OrderDone> = {}, by: TestDevice = device) {
  const word = { kind: order.kind, orderId: order.orderId, deviceId: device.id, doneAtMs: station.clock.nowMs };
  const done = await signEnvelope(ORDER_DONE_TYPE, encodeOrderDone({ ...word, ...change }), [by.signer]);
  return post(dock, '/dock/orders/done', { deviceId: device.id, done });
}

const acts = async () => {
  const { entries } = (await desk.get('security', '/security/audit')).json();
  return entries.map(({ act }: { act: string }) => act);
};
const pathOf = (what: string) => `/security/devices/${device.id}/${what}`;
const only = (orders: readonly Order[]): Order => {
  const [order, ...more] = orders;
  if (!order || more.length > 0) throw new Error(`one order expected, ${orders.length} came`);
  return order;
};

test('an officer lifts the wait: the order reaches this device alone, for its own question, until it says so', async () => {
  expect(await ask()).toEqual([]);
  expect((await desk.post('tutor', pathOf('release-pin'))).status).toBe(403);
  expect((await desk.post('security', pathOf('release-pin'))).status).toBe(200);
  expect((await desk.post('security', pathOf('release-pin'))).json()).toEqual({ error: 'WRONG_STATE' });
  const shown = (await desk.get('security', `/security/devices/${device.id}`)).json();
  expect(shown.orders).toMatchObject([{ kind: 'release-pin' }]);

  const other = await makeDevice(station.context.keys);
  await addDevice(station.context.db, other);
  expect(await ask(other)).toEqual([]);
  const order = only(await ask());
  const asked = { deviceId: device.id, siteId: 'site-one', nonce: NONCE, obeyed: [] };
  expect(judgeOrder(order, asked)).toBe('obey');
  // The answer was lost on the way: the same order comes again.
  expect(only(await ask()).orderId).toBe(order.orderId);

  expect((await say(order, {}, other)).status).toBe(403);
  expect((await say(order, { orderId: 'ab'.repeat(16) })).status).toBe(403);
  expect((await say(order, { deviceId: other.id })).status).toBe(403);
  expect((await say(order)).status).toBe(204);
  expect((await say(order)).status).toBe(204);
  expect(await ask()).toEqual([]);
  expect((await acts()).filter((act: string) => act.startsWith('release-pin'))).toEqual([
    'release-pin-done',
    'release-pin-ordered',
  ]);
});

test('an order that was withdrawn or ran out is not given', async () => {
  await desk.post('security', pathOf('release-pin'));
  const order = only(await ask());
  expect((await desk.post('security', pathOf('orders/withdraw'), { orderId: order.orderId })).status).toBe(200);
  expect((await desk.post('security', pathOf('orders/withdraw'), { orderId: order.orderId })).status).toBe(409);
  expect(await ask()).toEqual([]);
  await desk.post('security', pathOf('release-pin'));
  station.clock.nowMs += 24 * HOUR_MS - 1;
  expect(await ask()).toHaveLength(1);
  station.clock.nowMs += 1;
  expect(await ask()).toEqual([]);
});

test('a hello says whether orders wait', async () => {
  const hello = { deviceEpoch: 1, stationEpoch: 1, nextSequence: 1, licence: null, receipt: null, downHead: 0 };
  const say = async () =>
    JSON.parse((await device.send(dock, 'POST', '/dock/hello', { ...hello, timeNonce: NONCE })).text);
  expect((await say()).ordersWait).toBeUndefined();
  await desk.post('security', pathOf('release-pin'));
  expect((await say()).ordersWait).toBe(true);
});

/** A learner's sealed backup, as it came in a parcel of this device. */
async function backUpOf(by: TestDevice): Promise<string> {
  const { db, objects } = station.context;
  const parcel = await by.seal({ sequence: 1, previous: null });
  expect((await by.send(dock, 'PUT', `/dock/parcels/${parcel.id}`, parcel.bytes)).status).toBe(200);
  const backupHash = await objects.put(utf8('a sealed backup'));
  const none = { requestedBy: null, requestedAtMs: null, wrapped: null, targetDeviceId: null, answeredAtMs: null };
  const row = { id: by.id, learnerId, backupHash, parcelId: parcel.id, createdAtMs: 1 };
  await db
    .insertInto('recovery')
    .values({ ...row, ...none })
    .execute();
  return by.id;
}

test('a new PIN needs the custodians’ answer for this device, serves once, and only within half an hour', async () => {
  const id = await backUpOf(device);
  expect((await desk.post('security', pathOf('new-pin'))).json()).toEqual({ error: 'WRONG_STATE' });
  const asked = (await desk.post('security', `/security/recovery/${id}/request`, { deviceId: device.id })).json();
  expect(JSON.parse(asked.text)).toMatchObject({ purpose: 'new-pin', deviceId: device.id });
  expect((await desk.post('security', pathOf('new-pin'))).json()).toEqual({ error: 'WRONG_STATE' });
  expect((await standing()).newPin).toBe('requested');
  const answer = { recoveryId: id, deviceId: device.id, wrapped: 'YWdlLWVuY3J5cHRpb24=' };
  const bring = () => desk.post('security', '/security/recovery/answer', { text: JSON.stringify(answer) });
  expect((await bring()).status).toBe(200);
  expect((await bring()).status).toBe(409);
  expect((await standing()).newPin).toBe('ready');
  // Nothing goes to the laptop by itself: the officer says when.
  expect(await ask()).toEqual([]);
  expect(await station.context.db.selectFrom('downItems').select('id').execute()).toEqual([]);
  station.clock.nowMs += 11 * 60_000;
  expect((await desk.post('security', pathOf('new-pin'))).json()).toEqual({ error: 'PASSWORD_AGAIN' });
  await desk.post('security', '/session/fresh', { password: TEST_PASSWORD });
  expect((await desk.post('security', pathOf('new-pin'))).status).toBe(200);
  station.clock.nowMs += HOUR_MS / 2 - 60_000;
  expect(only(await ask()).kind).toBe('new-pin');
  await standing();
  station.clock.nowMs += 60_000;
  expect(await ask()).toEqual([]);

  await desk.post('security', '/session/fresh', { password: TEST_PASSWORD });
  await desk.post('security', pathOf('new-pin'));
  const order = only(await ask());
  expect(order).toMatchObject({ kind: 'new-pin', wrapped: answer.wrapped });
  expect((await say(order)).status).toBe(204);
  expect(await ask()).toEqual([]);
  // The key is gone from here: the next time the custodians are asked again.
  expect((await standing()).newPin).toBe('none');
  const { db } = station.context;
  expect((await db.selectFrom('recovery').select('wrapped').execute()).map(({ wrapped }) => wrapped)).toEqual([null]);
  expect((await desk.post('security', pathOf('new-pin'))).json()).toEqual({ error: 'WRONG_STATE' });
  const told = (await standing()).history.map(({ code }: { code: string }) => code);
  expect(told.filter((code: string) => code.startsWith('new-pin'))).toEqual([
    ...['new-pin-done', 'new-pin-given', 'new-pin-ordered', 'new-pin-given', 'new-pin-ordered'],
  ]);
  expect((await desk.post('security', `/security/recovery/${id}/request`, { deviceId: device.id })).status).toBe(200);
  expect((await bring()).status).toBe(200);
  expect((await standing()).newPin).toBe('ready');
});

/** Hands in one parcel. */
async function bring(sequence: number, previous: string | null) {
  const parcel = await device.seal({ sequence, previous });
  expect((await device.send(dock, 'PUT', `/dock/parcels/${parcel.id}`, parcel.bytes)).status).toBe(200);
  return { deviceEpoch: 1, sequence, parcelId: parcel.id };
}

/** Opens every parcel that came in. */
async function readAll(): Promise<void> {
  while (await runOne(station.context)) {
    // Until nothing is left to do.
  }
}

const standing = async () => (await desk.get('security', `/security/devices/${device.id}`)).json();

test('a wipe is ordered with a fresh password, and given only when all that the device gave has been read here', async () => {
  expect((await standing()).orders).toEqual([]);
  const first = await bring(1, null);
  await readAll();
  const second = await bring(2, first.parcelId);
  station.clock.nowMs += 10 * 60_000;
  expect((await desk.post('security', pathOf('wipe'))).json()).toEqual({ error: 'PASSWORD_AGAIN' });
  await desk.post('security', '/session/fresh', { password: TEST_PASSWORD });
  expect((await desk.post('security', pathOf('wipe'))).status).toBe(200);

  // Asked without a word about what is held, as a closed vault does: nothing.
  expect([await ask(), isNotYet]).toEqual([[], true]);
  // Received, and not read yet: a parcel that turned out unreadable would be lost.
  expect([await ask(device, second), isNotYet]).toEqual([[], true]);
  await readAll();
  for (const held of [null, first, { ...second, parcelId: 'ab'.repeat(32) }, { ...second, deviceEpoch: 2 }]) {
    expect([await ask(device, held), isNotYet]).toEqual([[], true]);
  }
  const order = only(await ask(device, second));
  expect(order.kind).toBe('wipe');
  const doneAtMs = station.clock.nowMs + 5_000;
  expect((await say(order, { doneAtMs })).status).toBe(204);
  expect(await standing()).toMatchObject({ standing: 'wiped', wipedAtMs: doneAtMs, orders: [] });
  expect((await acts()).slice(0, 1)).toEqual(['wipe-done']);
  expect((await desk.post('security', pathOf('wipe'))).json()).toEqual({ error: 'WRONG_STATE' });
});

test('a laptop whose PIN nobody knows is wiped by an order of its own, with a fresh password; never one of two copies', async () => {
  await standing();
  station.clock.nowMs += 11 * 60_000;
  expect((await desk.post('security', pathOf('wipe-closed'))).json()).toEqual({ error: 'PASSWORD_AGAIN' });
  expect((await desk.post('tutor', pathOf('wipe-closed'))).status).toBe(403);
  await desk.post('security', '/session/fresh', { password: TEST_PASSWORD });
  expect((await desk.post('security', pathOf('wipe-closed'))).status).toBe(200);
  const { db } = station.context;
  await db.updateTable('devices').set({ state: 'forked' }).where('id', '=', device.id).execute();
  expect([await ask(), isNotYet]).toEqual([[], false]);
  await db.updateTable('devices').set({ state: 'ok' }).where('id', '=', device.id).execute();
  // A closed vault says nothing of what it holds.
  const order = only(await ask());
  expect(order.kind).toBe('wipe-closed');
  const doneAtMs = station.clock.nowMs + 5_000;
  expect((await say(order, { kind: 'wipe' })).status).toBe(403);
  expect((await say(order, { doneAtMs })).status).toBe(204);
  expect(await standing()).toMatchObject({ standing: 'wiped', wipedAtMs: doneAtMs, orders: [] });
  expect((await acts()).slice(0, 1)).toEqual(['wipe-closed-done']);
});

test('at a station with backups a wipe waits until the copy is made', async () => {
  const { context } = station;
  Object.assign(context.config, { backup: join(folder, 'copy') });
  const held = await bring(1, null);
  await readAll();
  await desk.post('security', pathOf('wipe'));
  expect([await ask(device, held), isNotYet]).toEqual([[], true]);
  await backUp(context);
  expect(only(await ask(device, held)).kind).toBe('wipe');
});

test('of two copies neither is wiped; a copy of a wiped device gets nothing and is noted', async () => {
  await desk.post('security', pathOf('wipe'));
  const { db } = station.context;
  await db.updateTable('devices').set({ state: 'forked' }).where('id', '=', device.id).execute();
  expect([await ask(device, null), isNotYet]).toEqual([[], true]);
  await db.updateTable('devices').set({ state: 'ok' }).where('id', '=', device.id).execute();
  await say(only(await ask(device, null)));

  const hello = { deviceEpoch: 1, stationEpoch: 1, nextSequence: 1, licence: null, receipt: null, downHead: 0 };
  const answer = await device.send(dock, 'POST', '/dock/hello', { ...hello, timeNonce: NONCE });
  expect(JSON.parse(answer.text).device).toBe('revoked');
  expect((await standing()).looks).toMatchObject([{ code: 'copied' }]);
});
