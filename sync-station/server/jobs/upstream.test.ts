import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSchoolUpstream } from '../../connectors/fake-school/client.ts';
import { createFakeSchool, type FakeSchool } from '../../connectors/fake-school/server.ts';
import { bookRoomHandIn } from '../../store/desk-work.ts';
import { findDevice } from '../../store/devices.ts';
import { askForJob, failingKinds } from '../../store/jobs.ts';
import { hashRoomCode, openPresence } from '../../store/presence.ts';
import { ingestParcel } from '../ingest/ingest.ts';
import { addDevice } from '../testing/add-device.ts';
import { openTestStation, TEST_SECRETS, type TestStation } from '../testing/open-test-station.ts';
import { makeDevice, type TestDevice } from '../testing/test-device.ts';
import { runOne } from './jobs.ts';

const workId = 'ab'.repeat(16);
const work = {
  kind: 'submission',
  id: workId,
  createdAtMs: 1,
  assignmentId: 'one',
  modulePath: 'courses/a/b.json',
  title: 'One',
  text: 'My work',
  words: 2,
} as const;
const feedback = { submissionId: workId, text: 'Good', mark: '8', tutor: 'Kim', createdAtMs: 7 };

let folder = '';
let school: FakeSchool;
let station: TestStation;
let device: TestDevice;
let learnerId = '';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-upstream-'));
  school = createFakeSchool({ token: 'right', courses: [] });
  const baseUrl = await school.server.listen({ host: '127.0.0.1', port: 0 });
  const upstream = createSchoolUpstream({ baseUrl, token: 'right' });
  station = await openTestStation(folder, TEST_SECRETS, { upstream });
  device = await makeDevice(station.context.keys);
  learnerId = await addDevice(station.context.db, device);
});
afterEach(async () => {
  await school.server.close();
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

async function bring(): Promise<void> {
  const known = await findDevice(station.context.db, device.id);
  if (!known) throw new Error('no device');
  const parcel = await device.seal({ sequence: 1, previous: null, items: [work] });
  expect((await ingestParcel(station.ingest, known, parcel.id, parcel.bytes)).kind).toBe('receipt');
}

/** Lets every job run that is due. */
async function runJobs(): Promise<void> {
  while (await runOne(station.context)) {
    // Until nothing is due.
  }
}

async function fetchNews(): Promise<void> {
  const { db, now } = station.context;
  await askForJob(db, 'fetch-upstream', now(), now());
  await runJobs();
}

async function steps(): Promise<readonly string[]> {
  const rows = await station.context.db.selectFrom('downItems').select('item').execute();
  return rows
    .map((row) => JSON.parse(row.item))
    .filter((item) => item.kind === 'submission-status')
    .map((item) => item.step);
}

const downKinds = async () =>
  (await station.context.db.selectFrom('downItems').select('item').execute()).map((row) => JSON.parse(row.item).kind);

test('hands work in at the school once, and tells the learner that it was received', async () => {
  await bring();
  await runJobs();
  expect([...school.handIns.values()].map((one) => [one.submissionId, one.learnerId])).toEqual([[workId, learnerId]]);
  expect(await steps()).toEqual(['received']);
});

test('a school that is down loses nothing: the work waits, and goes as soon as the school answers', async () => {
  school.setDown(true);
  await bring();
  await runJobs();
  expect(school.handIns.size).toBe(0);
  expect(await steps()).toEqual([]);
  const waiting = station.context.db.selectFrom('jobs').selectAll().where('kind', '=', 'hand-in-upstream');
  expect((await waiting.executeTakeFirstOrThrow()).state).toBe('waiting');
  // Many failures later the next try is an hour away.
  for (let day = 0; day < 20; day += 1) {
    station.clock.nowMs += 3_600_000;
    await runJobs();
  }
  expect(await failingKinds(station.context.db, 4)).toContain('hand-in-upstream');
  school.setDown(false);
  await fetchNews();
  expect(await failingKinds(station.context.db, 4)).toEqual(new Set());
  expect(school.handIns.size).toBe(1);
  expect(await steps()).toEqual(['received']);
});

test('feedback and messages of the school reach the learner once, also when a page is fetched twice', async () => {
  await bring();
  await runJobs();
  const base64 = Buffer.from('notes').toString('base64');
  school.giveFeedback({ ...feedback, id: 'f1', attachment: { fileName: 'notes.txt', base64 } });
  school.reply({ id: 'm1', learnerId, from: 'Kim', text: 'Hello', createdAtMs: 7 });
  school.reply({ id: 'm2', learnerId: '0f'.repeat(16), from: 'Kim', text: 'For another station', createdAtMs: 7 });
  await fetchNews();
  expect(await steps()).toEqual(['received', 'marked']);
  const kinds = ['submission-status', 'feedback', 'submission-status', 'message'];
  expect(await downKinds()).toEqual(kinds);
  // A cursor that was lost, as after a restore, brings the same pages again.
  await station.context.db.deleteFrom('settings').execute();
  station.clock.nowMs += 60_000;
  await fetchNews();
  expect(await downKinds()).toEqual(kinds);
  const [row] = await station.context.db.selectFrom('feedback').selectAll().execute();
  expect(await station.context.objects.get(row?.attachmentHash ?? '')).toEqual(new TextEncoder().encode('notes'));
});

test('feedback that comes before its work, as after a restore, waits for it', async () => {
  school.giveFeedback({ ...feedback, id: 'f1' });
  await fetchNews();
  expect(await steps()).toEqual([]);
  await bring();
  await runJobs();
  expect((await steps()).toSorted()).toEqual(['marked']);
  const rows = await station.context.db.selectFrom('feedback').select(['submissionId', 'upstreamId']).execute();
  expect(rows).toEqual([{ submissionId: workId, upstreamId: 'f1' }]);
  expect(school.handIns.size).toBe(1);
});

test('a file handed in on the computer of the room goes to the school too', async () => {
  const { context } = station;
  const code = await openPresence(context.db, { deviceId: device.id, learnerId }, context.now());
  const hash = await context.objects.put(new TextEncoder().encode('My week'));
  const place = { assignmentId: 'one', modulePath: 'courses/a/b.json', title: 'One' };
  const file = { hash, name: 'week.txt' };
  await bookRoomHandIn(context.db, { ...place, codeHash: hashRoomCode(code), file, actor: 'tutor' }, context.now());
  await runJobs();
  expect([...school.handIns.values()].map((one) => one.attachment?.fileName)).toEqual(['week.txt']);
});

test('a school that answers with another shape, or does not let go of a page, is tried again and believed nothing', async () => {
  const { context } = station;
  const page = { items: [{ ...feedback, mark: undefined, id: 'f', attachment: undefined }], cursor: null };
  const odd = { ...context, upstream: { ...context.upstream, fetchFeedback: async () => page } };
  await askForJob(context.db, 'fetch-upstream', context.now(), context.now());
  expect(await runOne(odd, ['fetch-upstream'])).toBe(true);
  const job = await context.db.selectFrom('jobs').selectAll().executeTakeFirstOrThrow();
  expect([job.state, job.lastError]).toEqual(['waiting', "The school's system: WRONG_ANSWER"]);
  expect(await downKinds()).toEqual([]);
});
