import { type Kysely, sql } from 'kysely';

/** Creates every table of the first station. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('learners')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('displayName', 'text')
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addColumn('erasedAtMs', 'bigint')
    .addPrimaryKeyConstraint('learnersKey', ['id'])
    .execute();
  await db.schema
    .createTable('devices')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('learnerId', 'text', (c) => c.notNull())
    .addColumn('signingKey', 'text', (c) => c.notNull())
    .addColumn('ageRecipient', 'text', (c) => c.notNull())
    .addColumn('keyLevel', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('capabilities', 'text', (c) => c.notNull())
    .addColumn('stateReason', 'text')
    .addColumn('lastSeenAtMs', 'bigint')
    .addColumn('licenceSerial', 'integer', (c) => c.notNull())
    .addColumn('licenceExpiresAtMs', 'bigint')
    .addColumn('quota', 'text')
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('devicesKey', ['id'])
    .addUniqueConstraint('devicesUnique', ['signingKey'])
    .addForeignKeyConstraint('devicesLearnerId', ['learnerId'], 'learners', ['id'])
    .execute();
  await db.schema
    .createTable('deviceEvents')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('atMs', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('enrolments')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('selector', 'text', (c) => c.notNull())
    .addColumn('codeHash', 'text', (c) => c.notNull())
    .addColumn('learnerId', 'text', (c) => c.notNull())
    .addColumn('capabilities', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('triesLeft', 'integer', (c) => c.notNull())
    .addColumn('openedBy', 'text', (c) => c.notNull())
    .addColumn('openedAtMs', 'bigint', (c) => c.notNull())
    .addColumn('expiresAtMs', 'bigint', (c) => c.notNull())
    .addColumn('request', 'text')
    .addColumn('deviceNonce', 'text')
    .addColumn('stationNonce', 'text')
    .addColumn('deviceId', 'text')
    .addColumn('licence', 'text')
    .addColumn('deviceEpoch', 'integer')
    .addPrimaryKeyConstraint('enrolmentsKey', ['id'])
    .addForeignKeyConstraint('enrolmentsLearnerId', ['learnerId'], 'learners', ['id'])
    .execute();
  await db.schema
    .createTable('licences')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('serial', 'integer', (c) => c.notNull())
    .addColumn('previous', 'text')
    .addColumn('payloadHash', 'text', (c) => c.notNull())
    .addColumn('requestHash', 'text')
    .addColumn('issuedAtMs', 'bigint', (c) => c.notNull())
    .addColumn('expiresAtMs', 'bigint', (c) => c.notNull())
    .addColumn('envelope', 'text', (c) => c.notNull())
    .addColumn('seenAtMs', 'bigint')
    .addPrimaryKeyConstraint('licencesKey', ['id'])
    .addUniqueConstraint('licencesUnique', ['deviceId', 'serial'])
    .addForeignKeyConstraint('licencesDeviceId', ['deviceId'], 'devices', ['id'])
    .execute();
  await db.schema
    .createTable('parcels')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('deviceEpoch', 'integer', (c) => c.notNull())
    .addColumn('stationEpoch', 'integer', (c) => c.notNull())
    .addColumn('sequence', 'integer', (c) => c.notNull())
    .addColumn('previous', 'text')
    .addColumn('objectHash', 'text', (c) => c.notNull())
    .addColumn('sizeBytes', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('receivedAtMs', 'bigint', (c) => c.notNull())
    .addColumn('receipt', 'text')
    .addColumn('refusal', 'text')
    .addPrimaryKeyConstraint('parcelsKey', ['id'])
    .execute();
  await db.schema
    .createTable('parcelHeads')
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('deviceEpoch', 'integer', (c) => c.notNull())
    .addColumn('sequence', 'integer', (c) => c.notNull())
    .addColumn('parcelId', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('parcelHeadsKey', ['deviceId', 'deviceEpoch'])
    .addForeignKeyConstraint('parcelHeadsDeviceId', ['deviceId'], 'devices', ['id'])
    .execute();
  await db.schema
    .createTable('branches')
    .addColumn('parcelId', 'text', (c) => c.notNull())
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('deviceEpoch', 'integer', (c) => c.notNull())
    .addColumn('sequence', 'integer', (c) => c.notNull())
    .addColumn('foundAtMs', 'bigint', (c) => c.notNull())
    .addColumn('resolvedAtMs', 'bigint')
    .addColumn('resolvedBy', 'text')
    .addPrimaryKeyConstraint('branchesKey', ['parcelId'])
    .execute();
  await db.schema
    .createTable('items')
    .addColumn('learnerId', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('parcelId', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('attachmentHash', 'text')
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('itemsKey', ['learnerId', 'id'])
    .addForeignKeyConstraint('itemsLearnerId', ['learnerId'], 'learners', ['id'])
    .execute();
  await db.schema
    .createTable('objects')
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('sizeBytes', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('storedAtMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('objectsKey', ['hash'])
    .execute();
  await db.schema
    .createTable('submissions')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('learnerId', 'text', (c) => c.notNull())
    .addColumn('assignmentId', 'text', (c) => c.notNull())
    .addColumn('modulePath', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('words', 'integer', (c) => c.notNull())
    .addColumn('attachmentHash', 'text')
    .addColumn('fileName', 'text')
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('handedInAtMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('submissionsKey', ['id'])
    .addForeignKeyConstraint('submissionsLearnerId', ['learnerId'], 'learners', ['id'])
    .execute();
  await db.schema
    .createTable('feedback')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('submissionId', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('mark', 'text')
    .addColumn('tutor', 'text', (c) => c.notNull())
    .addColumn('attachmentHash', 'text')
    .addColumn('fileName', 'text')
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addColumn('upstreamId', 'text')
    .addPrimaryKeyConstraint('feedbackKey', ['id'])
    .addUniqueConstraint('feedbackUnique', ['upstreamId'])
    .addForeignKeyConstraint('feedbackSubmissionId', ['submissionId'], 'submissions', ['id'])
    .execute();
  await db.schema
    .createTable('messages')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('learnerId', 'text', (c) => c.notNull())
    .addColumn('direction', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('sender', 'text', (c) => c.notNull())
    .addColumn('title', 'text')
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addColumn('upstreamId', 'text')
    .addPrimaryKeyConstraint('messagesKey', ['id'])
    .addUniqueConstraint('messagesUnique', ['upstreamId'])
    .addForeignKeyConstraint('messagesLearnerId', ['learnerId'], 'learners', ['id'])
    .execute();
  await db.schema
    .createTable('downParcels')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('deviceEpoch', 'integer', (c) => c.notNull())
    .addColumn('sequence', 'integer', (c) => c.notNull())
    .addColumn('previous', 'text')
    .addColumn('objectHash', 'text', (c) => c.notNull())
    .addColumn('sizeBytes', 'bigint', (c) => c.notNull())
    .addColumn('sealedAtMs', 'bigint', (c) => c.notNull())
    .addColumn('ack', 'text')
    .addColumn('ackedAtMs', 'bigint')
    .addPrimaryKeyConstraint('downParcelsKey', ['id'])
    .addUniqueConstraint('downParcelsUnique', ['deviceId', 'deviceEpoch', 'sequence'])
    .addForeignKeyConstraint('downParcelsDeviceId', ['deviceId'], 'devices', ['id'])
    .execute();
  await db.schema
    .createTable('downItems')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('learnerId', 'text', (c) => c.notNull())
    .addColumn('item', 'text', (c) => c.notNull())
    .addColumn('attachmentHash', 'text')
    .addColumn('queuedAtMs', 'bigint', (c) => c.notNull())
    .addColumn('parcelId', 'text')
    .addPrimaryKeyConstraint('downItemsKey', ['id'])
    .addForeignKeyConstraint('downItemsLearnerId', ['learnerId'], 'learners', ['id'])
    .execute();
  await db.schema
    .createTable('receipts')
    .addColumn('parcelId', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('envelope', 'text', (c) => c.notNull())
    .addColumn('signedAtMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('receiptsKey', ['parcelId', 'step'])
    .execute();
  await db.schema
    .createTable('jobs')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('notBeforeMs', 'bigint', (c) => c.notNull())
    .addColumn('leasedUntilMs', 'bigint', (c) => c.notNull())
    .addColumn('lastError', 'text')
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('auditLog')
    .addColumn('sequence', 'integer', (c) => c.notNull())
    .addColumn('atMs', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('act', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('previousHash', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('auditLogKey', ['sequence'])
    .addUniqueConstraint('auditLogUnique', ['hash'])
    .execute();
  await db.schema
    .createTable('staff')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('login', 'text', (c) => c.notNull())
    .addColumn('displayName', 'text', (c) => c.notNull())
    .addColumn('passwordHash', 'text', (c) => c.notNull())
    .addColumn('roles', 'text', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('staffKey', ['id'])
    .addUniqueConstraint('staffUnique', ['login'])
    .execute();
  await db.schema
    .createTable('staffSessions')
    .addColumn('tokenHash', 'text', (c) => c.notNull())
    .addColumn('staffId', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addColumn('authenticatedAtMs', 'bigint', (c) => c.notNull())
    .addColumn('lastSeenAtMs', 'bigint', (c) => c.notNull())
    .addColumn('expiresAtMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('staffSessionsKey', ['tokenHash'])
    .addForeignKeyConstraint('staffSessionsStaffId', ['staffId'], 'staff', ['id'])
    .execute();
  await db.schema
    .createTable('presenceCodes')
    .addColumn('codeHash', 'text', (c) => c.notNull())
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('learnerId', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addColumn('expiresAtMs', 'bigint', (c) => c.notNull())
    .addColumn('usedAtMs', 'bigint')
    .addPrimaryKeyConstraint('presenceCodesKey', ['codeHash'])
    .execute();
  await db.schema
    .createTable('revocationRequests')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('requestedBy', 'text', (c) => c.notNull())
    .addColumn('requestedAtMs', 'bigint', (c) => c.notNull())
    .addColumn('publishedAtMs', 'bigint')
    .addPrimaryKeyConstraint('revocationRequestsKey', ['id'])
    .execute();
  await db.schema
    .createTable('recovery')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('learnerId', 'text', (c) => c.notNull())
    .addColumn('backupHash', 'text', (c) => c.notNull())
    .addColumn('parcelId', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addColumn('requestedBy', 'text')
    .addColumn('requestedAtMs', 'bigint')
    .addColumn('wrapped', 'text')
    .addColumn('targetDeviceId', 'text')
    .addColumn('answeredAtMs', 'bigint')
    .addPrimaryKeyConstraint('recoveryKey', ['id'])
    .execute();
  await db.schema
    .createTable('settings')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('settingsKey', ['name'])
    .execute();
  await db.schema
    .createIndex('parcelsSequence')
    .on('parcels')
    .columns(['deviceId', 'deviceEpoch', 'sequence'])
    .execute();
  await db.schema.createIndex('jobsDue').on('jobs').columns(['state', 'notBeforeMs']).execute();
  await db.schema.createIndex('downItemsWaiting').on('downItems').columns(['learnerId', 'parcelId']).execute();
  // The log is append-only: the database itself refuses a change, whoever asks.
  await sql`create trigger "auditLogNoUpdate" before update on "auditLog" begin select raise(abort, 'AUDIT_APPEND_ONLY'); end`.execute(
    db,
  );
  await sql`create trigger "auditLogNoDelete" before delete on "auditLog" begin select raise(abort, 'AUDIT_APPEND_ONLY'); end`.execute(
    db,
  );
}
