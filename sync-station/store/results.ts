import type { StationDatabase } from './database.ts';

/** Quiz results of all learners as their devices sent them, newest first: the body of each item is its JSON. */
export async function listStatements(db: StationDatabase, limit: number) {
  return db
    .selectFrom('items')
    .innerJoin('learners', 'learners.id', 'items.learnerId')
    .select(['items.id', 'items.learnerId', 'items.body', 'items.createdAtMs', 'learners.displayName'])
    .where('items.kind', '=', 'statement')
    .orderBy('items.createdAtMs', 'desc')
    .limit(limit)
    .execute();
}
