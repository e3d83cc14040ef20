import type { Kysely } from 'kysely';

/** Policies and groups, holds that end by themselves, officers' orders to a device, and checks of a device in hand. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('learnerGroups')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('learnerGroupsKey', ['id'])
    .addUniqueConstraint('learnerGroupsUnique', ['name'])
    .execute();
  await db.schema
    .createTable('groupMembers')
    .addColumn('learnerId', 'text', (c) => c.notNull())
    .addColumn('groupId', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('groupMembersKey', ['learnerId'])
    .addForeignKeyConstraint('groupMembersLearnerId', ['learnerId'], 'learners', ['id'])
    .addForeignKeyConstraint('groupMembersGroupId', ['groupId'], 'learnerGroups', ['id'])
    .execute();
  await db.schema
    .createTable('policies')
    .addColumn('level', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('policy', 'text', (c) => c.notNull())
    .addColumn('changedBy', 'text', (c) => c.notNull())
    .addColumn('changedAtMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('policiesKey', ['level', 'subject'])
    .execute();
  await db.schema.alterTable('devices').addColumn('heldUntilMs', 'bigint').execute();
  await db.schema
    .createTable('deviceOrders')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('orderedBy', 'text', (c) => c.notNull())
    .addColumn('orderedAtMs', 'bigint', (c) => c.notNull())
    .addColumn('expiresAtMs', 'bigint', (c) => c.notNull())
    .addColumn('takenAtMs', 'bigint')
    .addPrimaryKeyConstraint('deviceOrdersKey', ['id'])
    .addForeignKeyConstraint('deviceOrdersDeviceId', ['deviceId'], 'devices', ['id'])
    .execute();
  await db.schema
    .createTable('deviceChecks')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('deviceId', 'text', (c) => c.notNull())
    .addColumn('nonce', 'text', (c) => c.notNull())
    .addColumn('openedBy', 'text', (c) => c.notNull())
    .addColumn('openedAtMs', 'bigint', (c) => c.notNull())
    .addColumn('expiresAtMs', 'bigint', (c) => c.notNull())
    .addColumn('usedAtMs', 'bigint')
    .addPrimaryKeyConstraint('deviceChecksKey', ['id'])
    .addForeignKeyConstraint('deviceChecksDeviceId', ['deviceId'], 'devices', ['id'])
    .execute();
}
