import type { Transaction } from 'kysely';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';
import type { RecoveryTable, StationSchema } from './schema.ts';

/** A sealed backup, and how far the custodians' answer to it is. */
export type RecoveryRow = RecoveryTable;

type Queries = StationDatabase | Transaction<StationSchema>;

/** How a new PIN for a device stands: nobody asked the custodians, their answer is awaited, or it is here. */
export type NewPinState = 'none' | 'requested' | 'ready';

/** The newest sealed backup that a device made, or undefined. */
export function newestBackup(db: Queries, deviceId: string): Promise<RecoveryRow | undefined> {
  return backupsOf(db, deviceId).executeTakeFirst();
}

/**
 * How a new PIN for this device stands, and the data key that the custodians opened for it, as base64 of an age file
 * that only the device opens (formats/orders.md 5.2). A key that brings a backup to another device is not meant.
 */
export async function newPinKey(
  db: Queries,
  deviceId: string,
): Promise<{ readonly state: NewPinState; readonly wrapped: string | null }> {
  const asked = await backupsOf(db, deviceId)
    .where('recovery.targetDeviceId', '=', deviceId)
    .clearOrderBy()
    .orderBy('recovery.requestedAtMs', 'desc')
    .executeTakeFirst();
  if (!asked) return { state: 'none', wrapped: null };
  const { wrapped, answeredAtMs } = asked;
  if (wrapped !== null) return { state: 'ready', wrapped };
  return { state: answeredAtMs === null ? 'requested' : 'none', wrapped: null };
}

/** A key serves for one new PIN (formats/orders.md 5.6). */
export async function dropNewPinKey(trx: Transaction<StationSchema>, deviceId: string): Promise<void> {
  const own = trx.selectFrom('parcels').select('id').where('deviceId', '=', deviceId);
  await trx
    .updateTable('recovery')
    .set({ wrapped: null })
    .where('targetDeviceId', '=', deviceId)
    .where('parcelId', 'in', own)
    .execute();
}

/** Asks the custodians for a backup's key, wrapped for this device. Asking again begins anew. */
export async function requestRecovery(
  db: StationDatabase,
  fields: Pick<RecoveryRow, 'id' | 'learnerId'> & { readonly deviceId: string; readonly actor: string },
  nowMs: number,
): Promise<void> {
  const { id, learnerId, deviceId, actor } = fields;
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('recovery')
      .set({ requestedBy: actor, requestedAtMs: nowMs, targetDeviceId: deviceId, wrapped: null, answeredAtMs: null })
      .where('id', '=', id)
      .execute();
    const detail = { learner: learnerId, device: deviceId };
    await appendAudit(trx, { actor, act: 'recovery-requested', subject: id, detail }, nowMs);
  });
}

function backupsOf(db: Queries, deviceId: string) {
  return db
    .selectFrom('recovery')
    .innerJoin('parcels', 'parcels.id', 'recovery.parcelId')
    .selectAll('recovery')
    .where('parcels.deviceId', '=', deviceId)
    .orderBy('recovery.createdAtMs', 'desc')
    .orderBy('parcels.sequence', 'desc');
}
