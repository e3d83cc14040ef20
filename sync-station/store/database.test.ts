import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './database.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-db-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('refuses a database that cannot keep a write-ahead log', async () => {
  await expect(openDatabase(':memory:')).rejects.toMatchObject({ code: 'NOT_DURABLE' });
});

test('keeps its rows when opened again', async () => {
  const first = await openDatabase(join(folder, 'a.db'));
  await first
    .insertInto('learners')
    .values({ id: 'l1', displayName: 'Sam', createdAtMs: 1_795_500_000_000, erasedAtMs: null })
    .execute();
  await first.destroy();
  const second = await openDatabase(join(folder, 'a.db'));
  expect(await second.selectFrom('learners').select(['id', 'createdAtMs']).execute()).toEqual([
    { id: 'l1', createdAtMs: 1_795_500_000_000 },
  ]);
  await second.destroy();
});

test('refuses to change or delete an audit entry', async () => {
  const db = await openDatabase(join(folder, 'a.db'));
  const entry = { sequence: 1, atMs: 1, actor: 'a', act: 'b', subject: 'c', detail: '{}', previousHash: '', hash: 'h' };
  await db.insertInto('auditLog').values(entry).execute();
  await expect(db.updateTable('auditLog').set({ act: 'x' }).execute()).rejects.toThrow('AUDIT_APPEND_ONLY');
  await expect(db.deleteFrom('auditLog').execute()).rejects.toThrow('AUDIT_APPEND_ONLY');
  await db.destroy();
});
