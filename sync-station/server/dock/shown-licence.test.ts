import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromBase64 } from '#core/bytes/base64.ts';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { type Envelope, parseEnvelope, signEnvelope } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { encodeReceipt, RECEIPT_TYPE } from '#core/parcel/receipt.ts';
import { openLooks } from '../../store/device-events.ts';
import { openEnrolment } from '../../store/enrolments.ts';
import { addLearner } from '../../store/learners.ts';
import { latestLicence } from '../../store/licences.ts';
import { beginNewEpoch } from '../backup/restore.ts';
import { confirmEnrolment } from '../licence/confirm.ts';
import { payloadHash } from '../licence/issue.ts';
import { openTestStation, TEST_SECRETS, type TestStation } from '../testing/open-test-station.ts';
import { makeDevice, post, type TestDevice } from '../testing/test-device.ts';
import { registerDock } from './index.ts';

let folder = '';
let station: TestStation;
let app: FastifyInstance;
let device: TestDevice;
let enrolledMs = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-shown-'));
  station = await openTestStation(folder, TEST_SECRETS);
  app = Fastify();
  await registerDock(app, station.ingest, async () => []);
  device = await makeDevice(station.context.keys);
  await enrol(device);
  enrolledMs = station.clock.nowMs;
});
afterEach(async () => {
  await app.close();
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

async function enrol(one: TestDevice): Promise<void> {
  const { db, now } = station.context;
  const learner = await addLearner(db, { displayName: 'Sam', actor: 'officer' }, now());
  const fields = { learnerId: learner.id, capabilities: ['read'], openedBy: 'officer' };
  const { code } = await openEnrolment(db, fields, now());
  const taken = await post(app, '/dock/enrolments', { code, request: await one.request() });
  await confirmEnrolment(station.context, { enrolmentId: JSON.parse(taken.text).enrolmentId, actor: 'officer' });
}

/** The newest licence that this station has for a device. */
async function newest(one: TestDevice = device): Promise<Envelope> {
  const row = await latestLicence(station.context.db, one.id);
  return parseEnvelope(utf8(row?.envelope ?? ''));
}

async function renew(): Promise<Envelope> {
  const previous = payloadHash(await newest());
  const payload = canonicalJson({ deviceId: device.id, nonce: 'cd'.repeat(16), sequence: 1, previous });
  const type = 'application/vnd.leeslicht.licence-request+json';
  const request = await signEnvelope(type, payload, [device.signer]);
  const answer = await device.send(app, 'POST', '/dock/licence', { request });
  return parseEnvelope(utf8(JSON.stringify(JSON.parse(answer.text).licence)));
}

/** Says hello with this licence, and gives what an officer has to look at. */
async function looksAfter(licence: Envelope | null, more: object = {}): Promise<readonly string[]> {
  const hello = { deviceEpoch: 1, stationEpoch: 1, nextSequence: 1, receipt: null, downHead: 0 };
  const body = { ...hello, licence, timeNonce: 'ef'.repeat(16), ...more };
  expect((await device.send(app, 'POST', '/dock/hello', body)).status).toBe(200);
  const looks = (await openLooks(station.context.db)).get(device.id) ?? [];
  return looks.map(({ code, detail }) => (detail === '' ? code : `${code} ${detail}`));
}

/** The licence with something else in it, signed by whom is given, or with the signature that it had. */
async function changed(licence: Envelope, change: object, signer?: Parameters<typeof signEnvelope>[2][number]) {
  const payload = canonicalJson({ ...JSON.parse(fromUtf8(fromBase64(licence.payload))), ...change });
  const envelope = await signEnvelope(licence.payloadType, payload, [signer ?? device.signer]);
  return signer ? envelope : { ...envelope, signatures: licence.signatures };
}

test('an honest device gives nothing to look at, over its renewals', async () => {
  expect(await looksAfter(await newest())).toEqual([]);
  expect(await looksAfter(await renew())).toEqual([]);
});

test('a licence that was changed on the disk, and one that was removed after it was shown', async () => {
  const licence = await newest();
  expect(await looksAfter(await changed(licence, { expires: '2036-11-24T09:00:00Z' }))).toEqual(['licence-edited']);
  expect(await looksAfter(await changed(licence, { serial: 1 }, device.signer))).toEqual(['licence-edited']);
});

test('a licence that is gone, once the device has shown one', async () => {
  expect(await looksAfter(null)).toEqual([]);
  await looksAfter(await newest());
  expect(await looksAfter(null)).toEqual(['licence-edited']);
});

test('the licence of another device', async () => {
  const other = await makeDevice(station.context.keys);
  await enrol(other);
  expect(await looksAfter(await newest(other))).toEqual(['licence-foreign']);
});

test('a licence under this station’s key that it never gave', async () => {
  const forged = await changed(await newest(), { serial: 9 }, station.context.keys.licence);
  const same = await changed(await newest(), { modules: ['*', 'courses/*'] }, station.context.keys.licence);
  expect(await looksAfter(same)).toEqual(['licence-unknown 1']);
  expect(await looksAfter(forged)).toEqual(['licence-unknown 9', 'licence-unknown 1']);
});

/** What a restored database does not have: the second licence, and that it was issued. */
async function forget(): Promise<void> {
  const { db } = station.context;
  await db.deleteFrom('licences').where('serial', '=', 2).execute();
  await sql`drop trigger "auditLogNoDelete"`.execute(db);
  await db.deleteFrom('auditLog').where('act', '=', 'licence-issued').where('atMs', '>', enrolledMs).execute();
}

test('a restored station knows which licences it has forgotten, and wonders at any other', async () => {
  station.clock.nowMs += 60_000;
  const forgotten = await renew();
  await forget();
  const backedUpMs = station.clock.nowMs;
  station.clock.nowMs += 3_600_000;
  await beginNewEpoch(station.context.db, backedUpMs, station.clock.nowMs);
  const { licence } = station.context.keys;
  const instant = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
  const after = await changed(forgotten, { serial: 5, issued: instant(station.clock.nowMs + 1_000) }, licence);
  const early = { issued: instant(enrolledMs - 60_000), expires: instant(enrolledMs + 86_400_000) };
  const before = await changed(forgotten, { serial: 6, ...early }, licence);
  expect(await looksAfter(forgotten)).toEqual([]);
  expect(await looksAfter(after)).toEqual(['licence-unknown 5']);
  expect(await looksAfter(before)).toEqual(['licence-unknown 6', 'licence-unknown 5']);
});

test('a station whose disk was put back without a word says that it was restored, once a receipt shows it', async () => {
  station.clock.nowMs += 60_000;
  const second = await renew();
  await forget();
  const receipt = await signEnvelope(
    RECEIPT_TYPE,
    encodeReceipt({
      ...{ parcelId: 'ab'.repeat(32), deviceId: device.id, deviceEpoch: 1, sequence: 1, step: 'stored' },
      ...{ receivedAtMs: station.clock.nowMs, siteId: 'site-one', stationEpoch: 1 },
    }),
    [station.context.keys.receipt],
  );
  expect(await looksAfter(second, { receipt })).toEqual(['licence-forgotten 2']);
  // What is issued after that it does not excuse.
  station.clock.nowMs += 60_000;
  const later = { serial: 7, issued: new Date(station.clock.nowMs).toISOString().replace('.000Z', 'Z') };
  const forged = await changed(second, later, station.context.keys.licence);
  expect(await looksAfter(forged)).toEqual(['licence-unknown 7', 'licence-forgotten 2']);
});

test('an older licence than the device has shown before: an old disk, or a copy', async () => {
  const first = await newest();
  await looksAfter(first);
  await looksAfter(await renew());
  expect(await looksAfter(first)).toEqual(['licence-older 1']);
});

test('what the device says of its own record of time, once until somebody has looked', async () => {
  expect(await looksAfter(await newest(), { clock: 'edited' })).toEqual(['clock-edited']);
  expect(await looksAfter(await newest(), { clock: 'edited' })).toEqual(['clock-edited']);
  expect(await looksAfter(await newest(), { clock: 'lost' })).toEqual(['clock-lost', 'clock-edited']);
});
