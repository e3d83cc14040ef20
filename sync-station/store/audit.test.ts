import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { appendAudit, findBrokenAudit } from './audit.ts';
import { openDatabase } from './database.ts';

test('finds an audit entry that was changed behind the database', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leeslicht-audit-'));
  const db = await openDatabase(join(folder, 'a.db'));
  for (const act of ['one', 'two', 'three']) {
    await db.transaction().execute((trx) => appendAudit(trx, { actor: 'staff-1', act, subject: 'd', detail: {} }, 5));
  }
  expect(await findBrokenAudit(db)).toBeUndefined();
  await sql`drop trigger "auditLogNoUpdate"`.execute(db);
  await db.updateTable('auditLog').set({ act: 'other' }).where('sequence', '=', 2).execute();
  expect(await findBrokenAudit(db)).toBe(2);
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
});
