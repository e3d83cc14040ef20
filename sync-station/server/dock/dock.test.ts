import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { parseEnvelope, signEnvelope } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { NO_FLOORS } from '#core/licence/floors.ts';
import { findBrokenAudit } from '../../store/audit.ts';
import { findDevice, setSuspended } from '../../store/devices.ts';
import { openEnrolment } from '../../store/enrolments.ts';
import { resolveFork } from '../../store/forks.ts';
import { addLearner } from '../../store/learners.ts';
import { latestLicence } from '../../store/licences.ts';
import { findPresence } from '../../store/presence.ts';
import { setStationEpoch } from '../../store/settings.ts';
import { runOne } from '../jobs/jobs.ts';
import { confirmEnrolment } from '../licence/confirm.ts';
import { payloadHash } from '../licence/issue.ts';
import { openTestStation, TEST_SECRETS, type TestStation } from '../testing/open-test-station.ts';
import { HOST, makeDevice, post, type TestDevice } from '../testing/test-device.ts';
import { registerDock } from './index.ts';

let folder = '';
let station: TestStation;
let app: FastifyInstance;
let device: TestDevice;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-dock-'));
  station = await openTestStation(folder, TEST_SECRETS);
  app = Fastify();
  await registerDock(app, station.ingest, async () => []);
  device = await makeDevice(station.context.keys);
});
afterEach(async () => {
  await app.close();
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openCode(): Promise<string> {
  const { db, now } = station.context;
  const learner = await addLearner(db, { displayName: 'Sam', actor: 'officer' }, now());
  const capabilities = ['read', 'write', 'teleport'];
  return (await openEnrolment(db, { learnerId: learner.id, capabilities, openedBy: 'officer' }, now())).code;
}

async function enrol(): Promise<string> {
  const taken = await post(app, '/dock/enrolments', { code: await openCode(), request: await device.request() });
  const { enrolmentId } = JSON.parse(taken.text);
  await confirmEnrolment(station.context, { enrolmentId, actor: 'officer' });
  return enrolmentId;
}

const put = (id: string, bytes: Uint8Array) => device.send(app, 'PUT', `/dock/parcels/${id}`, bytes);

async function renew(previous: string | null, nonce = 'cd'.repeat(16)) {
  const payload = canonicalJson({ deviceId: device.id, nonce, sequence: 1, previous });
  const type = 'application/vnd.leeslicht.licence-request+json';
  return device.send(app, 'POST', '/dock/licence', { request: await signEnvelope(type, payload, [device.signer]) });
}

test('enrols a device with a one-use code and gives it a licence within the grant', async () => {
  const id = await enrol();
  const asked = await app.inject({ url: `/dock/enrolments/${id}?proof=${device.proof}`, headers: { host: HOST } });
  const answer = JSON.parse(asked.body);
  expect(answer).toMatchObject({ state: 'confirmed', deviceEpoch: 1, learnerLabel: 'Sam' });
  const licence = JSON.parse(Buffer.from(answer.licence.payload, 'base64').toString());
  expect(licence).toMatchObject({ serial: 1, previous: null, deviceId: device.id, capabilities: ['read', 'write'] });
  expect(Date.parse(licence.expires) - Date.parse(licence.notBefore)).toBe(30 * 86_400_000);
  const guess = await app.inject({ url: `/dock/enrolments/${id}?proof=${'0'.repeat(64)}`, headers: { host: HOST } });
  expect(guess.statusCode).toBe(404);
});

test('gives licences from the floor on that the authorities have set for a device', async () => {
  station.authority.floors = { ...NO_FLOORS, licences: new Map([[device.id, 40]]) };
  await enrol();
  const serialOf = (text: string) =>
    JSON.parse(Buffer.from(JSON.parse(text).licence.payload, 'base64').toString()).serial;
  const first = await latestLicence(station.context.db, device.id);
  expect(first?.serial).toBe(40);
  expect(serialOf((await renew(first?.payloadHash ?? null)).text)).toBe(41);
});

test('closes a code after five wrong tries, and after ten minutes', async () => {
  const code = await openCode();
  const wrong = `${code.slice(0, 10)}${code.endsWith('0') ? '1' : '0'}`;
  for (let index = 0; index < 5; index += 1) {
    expect((await post(app, '/dock/enrolments', { code: wrong, request: await device.request() })).status).toBe(403);
  }
  expect((await post(app, '/dock/enrolments', { code, request: await device.request() })).status).toBe(403);
  const late = await openCode();
  station.clock.nowMs += 10 * 60_000;
  const answer = await post(app, '/dock/enrolments', { code: late, request: await device.request() });
  expect([answer.status, answer.text]).toEqual([403, '{"error":"CODE_EXPIRED"}']);
});

test('issues no licence before the authorities have signed for the station', async () => {
  station.authority.grant = undefined;
  await expect(enrol()).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  expect(await findDevice(station.context.db, device.id)).toBeUndefined();
});

test('gives the same parcel the same receipt, byte for byte, and counts it once', async () => {
  await enrol();
  const parcel = await device.seal({ sequence: 1, previous: null });
  const first = await put(parcel.id, parcel.bytes);
  station.clock.nowMs += 5_000;
  const second = await put(parcel.id, parcel.bytes);
  expect(first.status).toBe(200);
  expect(second).toMatchObject({ status: 200, text: first.text });
  expect(await station.context.db.selectFrom('jobs').selectAll().execute()).toHaveLength(1);
  expect(await findBrokenAudit(station.context.db)).toBeUndefined();
});

test('the same parcel from two tabs at once has one receipt and counts once', async () => {
  await enrol();
  const parcel = await device.seal({ sequence: 1, previous: null });
  const answers = await Promise.all(Array.from({ length: 6 }, () => put(parcel.id, parcel.bytes)));
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 6 }, () => 200));
  const { db } = station.context;
  expect(await db.selectFrom('parcels').selectAll().execute()).toHaveLength(1);
  expect(await db.selectFrom('jobs').selectAll().execute()).toHaveLength(1);
  expect(await findBrokenAudit(db)).toBeUndefined();
});

