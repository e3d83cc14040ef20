import type { Kysely } from 'kysely';

/** Devices that were handed over to another site, and the word with which one came from there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('handovers')
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('direction', 'text', (c) => c.notNull())
    .addColumn('otherSite', 'text', (c) => c.notNull())
    .addColumn('payloadHash', 'text', (c) => c.notNull())
    .addColumn('envelope', 'text', (c) => c.notNull())
    .addColumn('atMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('handoversKey', ['deviceId', 'direction'])
    .addForeignKeyConstraint('handoversDeviceId', ['deviceId'], 'devices', ['id'])
    .execute();
}
