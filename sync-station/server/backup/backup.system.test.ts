import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHeader } from '#core/parcel/parcel-file.ts';
import { addDeskFeedback } from '../../store/desk-work.ts';
import { readArguments } from '../commands/arguments.ts';
import { initStation } from '../commands/init.ts';
import { registerDock } from '../dock/index.ts';
import { pendingDown } from '../down/compose.ts';
import { type OpenStation, openStation } from '../open-station.ts';
import { addDevice } from '../testing/add-device.ts';
import { HOST, makeDevice, type TestDevice } from '../testing/test-device.ts';
import { backUp } from './back-up.ts';
import { readDescription } from './backup-folder.ts';
import { restoreStation } from './restore.ts';

const passphrase = 'correct horse battery';
let folder = '';
let data = '';
let backup = '';
let station: OpenStation;
let device: TestDevice;
let open: OpenStation[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-backup-'));
  data = join(folder, 'station');
  backup = join(folder, 'medium');
  mkdirSync(backup);
  const file = join(folder, 'passphrase');
  writeFileSync(file, passphrase);
  const args = ['init', '--data', data, '--site-id', 'site-one', '--passphrase-file', file, '--disk-reserve-mib', '0'];
  await initStation(readArguments(args), () => undefined);
  station = await start(data);
  device = await makeDevice(station.context.keys);
  await addDevice(station.context.db, device);
});
afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a station whose backups run only when the test asks for them. */
async function start(dataFolder: string): Promise<OpenStation> {
  const none = { repository: undefined, appOrigin: undefined, deskOrigin: undefined };
  const school = { upstreamUrl: undefined, upstreamToken: undefined };
  const ports = { host: '127.0.0.1', deskPort: 8080, appPort: 8081 };
  const opened = await openStation({ ...none, ...school, ...ports, dataFolder, passphrase, backup: undefined });
  open.push(opened);
  return opened;
}

const backUpNow = (of: OpenStation = station) => backUp({ ...of.context, config: { ...of.context.config, backup } });

async function dockOf(of: OpenStation) {
  const app = Fastify();
  await registerDock(app, of.ingest, (deviceId) => pendingDown(of.context, deviceId));
  const put = (parcel: { id: string; bytes: Uint8Array }) =>
    device.send(app, 'PUT', `/dock/parcels/${parcel.id}`, parcel.bytes);
  const hello = async (shown: Record<string, unknown>) => {
    const body = {
      deviceEpoch: 1,
      stationEpoch: 1,
      licence: null,
      receipt: null,
      timeNonce: 'ef'.repeat(16),
      downHead: 0,
    };
    const answer = await device.send(app, 'POST', '/dock/hello', { ...body, nextSequence: 1, ...shown });
    expect(answer.status).toBe(200);
    return JSON.parse(answer.text);
  };
  return { app, put, hello };
}

const receiptsOf = (of: OpenStation) => of.context.db.selectFrom('receipts').selectAll().execute();

