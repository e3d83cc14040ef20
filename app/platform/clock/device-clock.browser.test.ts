import { deleteDB } from 'idb';
import { beforeEach, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { type DeviceDatabase, openDeviceDatabase } from '../device/device-database.ts';
import { type MetaStore, metaStore } from '../device/device-meta.ts';
import { openDeviceClock } from './device-clock.ts';

const NAME = 'test-clock';
const START = 1_790_000_000_000;
const MINUTE = 60_000;
let database: DeviceDatabase;
let meta: MetaStore;
/** How far the machine's clocks are. */
let passedMs = 0;

beforeEach(async () => {
  await deleteDB(NAME);
  database = await openDeviceDatabase(NAME);
  meta = metaStore(database);
  passedMs = 0;
});

/** Switches the laptop on. It has a licence, so that a clock without memory is one that somebody removed. */
const boot = (on: MetaStore = meta) => {
  const bootedAtMs = passedMs;
  const machine = { wallMs: () => START + passedMs, monotonicMs: () => passedMs - bootedAtMs };
  return openDeviceClock(on, machine, START, () => false);
};

/** Uses the laptop for so many minutes and keeps that. */
async function use(clock: Awaited<ReturnType<typeof boot>>, minutes: number): Promise<void> {
  for (let second = 0; second < minutes * 60; second += 5) {
    passedMs += 5000;
    clock.tick(true);
  }
  await clock.keep();
}

/** A laptop that was in use for one minute, and then for another: one write in each slot. */
async function usedTwice(): Promise<void> {
  const machine = { wallMs: () => START + passedMs, monotonicMs: () => passedMs };
  const clock = await openDeviceClock(meta, machine, undefined, () => false);
  await use(clock, 1);
  await use(clock, 1);
}

test('writes its two records in turn, and goes on from the newer one', async () => {
  await usedTwice();
  const [a, b] = [await meta.read('clockA'), await meta.read('clockB')];
  await use(await boot(), 1);
  expect(await meta.read('clockA')).not.toEqual(a);
  expect(await meta.read('clockB')).toEqual(b);
  expect((await boot()).budgets().usedMs).toBe(3 * MINUTE);
});

test('a reboot in the middle of a write leaves the state of the write before', async () => {
  await usedTwice();
  // The record is put, and the power goes before the transaction is on the disk.
  const cut: MetaStore = {
    read: meta.read,
    async write(changes) {
      const transaction = database.transaction('meta', 'readwrite', { durability: 'strict' });
      const ended = transaction.done.catch(() => undefined);
      for (const [name, value] of Object.entries(changes)) if (value) await transaction.store.put(value, name);
      transaction.abort();
      await ended;
    },
  };
  await use(await boot(cut), 1);
  database.close();
  database = await openDeviceDatabase(NAME);
  meta = metaStore(database);
  const clock = await boot();
  expect(clock.budgets().usedMs).toBe(2 * MINUTE);
  expect(clock.now().certainty).toBe('certain');
});

test('a torn, changed or removed record leaves the other one, and the next write mends it', async () => {
  const torn = (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, 40);
  const changed = (bytes: Uint8Array<ArrayBuffer>) => utf8(fromUtf8(bytes).replace(/"usedMs":\d+/, '"usedMs":0'));
  await usedTwice();
  for (const harm of [torn, changed, () => undefined]) {
    const usedMs = (await boot()).budgets().usedMs;
    const [a, b] = [await meta.read('clockA'), await meta.read('clockB')];
    if (!a || !b) throw new Error('two records expected');
    const isNewerA = Number(/"writes":(\d+)/.exec(fromUtf8(a))?.[1]) > Number(/"writes":(\d+)/.exec(fromUtf8(b))?.[1]);
    await meta.write(isNewerA ? { clockA: harm(a) } : { clockB: harm(b) });
    const clock = await boot();
    expect(clock.budgets().usedMs).toBe(usedMs - MINUTE);
    expect(clock.now().certainty).toBe('certain');
    await use(clock, 1);
    await use(clock, 1);
  }
});

test('without a record that holds there is no time left', async () => {
  await usedTwice();
  await meta.write({ clockA: utf8('{}'), clockB: undefined });
  expect((await boot()).now()).toMatchObject({ certainty: 'uncertain', uncertainHoursLeft: 0 });
  await meta.write({ clockA: undefined });
  expect((await boot()).now()).toMatchObject({ certainty: 'uncertain', uncertainHoursLeft: 0, uncertainBy: 'lost' });
});

test('records that are no bytes, and a key that is no key, are a record of time that is lost', async () => {
  const lost = { certainty: 'uncertain', uncertainHoursLeft: 0, uncertainBy: 'lost' };
  await usedTwice();
  for (const name of ['clockA', 'clockB']) await damage(name);
  let clock = await boot();
  expect([clock.now(), clock.memory()]).toMatchObject([lost, 'lost']);
  // What is kept from there on says so too, until a station is met.
  await use(clock, 1);
  clock = await boot();
  expect([clock.now(), clock.memory()]).toMatchObject([lost, 'lost']);

  await damage('clockKey');
  clock = await boot();
  expect([clock.now(), clock.memory()]).toMatchObject([lost, 'lost']);
});

/** A row as no write of the app leaves it. */
async function damage(name: string): Promise<void> {
  const request = indexedDB.open(NAME);
  await new Promise((resolve) => {
    request.onsuccess = resolve;
  });
  const transaction = request.result.transaction('meta', 'readwrite');
  transaction.objectStore('meta').put('rubbish', name);
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  request.result.close();
}

test('takes over the one record of earlier versions, and never again', async () => {
  await usedTwice();
  const old = { a: (await meta.read('clockA')) ?? null, b: (await meta.read('clockB')) ?? null };
  await meta.write({ clock: old, clockA: undefined, clockB: undefined });
  const clock = await boot();
  expect(clock.budgets().usedMs).toBe(2 * MINUTE);
  expect(await meta.read('clock')).toBeUndefined();
  await use(clock, 1);

  await meta.write({ clock: old });
  expect((await boot()).budgets().usedMs).toBe(3 * MINUTE);
  expect(await meta.read('clock')).toBeUndefined();
});
