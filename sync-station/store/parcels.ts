import type { Transaction } from 'kysely';
import type { StationDatabase } from './database.ts';
import type { StationSchema } from './schema.ts';

type Queries = StationDatabase | Transaction<StationSchema>;

/** A parcel that reached the station whole. */
export type ParcelRow = StationSchema['parcels'];

/** The last accepted parcel of a device in an epoch. */
export interface ParcelHead {
  readonly epoch: number;
  readonly sequence: number;
  readonly parcelId: string;
}

/** The parcel with this id. */
export async function findParcel(db: Queries, id: string): Promise<ParcelRow | undefined> {
  return db.selectFrom('parcels').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The head of a device's sequence, or null before its first parcel. */
export async function parcelHead(db: Queries, deviceId: string, epoch: number): Promise<ParcelHead | null> {
  const row = await db
    .selectFrom('parcelHeads')
    .select(['sequence', 'parcelId'])
    .where('deviceId', '=', deviceId)
    .where('deviceEpoch', '=', epoch)
    .executeTakeFirst();
  return row ? { epoch, ...row } : null;
}

/** The head of the newest epoch in which a device has sent a parcel, or null before its first. */
export async function newestHead(db: Queries, deviceId: string): Promise<ParcelHead | null> {
  const row = await db
    .selectFrom('parcelHeads')
    .select(['deviceEpoch as epoch', 'sequence', 'parcelId'])
    .where('deviceId', '=', deviceId)
    .orderBy('deviceEpoch', 'desc')
    .executeTakeFirst();
  return row ?? null;
}

/** How many parcels of a device have a receipt but are not read yet, could not be read, or lack their copy in the backup. */
export async function parcelsNotSafe(db: Queries, deviceId: string, keepsBackups: boolean): Promise<number> {
  const rows = await db
    .selectFrom('parcels')
    .leftJoin('receipts', (join) =>
      join.onRef('receipts.parcelId', '=', 'parcels.id').on('receipts.step', '=', 'backedUp'),
    )
    .select(['parcels.state', 'receipts.parcelId as copied'])
    .where('parcels.deviceId', '=', deviceId)
    .where('parcels.receipt', 'is not', null)
    .execute();
  return rows.filter(({ state, copied }) => state !== 'opened' || (keepsBackups && copied === null)).length;
}

/** Moves the head of a device's sequence. */
export async function setParcelHead(
  trx: Transaction<StationSchema>,
  deviceId: string,
  head: ParcelHead,
): Promise<void> {
  const values = { sequence: head.sequence, parcelId: head.parcelId };
  await trx
    .insertInto('parcelHeads')
    .values({ deviceId, deviceEpoch: head.epoch, ...values })
    .onConflict((conflict) => conflict.columns(['deviceId', 'deviceEpoch']).doUpdateSet(values))
    .execute();
}

/** Branches of forks that no officer has resolved. */
export async function openBranches(db: StationDatabase): Promise<StationSchema['branches'][]> {
  return db.selectFrom('branches').selectAll().where('resolvedAtMs', 'is', null).orderBy('foundAtMs').execute();
}