test('says that a parcel is backed up only when the copy on the medium opens as a station', async () => {
  const { put } = await dockOf(station);
  const parcel = await device.seal({ sequence: 1, previous: null });
  await put(parcel);
  expect(await receiptsOf(station)).toEqual([]);
  await backUpNow();
  const [receipt] = await receiptsOf(station);
  expect(receipt).toMatchObject({ parcelId: parcel.id, step: 'backedUp' });
  const [item] = await station.context.db.selectFrom('downItems').selectAll().execute();
  expect(item?.deviceId).toBe(device.id);
  expect(JSON.parse(item?.item ?? '')).toMatchObject({
    kind: 'receipt-ack',
    parcelId: parcel.id,
    receipt: receipt?.envelope,
  });
  // Nothing on the medium can be read without the station's key.
  const files = readdirSync(backup, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.filter((entry) => entry.name.endsWith('.age'))) {
    expect(readFileSync(join(file.parentPath, file.name)).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
  }
});

test('signs nothing while the medium is not there, is another station’s, or lost a file', async () => {
  const { put } = await dockOf(station);
  const first = await device.seal({ sequence: 1, previous: null });
  await put(first);
  await backUpNow();
  rmSync(backup, { recursive: true });
  mkdirSync(backup);
  await put(await device.seal({ sequence: 2, previous: first.id }));
  await expect(backUpNow()).rejects.toMatchObject({ code: 'MEDIUM_MISSING' });
  expect(await receiptsOf(station)).toHaveLength(1);
  const description = { format: 'leeslicht-station-backup-v1', backupId: '0'.repeat(32), siteId: 'other' };
  const other = { ...description, receiptKeyId: '', madeAtMs: null, database: null };
  writeFileSync(join(backup, 'backup.json'), JSON.stringify(other));
  await expect(backUpNow()).rejects.toMatchObject({ code: 'OTHER_STATION' });
  await station.context.db
    .updateTable('parcels')
    .set({ objectHash: '0'.repeat(64) })
    .execute();
  const ours = { ...other, siteId: 'site-one', receiptKeyId: station.context.keys.receipt.keyId };
  writeFileSync(join(backup, 'backup.json'), JSON.stringify(ours));
  await expect(backUpNow()).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
  expect(await receiptsOf(station)).toHaveLength(1);
});

test('writes a copy again that was damaged on the medium', async () => {
  const { put } = await dockOf(station);
  const first = await device.seal({ sequence: 1, previous: null });
  await put(first);
  await backUpNow();
  const [name] = readdirSync(join(backup, 'objects'), { recursive: true, encoding: 'utf8' }).filter((one) =>
    one.endsWith('.age'),
  );
  const copy = join(backup, 'objects', name ?? '');
  const whole = readFileSync(copy);
  whole[whole.length - 1] = (whole.at(-1) ?? 0) ^ 1;
  writeFileSync(copy, whole);
  await put(await device.seal({ sequence: 2, previous: first.id }));
  await backUpNow();
  await restoreStation({ from: backup, dataFolder: join(folder, 'again'), passphrase, nowMs: 5 });
});

test('a restored station locks nobody out, loses nothing and counts nothing twice', async () => {
  const { put, hello } = await dockOf(station);
  const work = (id: string) =>
    ({
      kind: 'submission',
      id,
      createdAtMs: 1,
      assignmentId: 'a',
      modulePath: 'm',
      title: 't',
      text: 'x',
      words: 1,
    }) as const;
  const ids = ['aa', 'bb', 'cc'].map((two) => two.repeat(16));
  const one = await device.seal({ sequence: 1, previous: null, items: [work(ids[0] ?? '')] });
  await put(one);
  station.context.jobs.wake();
  await expect.poll(() => station.context.db.selectFrom('submissions').select('id').execute()).toHaveLength(1);
  await backUpNow();
  const [backedUp] = await receiptsOf(station);
  // After the backup: two more parcels, and feedback that the device has taken.
  const two = await device.seal({ sequence: 2, previous: one.id, items: [work(ids[1] ?? '')] });
  await put(two);
  const three = await device.seal({ sequence: 3, previous: two.id, items: [work(ids[2] ?? '')] });
  const { receipt } = JSON.parse((await put(three)).text);
  const [{ learnerId } = { learnerId: '' }] = await station.context.db.selectFrom('submissions').selectAll().execute();
  const given = { submissionId: ids[0] ?? '', learnerId, text: 'Good', mark: '8', tutor: 'Kim', file: undefined };
  await addDeskFeedback(station.context.db, { ...given, actor: 'kim' }, 5);
  const before = await hello({ nextSequence: 4, receipt });
  const taken = before.down.at(-1).id;

  const again = join(folder, 'restored');
  expect(await restoreStation({ from: backup, dataFolder: again, passphrase, nowMs: 9 })).toMatchObject({
    stationEpoch: 2,
  });
  const restored = await start(again);
  const dock = await dockOf(restored);
  const heads = { downHead: before.down.length, downHeadEpoch: 1, downHeadId: taken };
  const shown = { nextSequence: 4, receipt, backedUpReceipt: JSON.parse(backedUp?.envelope ?? ''), ...heads };
  const answer = await dock.hello(shown);
  expect(answer).toMatchObject({ device: 'ok', stationEpoch: 2, expectedSequence: 2, missing: [2, 3], reoffer: true });
  for (const parcel of [one, two, three]) expect((await dock.put(parcel)).status).toBe(200);
  restored.context.jobs.wake();
  const submissions = () => restored.context.db.selectFrom('submissions').select('id').orderBy('id').execute();
  await expect.poll(submissions).toEqual(ids.map((id) => ({ id })));
  // What goes down next stands behind what the device has, and names it.
  await addDeskFeedback(restored.context.db, { ...given, actor: 'kim' }, 10);
  const [next] = (await dock.hello(shown)).down.slice(-1);
  const row = await restored.context.db
    .selectFrom('downParcels')
    .selectAll()
    .where('id', '=', next.id)
    .executeTakeFirstOrThrow();
  expect([row.sequence, row.previous]).toEqual([before.down.length + 1, taken]);
  const bytes = (await restored.context.objects.get(row.objectHash)) ?? new Uint8Array();
  expect((await openHeader(bytes, [restored.context.keys.receipt.publicKey])).header.stationEpoch).toBe(2);
});

test('a station restored from an older backup goes on behind what is backed up, and tells the officer', async () => {
  const { put } = await dockOf(station);
  const one = await device.seal({ sequence: 1, previous: null });
  await put(one);
  await backUpNow();
  const old = join(folder, 'old medium');
  cpSync(backup, old, { recursive: true });
  const two = await device.seal({ sequence: 2, previous: one.id });
  await put(two);
  await backUpNow();
  const newest = (await receiptsOf(station)).find((row) => row.parcelId === two.id);
  const again = join(folder, 'restored');
  await restoreStation({ from: old, dataFolder: again, passphrase, nowMs: 9 });
  const restored = await start(again);
  const dock = await dockOf(restored);
  // The device let go of the second parcel: it is not on it any more.
  const envelope = JSON.parse(newest?.envelope ?? '');
  const answer = await dock.hello({ nextSequence: 3, receipt: envelope, backedUpReceipt: envelope });
  expect(answer).toMatchObject({ expectedSequence: 3, missing: [], reoffer: true });
  const three = await device.seal({ sequence: 3, previous: two.id });
  expect((await dock.put(three)).status).toBe(200);
  const events = await restored.context.db.selectFrom('deviceEvents').select(['code', 'detail']).execute();
  expect(events).toContainEqual({ code: 'backed-up-lost', detail: '1/2' });
});

test('restores into no folder that has a station, from no folder without a backup, and with no wrong passphrase', async () => {
  await expect(restoreStation({ from: backup, dataFolder: data, passphrase, nowMs: 1 })).rejects.toMatchObject({
    code: 'ALREADY_INITIALISED',
  });
  const fresh = join(folder, 'fresh');
  await expect(restoreStation({ from: backup, dataFolder: fresh, passphrase, nowMs: 1 })).rejects.toMatchObject({
    code: 'NO_BACKUP',
  });
  await backUpNow();
  await expect(
    restoreStation({ from: backup, dataFolder: fresh, passphrase: 'wrong', nowMs: 1 }),
  ).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
  const description = await readDescription(backup);
  const database = join(backup, 'database', `${description?.database}.age`);
  writeFileSync(database, readFileSync(database).subarray(0, -1));
  await expect(restoreStation({ from: backup, dataFolder: fresh, passphrase, nowMs: 1 })).rejects.toMatchObject({
    code: 'DAMAGED',
  });
});

test('has a host that the dock answers to', () => {
  expect(station.context.config.learnerOrigins).toEqual([`http://${HOST}`]);
});
