import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import type { Item } from '#core/parcel/items.ts';
import { openHeader } from '#core/parcel/parcel-file.ts';
import { addDeskFeedback } from '../../store/desk-work.ts';
import { findDevice } from '../../store/devices.ts';
import { addLearner } from '../../store/learners.ts';
import { pendingDown } from '../down/compose.ts';
import { ingestParcel } from '../ingest/ingest.ts';
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
  learnerId = (await addLearner(station.context.db, { displayName: 'Sam', actor: 'officer' }, 1)).id;
  await station.context.db
    .insertInto('devices')
    .values({
      id: device.id,
      learnerId,
      signingKey: toHex(device.signer.publicKey),
      ageRecipient: device.recipient,
      keyLevel: 'wrapped',
      epoch: 1,
      state: 'ok',
      stateReason: null,
      capabilities: '[]',
      lastSeenAtMs: null,
      licenceSerial: 0,
      licenceExpiresAtMs: null,
      quota: null,
      createdAtMs: 1,
    })
    .execute();
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
  expect(await runOne(station.context)).toBe(true);
  return parcel.id;
}

test('books work once, also when a second parcel brings the same item', async () => {
  const item = work();
  const first = await bring(1, null, [item]);
  await bring(2, first, [item]);
  const rows = await station.context.db.selectFrom('submissions').select(['id', 'learnerId', 'step']).execute();
  expect(rows).toEqual([{ id: item.id, learnerId, step: 'handedIn' }]);
  const jobs = await station.context.db.selectFrom('jobs').select('state').execute();
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

test('tries a job again later when the file of its parcel is gone', async () => {
  const { context } = station;
  await bring(1, null, [work()]);
  await context.db
    .updateTable('parcels')
    .set({ state: 'accepted', objectHash: '0'.repeat(64) })
    .execute();
  await context.db.updateTable('jobs').set({ state: 'waiting', leasedUntilMs: 0 }).execute();
  expect(await runOne(context)).toBe(true);
  const job = await context.db.selectFrom('jobs').selectAll().executeTakeFirstOrThrow();
  expect([job.state, job.notBeforeMs > context.now()]).toEqual(['waiting', true]);
  expect(await runOne(context)).toBe(false);
});
