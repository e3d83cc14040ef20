import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Item } from '#core/parcel/items.ts';
import { openHeader } from '#core/parcel/parcel-file.ts';
import { quizStatement } from '#core/quiz/statement.ts';
import { addDeskFeedback } from '../../store/desk-work.ts';
import { findDevice } from '../../store/devices.ts';
import { queueDown } from '../../store/down-queue.ts';
import { listStatements } from '../../store/results.ts';
import { readResult } from '../desk-routes/quiz-results.ts';
import { pendingDown } from '../down/compose.ts';
import { ingestParcel } from '../ingest/ingest.ts';
import { addDevice } from '../testing/add-device.ts';
import { openTestStation, TEST_SECRETS, type TestStation } from '../testing/open-test-station.ts';
import { makeDevice, type TestDevice } from '../testing/test-device.ts';
import { runOne } from './jobs.ts';

let folder = '';
let station: TestStation;
let device: TestDevice;
let learnerId = '';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-jobs-'));
  station = await openTestStation(folder, TEST_SECRETS);
  device = await makeDevice(station.context.keys);
  learnerId = await addDevice(station.context.db, device);
});
afterEach(async () => {
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

function work(): Item & { readonly id: string } {
  const id = randomBytes(16).toString('hex');
  const place = { assignmentId: 'one', modulePath: 'courses/a/b.json', title: 'One' };
  return { kind: 'submission', id, createdAtMs: 1, ...place, text: 'My work', words: 2 };
}

async function bring(sequence: number, previous: string | null, items: readonly Item[]): Promise<string> {
  const known = await findDevice(station.context.db, device.id);
  if (!known) throw new Error('no device');
  const parcel = await device.seal({ sequence, previous, items });
  const answer = await ingestParcel(station.ingest, known, parcel.id, parcel.bytes);
  expect(answer.kind).toBe('receipt');
  expect(await runOne(station.context, ['open-parcel'])).toBe(true);
  return parcel.id;
}

test('books work once, also when a second parcel brings the same item', async () => {
  const item = work();
  const first = await bring(1, null, [item]);
  await bring(2, first, [item]);
  const rows = await station.context.db.selectFrom('submissions').select(['id', 'learnerId', 'step']).execute();
  expect(rows).toEqual([{ id: item.id, learnerId, step: 'handedIn' }]);
  const jobs = await station.context.db.selectFrom('jobs').select('state').where('kind', '=', 'open-parcel').execute();
  expect(jobs).toEqual([{ state: 'done' }, { state: 'done' }]);
});

test('seals feedback once, offers the same parcel again, and offers its items to a new epoch', async () => {
  const { context } = station;
  const item = work();
  await bring(1, null, [item]);
  const given = { submissionId: item.id, learnerId, text: 'Good', mark: '8', tutor: 'Kim', file: undefined };
  await addDeskFeedback(context.db, { ...given, actor: 'kim' }, 5);
  const offered = await pendingDown(context, device.id);
  expect(offered).toHaveLength(1);
  expect(await pendingDown(context, device.id)).toEqual(offered);
  const row = await context.db.selectFrom('downParcels').selectAll().executeTakeFirstOrThrow();
  const bytes = await context.objects.get(row.objectHash);
  const opened = await openHeader(bytes ?? new Uint8Array(), [context.keys.receipt.publicKey]);
  expect(opened.header).toMatchObject({ direction: 'down', to: device.signer.keyId, sequence: 1, previous: null });
  await context.db.updateTable('devices').set({ epoch: 2 }).execute();
  const again = await pendingDown(context, device.id);
  expect(again).toHaveLength(1);
  expect(again[0]?.id).not.toBe(offered[0]?.id);
});

test('gives a restored backup to the device it is wrapped for, and not to another that docks first', async () => {
  const { context } = station;
  const replacement = await makeDevice(context.keys);
  await addDevice(context.db, replacement, { learnerId, createdAtMs: 2 });
  const attachmentHash = await context.objects.put(new Uint8Array([1]));
  const id = 'ab'.repeat(16);
  const item = { id, kind: 'backup-restore', createdAtMs: 1, wrapped: 'AAAA', attachment: id };
  const to = { learnerId, deviceId: replacement.id };
  await context.db.transaction().execute((trx) => queueDown(trx, to, item, attachmentHash, 1));
  expect(await pendingDown(context, device.id)).toEqual([]);
  expect(await pendingDown(context, replacement.id)).toHaveLength(1);
});

test('tries a job again later when the file of its parcel is gone', async () => {
  const { context } = station;
  await bring(1, null, [work()]);
  await context.db
    .updateTable('parcels')
    .set({ state: 'accepted', objectHash: '0'.repeat(64) })
    .execute();
  await context.db
    .updateTable('jobs')
    .set({ state: 'waiting', leasedUntilMs: 0 })
    .where('kind', '=', 'open-parcel')
    .execute();
  expect(await runOne(context, ['open-parcel'])).toBe(true);
  const job = await context.db
    .selectFrom('jobs')
    .selectAll()
    .where('kind', '=', 'open-parcel')
    .executeTakeFirstOrThrow();
  expect([job.state, job.notBeforeMs > context.now()]).toEqual(['waiting', true]);
  expect(await runOne(context, ['open-parcel'])).toBe(false);
});

test('a quiz that was finished is among the results of its learner, once', async () => {
  const id = randomBytes(16).toString('hex');
  const told = {
    ...({ itemId: 'q1', verdict: 'open', score: null, maxScore: null } as const),
    ...{ answers: { C: ['c1'], R: ['Because.'] }, inWords: { C: ['Yes'] }, question: 'Is 7 odd?', drawn: { N: '7' } },
  };
  const statement = quizStatement(
    { id: 'peru', title: 'Peru', language: 'en' },
    { items: [told], score: 3, maxScore: 4, fraction: 0.75, isPassed: true },
    { id, deviceId: device.id, modulePath: 'courses/a/b.json', startedAtMs: 1, finishedAtMs: 2, attempt: 1 },
  );
  const item: Item = { kind: 'statement', id, createdAtMs: 2, modulePath: 'courses/a/b.json', statement };
  const first = await bring(1, null, [item]);
  await bring(2, first, [item]);
  const rows = await listStatements(station.context.db, 10);
  expect(rows.map(readResult)).toMatchObject([
    {
      id,
      learner: { id: learnerId },
      title: 'Peru',
      score: 3,
      maxScore: 4,
      passed: true,
      open: [{ itemId: 'q1', question: 'Is 7 odd?', drawn: [{ name: 'N', value: '7' }], texts: ['Yes', 'Because.'] }],
    },
  ]);
});
