import type { Kysely } from 'kysely';

/** When a device signed that it deleted what belonged to its learner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('devices').addColumn('wipedAtMs', 'bigint').execute();
}
