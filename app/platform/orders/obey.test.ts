import { beforeEach, expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { type Signer, signerFromSeed } from '#core/crypto/signer.ts';
import { orderDoneBody, ordersBody } from '#core/dock/protocol.ts';
import { signEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { parseJson } from '#core/json/strict-json.ts';
import {
  encodeOrder,
  type NewPinOrder,
  ORDER_DONE_TYPE,
  ORDER_TYPE,
  type Order,
  parseOrderDone,
} from '#core/order/order.ts';
import type { DeviceMeta } from '../device/device-database.ts';
import type { MetaStore } from '../device/device-meta.ts';
import type { SignedDock } from '../transports/dock-client.ts';
import type { Held } from './all-held.ts';
import type { OrderPorts } from './ask-orders.ts';
import { obeyOrders } from './obey.ts';

const NOW_MS = 1_790_000_000_000;
const station = await signerFromSeed(new Uint8Array(32).fill(1));
const stranger = await signerFromSeed(new Uint8Array(32).fill(2));
const signer = await signerFromSeed(new Uint8Array(32).fill(6));
const deviceId = signer.keyId.slice(0, 32);
const vault: DeviceMeta['vault'] = {
  ...{ salt: new Uint8Array(16), cost: { memoryKiB: 65_536, passes: 3 }, iv: new Uint8Array(12) },
  ...{ wrappedByPin: new Uint8Array(48), recovery: null, failures: 9, waitMs: 900_000 },
};

/** What a test may have the station say otherwise. */
type OrderChange = Partial<Exclude<Order, NewPinOrder>> | Pick<NewPinOrder, 'kind' | 'wrapped'>;

let disk: { readonly [K in keyof DeviceMeta]?: DeviceMeta[K] | undefined };
let waiting: { readonly orderId: string; readonly signer: Signer; readonly change: OrderChange }[];
let words: string[];
let isCut: boolean;
/** What the station is told that it holds; what the device finds when it looks again. */
let held: (Held | undefined)[];
let asked: unknown[];

const meta: MetaStore = {
  read: async (name) => disk[name],
  write: async (changes) => {
    disk = { ...disk, ...changes };
  },
};

/** A station that gives what waits, and hears the device's word unless the cable is out by then. */
const dock: SignedDock = {
  async ask(_path, body, shape) {
    const { nonce, held: said } = ordersBody(parseJson(utf8(JSON.stringify(body))), '');
    asked.push(said);
    const orders = await Promise.all(
      waiting.map(({ orderId, signer: by, change }) => {
        const order: Order = {
          ...{ kind: 'release-pin', orderId, deviceId, siteId: 'site-one', nonce, issuedAtMs: NOW_MS },
          ...change,
        };
        return signEnvelope(ORDER_TYPE, encodeOrder(order), [by]);
      }),
    );
    return shape(parseJson(utf8(JSON.stringify({ orders }))), '');
  },
  async send(_method, _path, body) {
    if (isCut) throw new Error('the cable was pulled');
    const { done } = orderDoneBody(parseJson(body), '');
    const keys = [signer.publicKey];
    words.push(parseOrderDone(await verifyEnvelope(done, { payloadType: ORDER_DONE_TYPE, keys })).orderId);
    return { status: 204, body: new Uint8Array(), header: () => null };
  },
};
const ports: OrderPorts = {
  ...{ meta, dock, nowMs: () => NOW_MS, trust: () => undefined },
  keys: { signer, deviceId, ageRecipient: 'age1test', ageIdentity: '', level: 'wrapped' },
  pinned: { root: new Uint8Array(), siteId: 'site-one', siteName: '', receiptKey: new Uint8Array(station.publicKey) },
};
const order = (orderId: string, change: OrderChange = {}, by: Signer = station) => ({ orderId, signer: by, change });
const FIRST = '01'.repeat(16);

beforeEach(() => {
  disk = { vault };
  waiting = [order(FIRST)];
  words = [];
  isCut = false;
  held = [];
  asked = [];
});

test('lifts the wait and ends the count, keeps what wraps the key, and says so', async () => {
  expect(await obeyOrders(ports)).toBe('released');
  expect(disk.vault).toEqual({ ...vault, failures: 0, waitMs: 0 });
  expect(words).toEqual([FIRST]);
});

test('an order counts once, also when the station never heard that it was carried out', async () => {
  isCut = true;
  await expect(obeyOrders(ports)).rejects.toThrow('the cable was pulled');
  expect(disk.vault?.waitMs).toBe(0);
  disk = { ...disk, vault };
  isCut = false;
  expect(await obeyOrders(ports)).toBe('nothing');
  expect(disk.vault?.waitMs).toBe(900_000);
  expect(words).toEqual([FIRST]);
});

test('a closed vault is handed what lets the learner choose a new PIN, and it counts once that is done', async () => {
  waiting = [order(FIRST, { kind: 'new-pin', wrapped: 'YWdlLWVuY3J5cHRpb24' })];
  expect(await obeyOrders(ports)).toMatchObject({ kind: 'newPin', order: { orderId: FIRST } });
  expect([disk, words]).toEqual([{ vault }, []]);
  disk = { ...disk, obeyed: [FIRST] };
  expect(await obeyOrders(ports)).toBe('nothing');
  expect(words).toEqual([FIRST]);
});

test('who has opened the vault knows the PIN: no new one is offered', async () => {
  waiting = [order(FIRST, { kind: 'new-pin', wrapped: 'YWdlLWVuY3J5cHRpb24' })];
  expect(await obeyOrders({ ...ports, allHeld: async () => undefined })).toBe('nothing');
  expect([disk, words]).toEqual([{ vault }, []]);
});

test.each([
  ['signed by somebody else', order(FIRST, {}, stranger), 'NOT_ENOUGH_SIGNATURES'],
  ['for another device', order(FIRST, { deviceId: 'ba'.repeat(16) }), 'WRONG_DEVICE'],
  ['of another site', order(FIRST, { siteId: 'site-two' }), 'WRONG_SITE'],
  ['that answers an earlier question', order(FIRST, { nonce: 'dc'.repeat(16) }), 'NOT_ASKED'],
])('an order %s changes nothing', async (_what, bad, code) => {
  waiting = [bad];
  await expect(obeyOrders(ports)).rejects.toMatchObject({ code });
  expect([disk, words]).toEqual([{ vault }, []]);
});

const parcel = { deviceEpoch: 1, sequence: 3, parcelId: 'cd'.repeat(32) };
const open: OrderPorts = { ...ports, allHeld: async () => held.shift() };

test('a wipe begins when everything is at the station, and the word for it comes later', async () => {
  waiting = [order(FIRST, { kind: 'wipe' })];
  held = [parcel, parcel];
  expect(await obeyOrders(open)).toBe('wiping');
  expect(disk).toEqual({ vault, wiping: { orderId: FIRST, kind: 'wipe' } });
  expect([asked, words]).toEqual([[parcel], []]);
});

test('a device that has something for itself alone does not ask to be wiped', async () => {
  waiting = [];
  held = [undefined];
  await obeyOrders(open);
  expect(asked).toEqual([undefined]);
});

test('what was written while the station answered stops a wipe', async () => {
  waiting = [order(FIRST, { kind: 'wipe' })];
  held = [parcel, undefined];
  expect(await obeyOrders(open)).toBe('notYet');
  expect(disk).toEqual({ vault });
});

test('a closed vault may be wiped by an order that says so, and only when somebody at the device goes on', async () => {
  waiting = [order(FIRST, { kind: 'wipe-closed' })];
  expect(await obeyOrders(ports)).toEqual({ kind: 'mayWipe', orderId: FIRST });
  // With the PIN nothing need be lost: an open vault leaves it alone.
  held = [parcel, parcel];
  expect(await obeyOrders(open)).toBe('nothing');
  expect([disk, words]).toEqual([{ vault }, []]);
});

test('an order that waits for all work to be safe never wipes a closed vault: nobody knows what is in it', async () => {
  waiting = [order(FIRST, { kind: 'wipe' })];
  expect(await obeyOrders(ports)).toBe('notYet');
  expect(disk).toEqual({ vault });
});
