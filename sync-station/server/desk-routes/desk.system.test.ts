import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { downItemsShape } from '#core/parcel/items.ts';
import type { Role } from '../../api/session.ts';
import { noteDeviceEvent } from '../../store/device-events.ts';
import { addLearner } from '../../store/learners.ts';
import { openPresence } from '../../store/presence.ts';
import { addStaff } from '../auth/add-staff.ts';
import { openTestStation, TEST_SECRETS, type TestStation } from '../testing/open-test-station.ts';
import { registerDeskRoutes } from './index.ts';

const origin = 'http://127.0.0.1:8080';
const password = 'correct horse battery';
const minuteMs = 60_000;

let folder = '';
let station: TestStation;
let desk: FastifyInstance;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-desk-'));
  station = await openTestStation(folder, TEST_SECRETS);
  desk = Fastify({ bodyLimit: 17 * 1024 * 1024 });
  await registerDeskRoutes(desk, station.context);
  for (const role of ['tutor', 'security', 'administrator'] as const) await staff(role, [role]);
});

afterEach(async () => {
  await desk.close();
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

function staff(login: string, roles: readonly Role[]): Promise<string> {
  const { context } = station;
  return addStaff(
    context.db,
    { login, displayName: login, password, roles },
    { actor: 'station', nowMs: context.now() },
  );
}

interface Call {
  readonly cookie?: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

function post(path: string, { cookie, body, headers }: Call = {}) {
  return desk.inject({
    method: 'POST',
    url: `/desk/api${path}`,
    headers: { host: '127.0.0.1:8080', origin, ...(cookie ? { cookie } : {}), ...headers },
    ...(body ? { payload: body } : {}),
  });
}

function get(path: string, cookie?: string, headers: Record<string, string> = {}) {
  return desk.inject({
    method: 'GET',
    url: `/desk/api${path}`,
    headers: { host: '127.0.0.1:8080', ...(cookie ? { cookie } : {}), ...headers },
  });
}

async function signIn(login: string): Promise<string> {
  const answer = await post('/login', { body: { login, password } });
  expect(answer.statusCode).toBe(200);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

async function addDevice(learnerId: string): Promise<string> {
  const id = 'ab'.repeat(16);
  await station.context.db
    .insertInto('devices')
    .values({
      id,
      learnerId,
      signingKey: 'cd'.repeat(32),
      ageRecipient: 'age1test',
      keyLevel: 'non-extractable',
      epoch: 1,
      state: 'ok',
      capabilities: '["read","module:courses/a/*"]',
      stateReason: null,
      heldUntilMs: null,
      lastSeenAtMs: null,
      licenceSerial: 1,
      licenceExpiresAtMs: station.context.now() + 3 * 24 * 60 * minuteMs,
      quota: null,
      createdAtMs: station.context.now(),
    })
    .execute();
  return id;
}

const sam = () => addLearner(station.context.db, { displayName: 'Sam', actor: 'station' }, station.context.now());

async function addWork(learnerId: string, text: string, attachmentHash: string | null): Promise<string> {
  const id = '0f'.repeat(16);
  await station.context.db
    .insertInto('submissions')
    .values({
      id,
      learnerId,
      assignmentId: 'week-1',
      modulePath: 'courses/a/b.json',
      title: 'My week',
      text,
      words: 2,
      attachmentHash,
      fileName: attachmentHash === null ? null : 'page".html',
      source: 'parcel',
      step: 'handedIn',
      handedInAtMs: station.context.now(),
    })
    .execute();
  return id;
}

test('signs in with a cookie that scripts and other sites cannot use', async () => {
  const answer = await post('/login', { body: { login: 'Tutor', password } });
  expect(answer.headers['set-cookie']).toMatch(/^leeslicht-desk=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(answer.json()).toMatchObject({ staff: { login: 'tutor', roles: ['tutor'] } });
});

test('keeps no token and no password, only their hashes', async () => {
  const token = (await signIn('tutor')).split('=')[1];
  const { db } = station.context;
  const stored = JSON.stringify([
    await db.selectFrom('staffSessions').selectAll().execute(),
    await db.selectFrom('staff').selectAll().execute(),
  ]);
  expect(stored).not.toContain(token);
  expect(stored).not.toContain(password);
  expect(stored).toContain('$argon2id$v=19$m=47104,t=2,p=1$');
});

test('answers a wrong password and an unknown login alike', async () => {
  const wrong = await post('/login', { body: { login: 'tutor', password: 'not this one at all' } });
  const unknown = await post('/login', { body: { login: 'nobody', password } });
  expect([wrong.statusCode, wrong.body]).toEqual([unknown.statusCode, unknown.body]);
  expect(wrong.json()).toEqual({ error: 'WRONG_LOGIN' });
});

test('makes guessing slow, and lets the right password in after the wait', async () => {
  const wrong = { body: { login: 'tutor', password: 'not this one at all' } };
  for (let tries = 0; tries < 3; tries += 1) expect((await post('/login', wrong)).statusCode).toBe(401);
  const right = { body: { login: 'tutor', password } };
  const early = await post('/login', right);
  expect(early.statusCode).toBe(429);
  expect(early.json()).toMatchObject({ error: 'WAIT_BEFORE_LOGIN', retryAfterSeconds: 2 });
  station.clock.nowMs += 2_000;
  expect((await post('/login', right)).statusCode).toBe(200);
});

test('refuses a change from another origin, without one, and under another host name', async () => {
  const cookie = await signIn('administrator');
  const foreign = await post('/administrator/mirror/refresh', { cookie, headers: { origin: 'http://127.0.0.1:8081' } });
  expect(foreign.json()).toEqual({ error: 'WRONG_ORIGIN' });
  const none = await desk.inject({
    method: 'POST',
    url: '/desk/api/logout',
    headers: { host: '127.0.0.1:8080', cookie },
  });
  expect(none.json()).toEqual({ error: 'WRONG_ORIGIN' });
  expect((await get('/session', cookie, { host: 'evil.example' })).statusCode).toBe(421);
});

test('gives each role its own pages and nothing of the others', async () => {
  const paths = { tutor: '/tutor/hand-ins', security: '/security/devices', administrator: '/administrator/staff' };
  for (const login of ['tutor', 'security', 'administrator'] as const) {
    const cookie = await signIn(login);
    for (const [role, path] of Object.entries(paths)) {
      expect((await get(path, cookie)).statusCode).toBe(role === login ? 200 : 403);
    }
  }
  expect((await get('/security/devices')).json()).toEqual({ error: 'SIGN_IN_FIRST' });
});

test('ends an idle session, and a screen that refreshes itself does not keep it alive', async () => {
  const cookie = await signIn('tutor');
  for (let minutes = 0; minutes < 29; minutes += 1) {
    station.clock.nowMs += minuteMs;
    expect((await get('/room', cookie, { 'leeslicht-background': '1' })).statusCode).toBe(200);
  }
  station.clock.nowMs += minuteMs;
  expect((await get('/room', cookie)).statusCode).toBe(401);
});

test('signs out for good, and closing an account ends its sessions', async () => {
  const first = await signIn('tutor');
  expect((await post('/logout', { cookie: first })).statusCode).toBe(200);
  expect((await get('/session', first)).statusCode).toBe(401);
  const second = await signIn('tutor');
  const admin = await signIn('administrator');
  const { staff: people } = (await get('/administrator/staff', admin)).json();
  const tutor = people.find((one: { login: string }) => one.login === 'tutor');
  await post(`/administrator/staff/${tutor.id}`, { cookie: admin, body: { disabled: true } });
  expect((await get('/session', second)).statusCode).toBe(401);
  const self = people.find((one: { login: string }) => one.login === 'administrator');
  const last = await post(`/administrator/staff/${self.id}`, { cookie: admin, body: { roles: ['tutor'] } });
  expect(last.json()).toEqual({ error: 'LAST_ADMINISTRATOR' });
});

test('revokes only with a password of the last ten minutes, and says which command publishes it', async () => {
  const device = await addDevice((await sam()).id);
  const cookie = await signIn('security');
  station.clock.nowMs += 10 * minuteMs;
  const reason = "it's lost; rm -rf /";
  const early = await post(`/security/devices/${device}/revoke`, { cookie, body: { reason } });
  expect(early.json()).toEqual({ error: 'PASSWORD_AGAIN' });
  expect((await post('/session/fresh', { cookie, body: { password: 'no' } })).statusCode).toBe(401);
  expect((await post('/session/fresh', { cookie, body: { password } })).statusCode).toBe(200);
  expect((await post(`/security/devices/${device}/revoke`, { cookie, body: { reason } })).statusCode).toBe(200);
  const detail = (await get(`/security/devices/${device}`, cookie)).json();
  expect(detail).toMatchObject({ standing: 'revoked', modules: ['courses/a/*'], capabilities: ['read'] });
  expect(detail.revocation.command).toBe(
    `leeslicht programme revoke DIR --device ${device} --reason 'it'\\''s lost; rm -rf /'`,
  );
});

test('an officer looks at what a device noticed, with a note; what comes after is open again', async () => {
  const device = await addDevice((await sam()).id);
  const { context } = station;
  const event = { deviceId: device, code: 'chunk-corrupt', detail: 'courses/a/b.json x.html' };
  const note = () => context.db.transaction().execute((trx) => noteDeviceEvent(trx, event, context.now()));
  await note();
  await note();
  const cookie = await signIn('security');
  const looks = async () => (await get(`/security/devices/${device}`, cookie)).json().looks;
  const count = async () => (await get('/security/trouble/count', cookie)).json();
  const [look, ...more] = await looks();
  expect(more).toEqual([]);
  expect(look).toMatchObject({ code: 'chunk-corrupt', detail: event.detail, atMs: context.now() });
  expect((await get('/security/devices', cookie)).json().devices[0].looks).toEqual([look]);
  expect((await get('/security/trouble', cookie)).json().noticed).toMatchObject([{ deviceId: device, looks: [look] }]);
  expect(await count()).toEqual({ devices: 1 });

  const path = `/security/devices/${device}/looked`;
  const found = 'The seal of Sam is whole.';
  expect((await post(path, { cookie, body: { upTo: look.id, note: '' } })).statusCode).toBe(400);
  expect((await post(path, { cookie: await signIn('tutor'), body: { upTo: look.id, note: found } })).statusCode).toBe(
    403,
  );
  expect((await post(path, { cookie, body: { upTo: look.id, note: found } })).statusCode).toBe(200);
  expect((await post(path, { cookie, body: { upTo: look.id, note: found } })).json()).toEqual({ error: 'WRONG_STATE' });
  expect([await looks(), await count()]).toEqual([[], { devices: 0 }]);
  const { history } = (await get(`/security/devices/${device}`, cookie)).json();
  expect(history).toContainEqual(expect.objectContaining({ code: 'device-looked-at', actor: 'security' }));
  expect(history).toContainEqual(expect.objectContaining({ code: 'chunk-corrupt', note: found }));
  // The note may hold a name: it is not in the log.
  expect((await get('/security/audit', cookie)).body).not.toContain('Sam');

  // The same page again is news, and the officer who has not seen it does not end it.
  await note();
  expect((await post(path, { cookie, body: { upTo: look.id, note: found } })).json()).toEqual({ error: 'WRONG_STATE' });
  expect((await looks()).length).toBe(1);
});

test('marks work and queues feedback and its step for the learner, once', async () => {
  const learner = await sam();
  const work = await addWork(learner.id, 'My text', null);
  const cookie = await signIn('tutor');
  await post(`/tutor/hand-ins/${work}/opened`, { cookie });
  await post(`/tutor/hand-ins/${work}/opened`, { cookie });
  const file = { name: 'notes.txt', base64: 'aGVsbG8=' };
  await post(`/tutor/hand-ins/${work}/feedback`, { cookie, body: { text: 'Well done', mark: '8', file } });
  const detail = (await get(`/tutor/hand-ins/${work}`, cookie)).json();
  expect(detail).toMatchObject({ step: 'marked', feedback: [{ text: 'Well done', mark: '8', delivery: 'waiting' }] });
  const rows = await station.context.db.selectFrom('downItems').select(['item', 'attachmentHash']).execute();
  const items = rows.map((row) => JSON.parse(row.item));
  expect(items.map((item) => item.step ?? item.kind).sort()).toEqual(['feedback', 'marked', 'received']);
  const given = detail.feedback[0].id;
  const sent = await get(`/tutor/feedback/${work}/${given}/file`, cookie);
  expect(sent.body).toBe('hello');
});

test('shows an answer sheet by question, and takes remarks on single answers to the learner', async () => {
  const learner = await sam();
  const deviceId = await addDevice(learner.id);
  const work = await addWork(learner.id, '1. Why?\n\nBecause', null);
  const parcelId = 'ef'.repeat(32);
  const { db } = station.context;
  const answers = [
    { id: 'why', question: 'Why?', answer: 'Because' },
    { id: 'who', question: 'Who?', answer: '' },
  ];
  const item = {
    ...{ id: work, kind: 'submission', createdAtMs: 1, assignmentId: 'week-1', modulePath: 'courses/a/b.json' },
    ...{ title: 'My week', text: '1. Why?\n\nBecause', words: 1, answers },
  };
  await db
    .insertInto('parcels')
    .values({
      ...{
        id: parcelId,
        deviceId,
        deviceEpoch: 1,
        stationEpoch: 1,
        sequence: 1,
        previous: null,
        objectHash: 'aa',
        sizeBytes: 1,
      },
      ...{ state: 'opened', receipt: null, refusal: null, receivedAtMs: 1 },
    })
    .execute();
  await db
    .insertInto('items')
    .values({
      ...{ learnerId: learner.id, id: work, parcelId, kind: 'submission', body: JSON.stringify(item) },
      ...{ attachmentHash: null, createdAtMs: 1 },
    })
    .execute();
  const cookie = await signIn('tutor');
  expect((await get(`/tutor/hand-ins/${work}`, cookie)).json()).toMatchObject({ answers, feedback: [] });
  const remarks = [{ id: 'why', text: 'Say more.' }];
  const given = await post(`/tutor/hand-ins/${work}/feedback`, { cookie, body: { text: 'Good', remarks } });
  expect(given.statusCode).toBe(200);
  expect((await get(`/tutor/hand-ins/${work}`, cookie)).json()).toMatchObject({
    feedback: [{ text: 'Good', remarks }],
  });
  const rows = await db.selectFrom('downItems').select('item').execute();
  const sent = rows.map((row) => JSON.parse(row.item)).find((one) => one.kind === 'feedback');
  expect(downItemsShape([sent], 'sent')).toMatchObject([{ submissionId: work, remarks }]);
});

test('versions of one work stand together, the newest to mark, and a tutor can ask for another', async () => {
  const { context } = station;
  const learner = await sam();
  const one = { learnerId: learner.id, assignmentId: 'week-1', modulePath: 'courses/a/b.json', title: 'My week' };
  const plain = { words: 1, attachmentHash: null, fileName: null, source: 'parcel', step: 'handedIn' } as const;
  const ids = ['01', '02', '03'].map((two) => two.repeat(16));
  const work = ids.map((id, index) => ({ ...one, ...plain, id, text: `Try ${index}`, handedInAtMs: index + 1 }));
  const other = { ...one, ...plain, id: '04'.repeat(16), assignmentId: 'week-2', text: 'Other', handedInAtMs: 9 };
  await context.db
    .insertInto('submissions')
    .values([...work, other])
    .execute();
  const cookie = await signIn('tutor');
  const rows = (await get('/tutor/hand-ins', cookie)).json().handIns;
  expect(rows.map(({ id, version, newest }: Record<string, unknown>) => [id, version, newest])).toEqual([
    [other.id, 1, true],
    [ids[2], 3, true],
    [ids[1], 2, false],
    [ids[0], 1, false],
  ]);
  expect((await get(`/tutor/hand-ins/${ids[1]}`, cookie)).json()).toMatchObject({
    text: 'Try 1',
    version: 2,
    newest: false,
    versions: ids.map((id) => ({ id })),
  });
  await post(`/tutor/hand-ins/${ids[2]}/feedback`, { cookie, body: { text: 'Once more', again: true } });
  expect((await get(`/tutor/hand-ins/${ids[2]}`, cookie)).json()).toMatchObject({
    step: 'marked',
    feedback: [{ text: 'Once more', again: true }],
  });
  const sent = (await context.db.selectFrom('downItems').select('item').execute()).map((row) => JSON.parse(row.item));
  const feedback = sent.find((item) => item.kind === 'feedback');
  expect(downItemsShape([feedback], 'sent')).toMatchObject([{ submissionId: ids[2], again: true }]);
});

test('gives a file only as a download that no browser shows', async () => {
  const learner = await sam();
  const hash = await station.context.objects.put(new TextEncoder().encode('<script>alert(1)</script>'));
  const work = await addWork(learner.id, '', hash);
  const answer = await get(`/tutor/hand-ins/${work}/file`, await signIn('tutor'));
  expect(answer.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'content-disposition': `attachment; filename="page_.html"; filename*=UTF-8''page%22.html`,
  });
});

test('knows a room code without using it up, and makes guessing it slow', async () => {
  const learner = await sam();
  const deviceId = await addDevice(learner.id);
  const roomCode = await openPresence(station.context.db, { deviceId, learnerId: learner.id }, station.context.now());
  const cookie = await signIn('tutor');
  const seen = await post('/room/presence', { cookie, body: { roomCode } });
  expect(seen.json()).toMatchObject({ learner: { displayName: 'Sam' } });
  const other = roomCode === '000000' ? '000001' : '000000';
  for (let tries = 0; tries < 3; tries += 1) {
    expect((await post('/room/presence', { cookie, body: { roomCode: other } })).json().error).toBe('CODE_UNKNOWN');
  }
  expect((await post('/room/presence', { cookie, body: { roomCode } })).statusCode).toBe(429);
});

test('opens no enrolment while the authorities have not authorised the station', async () => {
  const cookie = await signIn('security');
  const body = { learner: { kind: 'new', displayName: 'Sam' }, access: 'writing', modules: ['*'] };
  const opened = await post('/security/enrolments', { cookie, body });
  expect(opened.json().code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  station.authority.grant = undefined;
  expect((await post('/security/enrolments', { cookie, body })).json()).toEqual({ error: 'NO_GRANT' });
});

test('shows the audit log without names and says that its chain is whole', async () => {
  await sam();
  const cookie = await signIn('security');
  const page = await get('/security/audit', cookie);
  expect(page.body).not.toContain('Sam');
  expect(page.json().entries.length).toBeGreaterThan(3);
  expect((await get('/security/audit/check', cookie)).json()).toMatchObject({ brokenAt: null });
});

test('sends the policy of the desk with every answer', async () => {
  const answer = await get('/session');
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
});