test('two parcels that want the same place at once: one is taken, and both are kept', async () => {
  await enrol();
  const parcels = await Promise.all([1, 2].map(() => device.seal({ sequence: 1, previous: null })));
  const answers = await Promise.all(parcels.map((parcel) => put(parcel.id, parcel.bytes)));
  expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 409]);
  const states = await station.context.db.selectFrom('parcels').select('state').orderBy('state').execute();
  expect(states).toEqual([{ state: 'accepted' }, { state: 'forked' }]);
});

test('a disk under its reserve takes no parcel, says so, and takes it when there is room again', async () => {
  await app.close();
  const config = { ...station.context.config, diskReserveBytes: Number.MAX_SAFE_INTEGER };
  const full = Fastify();
  await registerDock(full, { ...station.ingest, context: { ...station.context, config } }, async () => []);
  app = full;
  await enrol();
  const parcel = await device.seal({ sequence: 1, previous: null });
  const answer = await put(parcel.id, parcel.bytes);
  expect([answer.status, answer.text]).toEqual([507, '{"error":"DISK_RESERVE"}']);
  expect(await station.context.db.selectFrom('parcels').selectAll().execute()).toEqual([]);
  await full.close();
  app = Fastify();
  await registerDock(app, station.ingest, async () => []);
  expect((await put(parcel.id, parcel.bytes)).status).toBe(200);
});

test('lists what is missing when a parcel comes too early', async () => {
  await enrol();
  const answer = await put((await device.seal({ sequence: 3, previous: 'ab'.repeat(32) })).id, new Uint8Array(3));
  expect(answer.status).toBe(422);
  const early = await device.seal({ sequence: 3, previous: 'ab'.repeat(32) });
  const gap = await put(early.id, early.bytes);
  const refusal = JSON.parse(Buffer.from(JSON.parse(gap.text).refusal.payload, 'base64').toString());
  expect([gap.status, refusal.code, refusal.missing]).toEqual([409, 'GAP', [1, 2]]);
});

