import type { Transaction } from 'kysely';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';
import { randomId } from './random-id.ts';
import type { StationSchema } from './schema.ts';

/** A learner as the desk shows one. `displayName` is null after erasure. */
export interface Learner {
  readonly id: string;
  readonly displayName: string | null;
  readonly createdAtMs: number;
}

/** Adds a learner under a new opaque id. `actor` is the staff id. */
export async function addLearner(
  db: StationDatabase,
  fields: { readonly displayName: string; readonly actor: string },
  nowMs: number,
): Promise<Learner> {
  const learner = { id: randomId(), displayName: fields.displayName, createdAtMs: nowMs };
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('learners')
      .values({ ...learner, erasedAtMs: null })
      .execute();
    await appendAudit(trx, { actor: fields.actor, act: 'learner-added', subject: learner.id, detail: {} }, nowMs);
  });
  return learner;
}

/** Books a learner whom a device brings along; one who is known already, also without a name, stays as they are. */
export async function keepLearner(
  trx: Transaction<StationSchema>,
  learner: { readonly id: string; readonly displayName: string | null },
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto('learners')
    .values({ ...learner, createdAtMs: nowMs, erasedAtMs: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The learner with this id. */
export async function findLearner(db: StationDatabase, id: string): Promise<Learner | undefined> {
  return db.selectFrom('learners').select(['id', 'displayName', 'createdAtMs']).where('id', '=', id).executeTakeFirst();
}

/** All learners who are not erased, by name. */
export async function listLearners(db: StationDatabase): Promise<Learner[]> {
  return db
    .selectFrom('learners')
    .select(['id', 'displayName', 'createdAtMs'])
    .where('erasedAtMs', 'is', null)
    .orderBy('displayName')
    .execute();
}

/** Takes away the name; the opaque id stays where acts refer to it. Returns false when there is no such learner. */
export async function eraseLearnerName(
  db: StationDatabase,
  fields: { readonly learnerId: string; readonly actor: string },
  nowMs: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('learners')
      .set({ displayName: null, erasedAtMs: nowMs })
      .where('id', '=', fields.learnerId)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return false;
    await appendAudit(
      trx,
      { actor: fields.actor, act: 'learner-erased', subject: fields.learnerId, detail: {} },
      nowMs,
    );
    return true;
  });
}
