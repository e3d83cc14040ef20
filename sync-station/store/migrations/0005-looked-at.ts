import type { Kysely } from 'kysely';

/** Who looked at what a device noticed, when, and what came of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('deviceEvents').addColumn('seenAtMs', 'bigint').execute();
  await db.schema.alterTable('deviceEvents').addColumn('seenBy', 'text').execute();
  await db.schema.alterTable('deviceEvents').addColumn('note', 'text').execute();
}