test('keeps both branches of a fork, goes on with neither, and pauses renewal until an officer decides', async () => {
  await enrol();
  const { db } = station.context;
  const one = await device.seal({ sequence: 1, previous: null });
  const other = await device.seal({ sequence: 1, previous: null });
  expect((await put(one.id, one.bytes)).status).toBe(200);
  expect((await put(other.id, other.bytes)).status).toBe(409);
  const next = await device.seal({ sequence: 2, previous: one.id });
  expect((await put(next.id, next.bytes)).status).toBe(409);
  expect((await renew(null)).text).toBe('{"error":"FORKED"}');
  const kept = await db.selectFrom('parcels').select(['id', 'state']).orderBy('receivedAtMs').execute();
  expect(new Map(kept.map((row) => [row.id, row.state]))).toEqual(
    new Map([
      [one.id, 'accepted'],
      [other.id, 'forked'],
      [next.id, 'forked'],
    ]),
  );
  // The one that came first is among those the officer chooses from.
  const branches = await db.selectFrom('branches').select('parcelId').execute();
  expect(new Set(branches.map((row) => row.parcelId))).toEqual(new Set([one.id, other.id, next.id]));
  const outcome = { kind: 'continue' as const, headParcelId: one.id };
  expect(await resolveFork(db, { deviceId: device.id, outcome, actor: 'officer' }, 1)).toBe(true);
  // The branch goes on at its end, which came during the fork.
  const third = await device.seal({ sequence: 3, previous: next.id });
  expect((await put(third.id, third.bytes)).status).toBe(200);
});

test('after the decision the work of both branches is opened once and has its receipt', async () => {
  await enrol();
  const { db } = station.context;
  const message = (id: string) => ({ kind: 'message' as const, id: id.repeat(16), createdAtMs: 1, text: 'hello' });
  const one = await device.seal({ sequence: 1, previous: null, items: [message('aa'), message('bb')] });
  const other = await device.seal({ sequence: 1, previous: null, items: [message('bb'), message('cc')] });
  await put(one.id, one.bytes);
  const refused = await put(other.id, other.bytes);
  expect([refused.status, (await put(other.id, other.bytes)).text]).toEqual([409, refused.text]);
  while (await runOne(station.context)) {
    // Until nothing is due.
  }
  const ids = async () => (await db.selectFrom('messages').select('id').orderBy('id').execute()).map((row) => row.id);
  expect(await ids()).toEqual([message('aa').id, message('bb').id]);
  const outcome = { kind: 'continue' as const, headParcelId: other.id };
  await resolveFork(db, { deviceId: device.id, outcome, actor: 'officer' }, station.context.now());
  while (await runOne(station.context)) {
    // Until nothing is due.
  }
  expect(await ids()).toEqual([message('aa').id, message('bb').id, message('cc').id]);
  const received = await put(other.id, other.bytes);
  expect(received.status).toBe(200);
  expect((await put(other.id, other.bytes)).text).toBe(received.text);
  // The other branch shows itself again as soon as it goes on.
  const astray = await device.seal({ sequence: 2, previous: one.id });
  expect((await put(astray.id, astray.bytes)).status).toBe(409);
  expect((await findDevice(db, device.id))?.state).toBe('forked');
});

test('a copy that shows itself at renewal alone can be decided on too, and again when it comes back', async () => {
  const id = await enrol();
  const { db } = station.context;
  const asked = await app.inject({ url: `/dock/enrolments/${id}?proof=${device.proof}`, headers: { host: HOST } });
  const first = payloadHash(parseEnvelope(utf8(JSON.stringify(JSON.parse(asked.body).licence))));
  const second = await renew(first);
  const licence = parseEnvelope(utf8(JSON.stringify(JSON.parse(second.text).licence)));
  await renew(payloadHash(licence), 'ee'.repeat(16));
  expect((await renew(first, 'dd'.repeat(16))).text).toBe('{"error":"FORKED"}');
  const outcome = { kind: 'continue' as const, headParcelId: null };
  expect(await resolveFork(db, { deviceId: device.id, outcome, actor: 'officer' }, 1)).toBe(true);
  expect((await renew(first, 'd0'.repeat(16))).status).toBe(200);
  expect((await renew(payloadHash(licence), 'd1'.repeat(16))).text).toBe('{"error":"FORKED"}');
});

