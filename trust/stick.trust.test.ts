import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import type { StickFolder } from '../app/platform/transports/stick-folder.ts';
import { runOne } from '../sync-station/server/jobs/jobs.ts';
import { makeSecrets, stationKeys } from '../sync-station/server/keys/station-keys.ts';
import { exchangeStick } from '../sync-station/server/stick/exchange.ts';
import { emptyImage, memoryObjects, openImage } from '../sync-station/server/testing/memory-database.ts';
import { type TestStation, testStation } from '../sync-station/server/testing/open-test-station.ts';
import { sendDeskMessage } from '../sync-station/store/desk-work.ts';
import { addLearner } from '../sync-station/store/learners.ts';
import { type ModelDevice, modelDevice } from './model-device.ts';

vi.stubGlobal('navigator', { storage: { estimate: async () => ({}) } });

let folder = '';
let station: TestStation;
let device: ModelDevice;
let learnerId = '';

/** A stick as a browser shows it. */
const stickAt = (root: string): StickFolder => ({
  list: async (path) => (existsSync(join(root, path)) ? readdirSync(join(root, path)).sort() : []),
  read: async (path) => (existsSync(join(root, path)) ? new Uint8Array(readFileSync(join(root, path))) : undefined),
  async write(path, bytes) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  },
});
const stick = () => stickAt(folder);
const nowMs = () => station.clock.nowMs;
const exchange = () => exchangeStick(station.ingest, folder);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-stick-'));
  const keys = await stationKeys(await makeSecrets(undefined));
  station = testStation({ db: openImage(await emptyImage()).db, objects: memoryObjects(), keys, folder: tmpdir() });
  const { grant } = station.authority;
  if (!grant) throw new Error('no grant');
  const signer = await signerFromSeed(crypto.getRandomValues(new Uint8Array(32)));
  const ageIdentity = await generateX25519Identity();
  const ageRecipient = await identityToRecipient(ageIdentity);
  const id = signer.keyId.slice(0, 32);
  learnerId = (await addLearner(station.context.db, { displayName: 'Sam', actor: 'officer' }, 1)).id;
  await station.context.db
    .insertInto('devices')
    .values({
      ...{ id, learnerId, signingKey: toHex(signer.publicKey), ageRecipient, keyLevel: 'wrapped', epoch: 1 },
      ...{ state: 'ok', stateReason: null, capabilities: '["read","write"]', lastSeenAtMs: null, licenceSerial: 0 },
      ...{ licenceExpiresAtMs: null, quota: null, createdAtMs: 1 },
    })
    .execute();
  const receiptKey = new Uint8Array(keys.receipt.publicKey);
  device = await modelDevice(
    { signer, deviceId: id, ageRecipient, ageIdentity, receiptKey, authority: grant },
    new Map(),
  );
});
afterEach(async () => {
  device.close();
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

async function booked(): Promise<readonly string[]> {
  while (await runOne(station.context, ['open-parcel'])) {
    // Until nothing is due.
  }
  return (await station.context.db.selectFrom('submissions').select('id').execute()).map((row) => row.id);
}

test('a stick brings work out, and receipts, feedback and a licence in', async () => {
  const work = await device.write('my work');
  await sendDeskMessage(station.context.db, { learnerId, sender: 'Kim', text: 'hello', actor: 'kim' }, nowMs());
  expect(await device.take(stick(), nowMs())).toMatchObject({ parcels: 1, problems: [] });
  expect(await exchange()).toEqual({
    ...{ devices: 1, received: 1, refused: 0, licences: 1, parcelsDown: 1, problems: [] },
  });
  expect(await booked()).toEqual([work]);
  const brought = await device.bring(stick(), nowMs());
  expect(brought).toMatchObject({ parcels: 1, items: 1, problems: [] });
  expect(brought.newExpiresAtMs).toBeGreaterThan(nowMs());
  expect((await device.submissions()).map((record) => record.step)).toEqual(['handedIn']);
  expect((await device.messages()).map((record) => record.text)).toEqual(['hello']);
  // The acknowledgement goes with the next stick, and then nothing waits any more.
  await device.take(stick(), nowMs());
  expect(await exchange()).toMatchObject({ parcelsDown: 0, problems: [] });
});

test('a stick that is read twice, or pulled out half-way, counts nothing twice and loses nothing', async () => {
  const work = await device.write('my work');
  await device.take(stick(), nowMs());
  const first = await exchange();
  expect(await exchange()).toMatchObject({ received: first.received, refused: 0, problems: [] });
  expect(await booked()).toEqual([work]);
  const [name = ''] = readdirSync(join(folder, 'leeslicht/site-one/up')).flatMap((id) =>
    readdirSync(join(folder, 'leeslicht/site-one/up', id))
      .filter((file) => file.endsWith('.parcel'))
      .map((file) => join(folder, 'leeslicht/site-one/up', id, file)),
  );
  const next = await device.write('more work');
  await device.bring(stick(), nowMs());
  await device.bring(stick(), nowMs());
  await device.take(stick(), nowMs());
  const second = readdirSync(dirname(name))
    .filter((file) => file.endsWith('.parcel'))
    .at(-1);
  const path = join(dirname(name), second ?? '');
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, whole.length - 100));
  expect(await exchange()).toMatchObject({ refused: 1 });
  expect((await device.bring(stick(), nowMs())).problems).toEqual(['BAD_PARCEL']);
  // The device keeps what was refused, and the whole of it is taken with the next stick.
  rmSync(join(folder, 'leeslicht'), { recursive: true });
  await device.take(stick(), nowMs());
  expect(await exchange()).toMatchObject({ received: 2, refused: 0 });
  expect((await booked()).toSorted()).toEqual([work, next].toSorted());
});

test('what was changed on the way is believed by nobody', async () => {
  await device.write('my work');
  await device.take(stick(), nowMs());
  await exchange();
  const down = join(folder, 'leeslicht/site-one/down');
  const [id = ''] = readdirSync(down);
  for (const name of readdirSync(join(down, id)).filter((file) => file.endsWith('.json'))) {
    const file = join(down, id, name);
    const envelope = JSON.parse(readFileSync(file, 'utf8'));
    const payload = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
    const forged = { ...payload, step: 'backedUp', expires: '2036-11-24T09:00:00Z' };
    const text = Buffer.from(JSON.stringify(forged)).toString('base64');
    writeFileSync(file, JSON.stringify({ ...envelope, payload: text }));
  }
  const brought = await device.bring(stick(), nowMs());
  expect(brought.newExpiresAtMs).toBeUndefined();
  expect(brought.problems).toHaveLength(2);
  expect((await device.outbox()).map((parcel) => [parcel.step, parcel.bytes === null])).toEqual([['sealed', false]]);
});
