import type { Kysely } from 'kysely';

/** The device's signed word that it carried out an order, and when an officer withdrew one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('deviceOrders').addColumn('done', 'text').execute();
  await db.schema.alterTable('deviceOrders').addColumn('withdrawnAtMs', 'bigint').execute();
}