test('a restored station knows a device again by the licence that it signed, and no other station does', async () => {
  const id = await enrol();
  const { db } = station.context;
  const asked = await app.inject({ url: `/dock/enrolments/${id}?proof=${device.proof}`, headers: { host: HOST } });
  const { licence } = JSON.parse(asked.body);
  const known = await findDevice(db, device.id);
  for (const table of ['licences', 'devices', 'enrolments', 'learners'] as const) await db.deleteFrom(table).execute();
  const comeBack = (body: object) => post(app, '/dock/return', body);
  expect((await comeBack({ licence, deviceEpoch: 3 })).text).toBe('{"error":"UNKNOWN_DEVICE"}');
  await db.transaction().execute((trx) => setStationEpoch(trx, 2));
  const forged = await signEnvelope(licence.payloadType, Buffer.from(licence.payload, 'base64'), [device.signer]);
  expect((await comeBack({ licence: forged, deviceEpoch: 3 })).text).toBe('{"error":"UNKNOWN_DEVICE"}');
  expect((await comeBack({ licence, deviceEpoch: 3 })).status).toBe(204);
  const again = await findDevice(db, device.id);
  expect(again).toMatchObject({ learnerId: known?.learnerId, epoch: 3, state: 'ok', licenceSerial: 1 });
  expect((await renew(payloadHash(parseEnvelope(utf8(JSON.stringify(licence)))))).status).toBe(200);
});

test('quarantines a damaged parcel with a signed refusal, and still takes the whole one', async () => {
  await enrol();
  const parcel = await device.seal({ sequence: 1, previous: null });
  const damaged = parcel.bytes.slice();
  damaged[damaged.length - 1] = (damaged[damaged.length - 1] ?? 0) ^ 1;
  const first = await put(parcel.id, damaged);
  expect(first.status).toBe(422);
  expect((await put(parcel.id, damaged)).text).toBe(first.text);
  expect((await put(parcel.id, parcel.bytes)).status).toBe(200);
});

test('refuses a parcel that another device sealed', async () => {
  await enrol();
  const parcel = await (await makeDevice(station.context.keys)).seal({ sequence: 1, previous: null });
  expect((await put(parcel.id, parcel.bytes)).status).toBe(422);
});

test('refuses a nonce the second time, a changed body and an unknown device', async () => {
  const stranger = await device.send(app, 'POST', '/dock/presence', {});
  expect([stranger.status, stranger.text]).toEqual([401, '{"error":"UNKNOWN_DEVICE"}']);
  await enrol();
  const challenge = JSON.parse((await post(app, '/dock/challenge', { deviceId: device.id })).text);
  const headers = {
    host: HOST,
    'leeslicht-device': device.id,
    'leeslicht-nonce': String(challenge.nonce),
    'leeslicht-signature': Buffer.alloc(64).toString('base64'),
  };
  const forged = { method: 'POST' as const, url: '/dock/presence', headers };
  expect((await app.inject(forged)).body).toBe('{"error":"BAD_SIGNATURE"}');
  expect((await app.inject(forged)).body).toBe('{"error":"BAD_NONCE"}');
});

test('answers only its own host and listed origins', async () => {
  expect((await app.inject({ url: '/dock/info', headers: { host: 'evil.example' } })).statusCode).toBe(421);
  const from = (origin: string) => app.inject({ url: '/dock/info', headers: { host: HOST, origin } });
  expect((await from('http://evil.example')).statusCode).toBe(403);
  const listed = await from('http://127.0.0.1:9000');
  expect(listed.headers['access-control-allow-origin']).toBe('http://127.0.0.1:9000');
  expect(listed.headers['access-control-allow-credentials']).toBeUndefined();
});

