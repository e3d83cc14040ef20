import type { Transaction } from 'kysely';
import type { ParcelHead } from './parcels.ts';
import type { StationSchema } from './schema.ts';

/** The newest down parcel of a device in an epoch: as it was sealed here, or as the device showed it. */
export async function downHead(
  trx: Transaction<StationSchema>,
  deviceId: string,
  epoch: number,
): Promise<ParcelHead | undefined> {
  const sealed = await trx
    .selectFrom('downParcels')
    .select(['sequence', 'id as parcelId'])
    .where('deviceId', '=', deviceId)
    .where('deviceEpoch', '=', epoch)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  const shown = await trx
    .selectFrom('downHeads')
    .select(['sequence', 'parcelId'])
    .where('deviceId', '=', deviceId)
    .where('deviceEpoch', '=', epoch)
    .executeTakeFirst();
  // At one place the device's word goes before what was sealed for it: that may have been sealed for a copy.
  const head = shown && shown.sequence >= (sealed?.sequence ?? 0) ? shown : sealed;
  return head && { epoch, ...head };
}

/** How far a device says that it has read; `parcelId` is empty before its first parcel. */
export interface ShownHead {
  readonly epoch: number;
  readonly sequence: number;
  readonly parcelId: string;
}

/**
 * Whether a device of these keys has signed for a down parcel that this one does not have: then there are two copies, or
 * an old one came back.
 */
export async function isDownBehind(
  trx: Transaction<StationSchema>,
  deviceId: string,
  shown: ShownHead,
): Promise<boolean> {
  const signed = await trx
    .selectFrom('downParcels')
    .select('id')
    .where('deviceId', '=', deviceId)
    .where('ack', 'is not', null)
    .where('id', '!=', shown.parcelId)
    .where((is) =>
      is.or([
        is('deviceEpoch', '>', shown.epoch),
        is.and([is('deviceEpoch', '=', shown.epoch), is('sequence', '>', shown.sequence)]),
        // Another parcel at the very place: a restored station had given it to a copy.
        is.and([is('deviceEpoch', '=', shown.epoch), is('sequence', '=', shown.sequence)]),
      ]),
    )
    .executeTakeFirst();
  return signed !== undefined;
}

/** After an officer's decision: all that the true device does not have goes out again, behind what it has. */
export async function rewindDown(trx: Transaction<StationSchema>, deviceId: string, shown: ShownHead): Promise<void> {
  const rows = await trx
    .selectFrom('downParcels')
    .select('id')
    .where('deviceId', '=', deviceId)
    .where('id', '!=', shown.parcelId)
    .where((is) =>
      is.or([
        is('deviceEpoch', '>', shown.epoch),
        is.and([is('deviceEpoch', '=', shown.epoch), is('sequence', '>=', shown.sequence)]),
      ]),
    )
    .execute();
  await sendAgain(trx, rows);
  if (rows.length > 0) {
    const ids = rows.map((row) => row.id);
    await trx.deleteFrom('downParcels').where('id', 'in', ids).execute();
  }
  await trx.deleteFrom('downHeads').where('deviceId', '=', deviceId).where('deviceEpoch', '>=', shown.epoch).execute();
}

/**
 * Takes the device's signed word for how far it has read. A restored station counts on from there; what it still held
 * at places that the device has passed, or sealed behind a parcel that another copy was to have there, goes out again in
 * later parcels, and the items' ids make it count once.
 */
export async function noteDownHead(
  trx: Transaction<StationSchema>,
  deviceId: string,
  shown: ParcelHead,
  nowMs: number,
): Promise<void> {
  const { epoch, sequence, parcelId } = shown;
  const open = await trx
    .selectFrom('downParcels')
    .select(['id', 'sequence'])
    .where('deviceId', '=', deviceId)
    .where('deviceEpoch', '=', epoch)
    .where('ackedAtMs', 'is', null)
    .execute();
  const passed = open.filter((parcel) => parcel.sequence <= sequence && parcel.id !== parcelId);
  const hasParted = passed.some((parcel) => parcel.sequence === sequence);
  const behind = hasParted ? open.filter((parcel) => parcel.sequence > sequence) : [];
  await sendAgain(trx, [...passed, ...behind]);
  if (passed.length > 0) {
    const ids = passed.map(({ id }) => id);
    await trx.updateTable('downParcels').set({ ackedAtMs: nowMs }).where('id', 'in', ids).execute();
  }
  if (behind.length > 0) {
    const ids = behind.map(({ id }) => id);
    await trx.deleteFrom('downParcels').where('id', 'in', ids).execute();
  }
  const known = await downHead(trx, deviceId, epoch);
  if (sequence < (known?.sequence ?? 0) || parcelId === known?.parcelId) return;
  await trx
    .insertInto('downHeads')
    .values({ deviceId, deviceEpoch: epoch, sequence, parcelId })
    .onConflict((conflict) => conflict.columns(['deviceId', 'deviceEpoch']).doUpdateSet({ sequence, parcelId }))
    .execute();
}

/** Lets the items of parcels wait for the next one. */
async function sendAgain(trx: Transaction<StationSchema>, parcels: readonly { readonly id: string }[]): Promise<void> {
  if (parcels.length === 0) return;
  const ids = parcels.map(({ id }) => id);
  await trx.updateTable('downItems').set({ parcelId: null }).where('parcelId', 'in', ids).execute();
}
