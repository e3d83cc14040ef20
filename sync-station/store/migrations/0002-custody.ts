import type { Kysely } from 'kysely';

/** Items for one device, down heads that a device showed, recurring jobs, and feedback that came before its work. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('downItems').addColumn('deviceId', 'text').execute();
  await db.schema.alterTable('jobs').addColumn('key', 'text').execute();
  // Jobs without a key are many: null is never equal to null.
  await db.schema.createIndex('jobsKey').on('jobs').column('key').unique().execute();
  await db.schema
    .createTable('downHeads')
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('deviceEpoch', 'integer', (c) => c.notNull())
    .addColumn('sequence', 'integer', (c) => c.notNull())
    .addColumn('parcelId', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('downHeadsKey', ['deviceId', 'deviceEpoch'])
    .addForeignKeyConstraint('downHeadsDeviceId', ['deviceId'], 'devices', ['id'])
    .execute();
  await db.schema
    .createTable('earlyFeedback')
    .addColumn('upstreamId', 'text', (c) => c.notNull())
    .addColumn('submissionId', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('mark', 'text')
    .addColumn('tutor', 'text', (c) => c.notNull())
    .addColumn('attachmentHash', 'text')
    .addColumn('fileName', 'text')
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('earlyFeedbackKey', ['upstreamId'])
    .execute();
}
