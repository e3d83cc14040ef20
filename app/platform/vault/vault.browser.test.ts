import { deleteDB } from 'idb';
import { beforeEach, expect, test } from 'vitest';
import { openDeviceDatabase } from '../device/device-database.ts';
import { type MetaStore, metaStore } from '../device/device-meta.ts';
import { learnerRecords } from '../records/learner-records.ts';
import type { SubmissionRecord } from '../records/records.ts';
import { RECORDS_DATABASE } from '../records/records-database.ts';
import { deriveInWorker } from './derive-key.ts';
import { changePin, createVault, unlockVault, type VaultPorts } from './pin-vault.ts';

const NAME = 'test-vault';
const PIN = '493817';
let meta: MetaStore;
let nowMs = 1_000_000;
/** How long the page has been open. */
let openMs = 0;
let ports: VaultPorts;

beforeEach(async () => {
  await deleteDB(NAME);
  await deleteDB(RECORDS_DATABASE);
  meta = metaStore(await openDeviceDatabase(NAME));
  nowMs = 1_000_000;
  openMs = 0;
  ports = { meta, deriveKey: deriveInWorker, monotonicMs: () => openMs, recoveryRecipient: () => undefined };
});

test('opens with its PIN only, and a new PIN takes the place of the old one', async () => {
  await createVault(ports, PIN);
  expect(await unlockVault(ports, '493818')).toMatchObject({ kind: 'wrong', waitMs: 0 });
  expect(await unlockVault(ports, PIN)).toMatchObject({ kind: 'open' });
  await changePin(ports, PIN, '758231');
  expect(await unlockVault(ports, PIN)).toMatchObject({ kind: 'wrong' });
  expect(await unlockVault(ports, '758231')).toMatchObject({ kind: 'open' });
});

test('a wait that wrong PINs earned holds for the right PIN too, and ends', async () => {
  await createVault(ports, PIN);
  const file = await meta.read('vault');
  if (!file) throw new Error('no vault');
  await meta.write({ vault: { ...file, failures: 3 } });
  expect(await unlockVault(ports, '111213')).toEqual({ kind: 'wrong', waitMs: 15_000 });
  expect(await unlockVault(ports, PIN)).toEqual({ kind: 'wrong', waitMs: 15_000 });
  openMs += 15_000;
  expect(await unlockVault(ports, PIN)).toMatchObject({ kind: 'open' });
});

test('a wait survives a restart, begins again with it, and no clock shortens or lengthens it', async () => {
  await createVault(ports, PIN);
  const file = await meta.read('vault');
  if (!file) throw new Error('no vault');
  await meta.write({ vault: { ...file, failures: 40 } });
  openMs = 100_000;
  expect(await unlockVault(ports, '111213')).toEqual({ kind: 'wrong', waitMs: 15 * 60_000 });
  // Another page on the same disk: the wait is there, whole, and nothing but open time counts.
  const restarted: VaultPorts = { ...ports, meta: metaStore(await openDeviceDatabase(NAME)), monotonicMs: () => 1_000 };
  expect(await unlockVault(restarted, PIN)).toEqual({ kind: 'wrong', waitMs: 15 * 60_000 - 1_000 });
  const later: VaultPorts = { ...restarted, monotonicMs: () => 15 * 60_000 };
  expect(await unlockVault(later, PIN)).toMatchObject({ kind: 'open' });
});

test('refuses a PIN of one digit repeated, a row, or fewer than six', async () => {
  for (const pin of ['111111', '123456', '654321', '49381']) {
    await expect(createVault(ports, pin)).rejects.toMatchObject({ code: 'WEAK_PIN' });
  }
});

test('keeps drafts encrypted, shows them live, and moves one to the outbox in a single step', async () => {
  const vault = await createVault(ports, PIN);
  const records = learnerRecords({ nowMs: () => nowMs, allows: () => true });
  const assignment = { assignmentId: 'a1', modulePath: 'courses/x/y.json', title: 'Essay' };
  await expect(records.drafts.save('courses/x/y.json#a1', 'x')).rejects.toMatchObject({ code: 'LOCKED' });
  await records.open(vault);
  const live = records.submissions.live();
  const seen: (readonly SubmissionRecord[] | undefined)[] = [];
  const stop = live.subscribe((value) => seen.push(value));
  await records.drafts.save('courses/x/y.json#a1', 'My secret text');
  expect(await records.drafts.get('courses/x/y.json#a1')).toMatchObject({ text: 'My secret text' });
  const raw = await new Promise<unknown[]>((resolve, reject) => {
    const opening = indexedDB.open(RECORDS_DATABASE);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const all = opening.result.transaction('records').objectStore('records').getAll();
      all.onsuccess = () => {
        opening.result.close();
        resolve(all.result);
      };
    };
  });
  expect(JSON.stringify(raw)).not.toContain('courses');
  const sent = await records.submitDraft(assignment, 'My secret text');
  expect(sent).toMatchObject({ words: 3, step: 'outbox' });
  expect(await records.drafts.get('courses/x/y.json#a1')).toBeUndefined();
  await expect.poll(() => seen.at(-1)?.length).toBe(1);
  stop();
  records.close();
});