test('signs the time for the nonce of a hello, and says what it expects', async () => {
  await enrol();
  const hello = {
    deviceEpoch: 1,
    stationEpoch: 1,
    nextSequence: 3,
    licence: null,
    receipt: null,
    timeNonce: 'ef'.repeat(16),
    downHead: 0,
  };
  const answer = JSON.parse((await device.send(app, 'POST', '/dock/hello', hello)).text);
  expect(answer).toMatchObject({ device: 'ok', expectedSequence: 1, missing: [1, 2], down: [], reoffer: false });
  const time = JSON.parse(Buffer.from(answer.time.payload, 'base64').toString());
  expect(time).toEqual({ time: '2026-11-24T09:00:00Z', nonce: 'ef'.repeat(16), siteId: 'site-one' });
});

test('raises its counters to a receipt that a restored database has forgotten', async () => {
  await enrol();
  const parcel = await device.seal({ sequence: 1, previous: null });
  const receipt = JSON.parse((await put(parcel.id, parcel.bytes)).text).receipt;
  await station.context.db.deleteFrom('parcels').execute();
  await station.context.db.deleteFrom('parcelHeads').execute();
  const hello = {
    deviceEpoch: 1,
    stationEpoch: 1,
    nextSequence: 2,
    licence: null,
    receipt,
    timeNonce: 'ef'.repeat(16),
    downHead: 0,
  };
  const answer = JSON.parse((await device.send(app, 'POST', '/dock/hello', hello)).text);
  expect(answer).toMatchObject({ reoffer: true, stationEpoch: 2, expectedSequence: 1, missing: [1] });
  expect((await put(parcel.id, parcel.bytes)).status).toBe(200);
});

test('renews along the chain of licences, and takes a request off the chain for a copy of the device', async () => {
  const id = await enrol();
  const asked = await app.inject({ url: `/dock/enrolments/${id}?proof=${device.proof}`, headers: { host: HOST } });
  const first = payloadHash(parseEnvelope(utf8(JSON.stringify(JSON.parse(asked.body).licence))));
  const second = await renew(first);
  expect(second.status).toBe(200);
  expect((await renew(first)).text).toBe(second.text);
  const licence = parseEnvelope(utf8(JSON.stringify(JSON.parse(second.text).licence)));
  const third = await renew(payloadHash(licence), 'ee'.repeat(16));
  expect(third.status).toBe(200);
  expect((await renew(first, 'dd'.repeat(16))).text).toBe('{"error":"FORKED"}');
});

test('does not renew a suspended device, and still takes its work', async () => {
  await enrol();
  const fields = { deviceId: device.id, suspended: true, reason: 'lost', untilMs: null, actor: 'officer' };
  await setSuspended(station.context.db, fields, 1);
  expect((await renew(null)).text).toBe('{"error":"SUSPENDED"}');
  const parcel = await device.seal({ sequence: 1, previous: null });
  expect((await put(parcel.id, parcel.bytes)).status).toBe(200);
});

test('tells the room when a known device says that its sync is done, and no other', async () => {
  await enrol();
  const heard: string[] = [];
  station.context.events.subscribe(({ deviceId, step }) => heard.push(`${deviceId} ${step}`));
  expect((await device.send(app, 'POST', '/dock/done', {})).status).toBe(204);
  const stranger = await makeDevice(station.context.keys);
  expect((await stranger.send(app, 'POST', '/dock/done', {})).status).toBe(401);
  expect(heard).toEqual([`${device.id} done`]);
});

test('shows a room code that names the learner for ten minutes', async () => {
  await enrol();
  const { roomCode } = JSON.parse((await device.send(app, 'POST', '/dock/presence', {})).text);
  const { db, now } = station.context;
  expect(await findPresence(db, roomCode, now())).toMatchObject({ deviceId: device.id });
  expect(await findPresence(db, roomCode, now() + 10 * 60_000)).toBeUndefined();
});
