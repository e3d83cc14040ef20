import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { StationSchema } from './schema.ts';

/** One act, named by pseudonyms only; `detail` holds no names and no learner text. */
export interface AuditAct {
  readonly actor: string;
  readonly act: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

/** Adds `act` to the hash chain, inside the transaction that does the act. Returns its sequence (from 1). */
export async function appendAudit(trx: Transaction<StationSchema>, act: AuditAct, atMs: number): Promise<number> {
  const last = await trx
    .selectFrom('auditLog')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  const sequence = (last?.sequence ?? 0) + 1;
  const previousHash = last?.hash ?? '';
  const entry = {
    sequence,
    atMs,
    actor: act.actor,
    act: act.act,
    subject: act.subject,
    detail: JSON.stringify(act.detail),
    previousHash,
  };
  await trx
    .insertInto('auditLog')
    .values({ ...entry, hash: hashOf(entry) })
    .execute();
  return sequence;
}

type Unhashed = Omit<StationSchema['auditLog'], 'hash'>;

/** Walks the whole chain; returns the first sequence that does not fit, or undefined when all do. */
export async function findBrokenAudit(db: {
  selectFrom: Transaction<StationSchema>['selectFrom'];
}): Promise<number | undefined> {
  let previousHash = '';
  let sequence = 0;
  for (const { hash, ...entry } of await db.selectFrom('auditLog').selectAll().orderBy('sequence').execute()) {
    sequence += 1;
    if (entry.sequence !== sequence || entry.previousHash !== previousHash || hashOf(entry) !== hash)
      return entry.sequence;
    previousHash = hash;
  }
  return undefined;
}

function hashOf(entry: Unhashed): string {
  const fields = [entry.sequence, entry.atMs, entry.actor, entry.act, entry.subject, entry.detail, entry.previousHash];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
