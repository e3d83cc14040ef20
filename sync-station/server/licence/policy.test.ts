import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { LICENCE_TYPE, type Licence, parseLicence } from '#core/licence/licence.ts';
import { findDevice, setSuspended } from '../../store/devices.ts';
import { openEnrolment, takeCode } from '../../store/enrolments.ts';
import { addLearner } from '../../store/learners.ts';
import { latestLicence } from '../../store/licences.ts';
import { openTestStation, TEST_SECRETS, type TestStation } from '../testing/open-test-station.ts';
import { openTestDesk, type TestDesk } from '../testing/test-desk.ts';
import { makeDevice, type TestDevice } from '../testing/test-device.ts';
import { confirmEnrolment } from './confirm.ts';
import { withModules } from './module-patterns.ts';
import { renewLicence } from './renew.ts';

let folder = '';
let station: TestStation;
let desk: TestDesk;
let device: TestDevice;
let learnerId = '';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-policy-'));
  station = await openTestStation(folder, TEST_SECRETS);
  const { grant } = station.authority;
  if (grant) station.authority.grant = { ...grant, capabilities: ['read', 'quiz', 'messages', 'write', 'scripts'] };
  station.context.mirror.read = async (path) => published.get(path);
  desk = await openTestDesk(station);
  device = await makeDevice(station.context.keys);
});
afterEach(async () => {
  await desk.app.close();
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

const json = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const target = { hashes: { sha256: 'aa'.repeat(32) } };
const published = new Map([
  ['metadata/timestamp.json', json({ signed: { meta: { 'snapshot.json': { version: 1 } } } })],
  ['metadata/1.snapshot.json', json({ signed: { meta: { 'course-a.json': { version: 1 } } } })],
  [
    'metadata/1.course-a.json',
    json({ signed: { targets: { 'courses/a/one.json': target, 'courses/a/two.json': target } } }),
  ],
]);

async function enrol(names: readonly string[], modules: readonly string[] = ['*']): Promise<Licence> {
  const { db, now } = station.context;
  learnerId = (await addLearner(db, { displayName: 'Sam', actor: 'officer' }, now())).id;
  const capabilities = withModules(names, modules);
  const { id, code } = await openEnrolment(db, { learnerId, capabilities, openedBy: 'officer' }, now());
  const request = JSON.stringify(await device.request());
  const nonces = { deviceNonce: device.nonce, stationNonce: 'ee'.repeat(16) };
  await takeCode(db, { code: code.replace('-', ''), request, deviceId: device.id, ...nonces }, now());
  await confirmEnrolment(station.context, { enrolmentId: id, actor: 'officer' });
  return newest();
}

async function newest(): Promise<Licence> {
  const row = await latestLicence(station.context.db, device.id);
  if (!row) throw new Error('no licence');
  const keys = [station.context.keys.licence.publicKey];
  const envelope = parseEnvelope(new TextEncoder().encode(row.envelope));
  return parseLicence(await verifyEnvelope(envelope, { payloadType: LICENCE_TYPE, keys }));
}

let requests = 0;
async function renew(): Promise<Licence> {
  const found = await findDevice(station.context.db, device.id);
  const held = await latestLicence(station.context.db, device.id);
  if (!found || !held) throw new Error('no device');
  requests += 1;
  const nonce = requests.toString(16).padStart(32, '0');
  const asked = { deviceId: device.id, nonce, sequence: requests, previous: held.payloadHash, requestHash: nonce };
  await renewLicence(station.context, found, asked);
  return newest();
}

describe('the licence', () => {
  test('says what enrolment chose when nobody else says anything', async () => {
    expect(await enrol(['read', 'quiz', 'notes', 'messages'])).toMatchObject({
      capabilities: ['read', 'quiz', 'messages'],
      modules: ['*'],
      regime: { dailyHours: 16, timeZone: 'Europe/Amsterdam' },
    });
  });

  test('names only the chosen modules, as targets', async () => {
    const licence = await enrol(['read', 'write'], ['courses/a/one']);
    expect(licence.modules).toEqual(['courses/a/one.json']);
    expect(licence.capabilities).toEqual(['read', 'write']);
  });

  test('follows the institution, then the group, then the person', async () => {
    await enrol(['read', 'quiz', 'notes', 'messages', 'write']);
    const hours = { from: '08:00', until: '20:00' };
    const body = { deny: ['messages'], denyModules: ['courses/a/two.json'], hours, licenceDays: 20 };
    expect((await desk.post('administrator', '/policy/institution', body)).status).toBe(200);
    const first = await renew();
    expect(first.capabilities).toEqual(['read', 'quiz', 'write']);
    expect(first.modules).toEqual(['courses/a/one.json']);
    expect(first.regime).toMatchObject({ readFrom: '08:00', readUntil: '20:00' });
    expect(first.expiresAtMs - first.issuedAtMs).toBe(20 * 86_400_000);

    const { id } = (await desk.post('administrator', '/policy/groups', { name: 'Wing B' })).json();
    await desk.post('administrator', `/policy/groups/${id}`, { allow: ['messages'], dailyHours: 4 });
    await desk.post('security', `/policy/learners/${learnerId}/group`, { groupId: id });
    expect(await renew()).toMatchObject({
      capabilities: ['read', 'quiz', 'messages', 'write'],
      regime: { dailyHours: 4 },
    });

    await desk.post('security', `/policy/persons/${learnerId}`, { deny: ['messages'], allow: ['teleport'] });
    expect((await renew()).capabilities).toEqual(['read', 'quiz', 'write']);
  });

  test('lets an officer change what was chosen at enrolment', async () => {
    await enrol(['read', 'quiz', 'notes', 'messages']);
    await desk.post('security', `/policy/devices/${device.id}`, { allow: ['write'] });
    expect((await renew()).capabilities).toContain('write');
  });
});

describe('the desk', () => {
  test('lets only administrators decide for many, and only officers for one', async () => {
    await enrol(['read']);
    expect((await desk.post('security', '/policy/institution', {})).status).toBe(403);
    expect((await desk.post('security', '/policy/groups', { name: 'x' })).status).toBe(403);
    expect((await desk.post('administrator', `/policy/persons/${learnerId}`, {})).status).toBe(403);
    expect((await desk.post('administrator', `/policy/devices/${device.id}`, {})).status).toBe(403);
    expect((await desk.get('tutor', '/policy')).status).toBe(403);
  });

  test('refuses a policy that it would only half obey', async () => {
    expect((await desk.post('administrator', '/policy/institution', { denied: ['write'] })).json()).toEqual({
      error: 'BAD_REQUEST',
    });
    expect((await desk.post('administrator', '/policy/institution', { dailyHours: 25 })).status).toBe(400);
  });

  test('writes each change into the audit log', async () => {
    await enrol(['read']);
    await desk.post('administrator', '/policy/institution', { deny: ['quiz'] });
    const { entries } = (await desk.get('security', '/security/audit')).json();
    const entry = entries.find(({ act }: { act: string }) => act === 'policy-changed');
    expect(entry).toMatchObject({ subject: 'site', detail: expect.stringContaining('quiz') });
  });

  test('says which rule closed something, and that the device learns of it later', async () => {
    await enrol(['read', 'quiz', 'notes', 'messages']);
    await desk.post('administrator', '/policy/institution', {
      deny: ['messages'],
      hours: { from: '08:00', until: '20:00' },
    });
    const why = async (at: string) => (await desk.get('security', `/policy/devices/${device.id}/why?at=${at}`)).json();
    const { hours, capabilities } = await why('07:59');
    expect(hours).toMatchObject({ open: false, by: 'institution', rule: '08:00–20:00', inLicence: true });
    const said = Object.fromEntries(capabilities.map((one: { name: string }) => [one.name, one]));
    expect(said['messages']).toMatchObject({ open: false, by: 'institution', inLicence: true });
    expect(said['write']).toMatchObject({ open: false, by: 'device' });
    expect(said['scripts']).toMatchObject({ open: false, by: 'nobody', inLicence: false });
    expect(said['notes']).toMatchObject({ open: false, by: 'authorities' });
    await renew();
    expect((await why('07:59')).hours).toMatchObject({ open: false, inLicence: false });
    expect((await why('08:00')).hours).toMatchObject({ open: true, inLicence: true });
  });
});

describe('a hold', () => {
  test('ends by itself at the moment that was set, with an entry in the log', async () => {
    await enrol(['read']);
    const untilMs = station.clock.nowMs + 3_600_000;
    const hold = { reason: 'search of the cell', untilMs };
    expect((await desk.post('security', `/security/devices/${device.id}/hold`, hold)).status).toBe(200);
    await expect(renew()).rejects.toMatchObject({ code: 'SUSPENDED' });
    station.clock.nowMs = untilMs - 1;
    await expect(renew()).rejects.toMatchObject({ code: 'SUSPENDED' });
    station.clock.nowMs = untilMs;
    await renew();
    expect(await findDevice(station.context.db, device.id)).toMatchObject({ state: 'ok', heldUntilMs: null });
  });

  test('without an end lasts until somebody ends it, and no end lies in the past', async () => {
    await enrol(['read']);
    const { db } = station.context;
    const past = { reason: 'search', untilMs: station.clock.nowMs };
    expect((await desk.post('security', `/security/devices/${device.id}/hold`, past)).status).toBe(400);
    await setSuspended(db, { deviceId: device.id, suspended: true, reason: 'x', untilMs: null, actor: 'o' }, 1);
    station.clock.nowMs += 365 * 86_400_000 - 400 * 3_600_000;
    await expect(renew()).rejects.toMatchObject({ code: 'SUSPENDED' });
  });
});
