import type { Transaction } from 'kysely';
import type { StationSchema } from './schema.ts';

/** Puts an item in the queue for a learner's next return parcel; with `deviceId` for that one device only. */
export async function queueDown(
  trx: Transaction<StationSchema>,
  to: { readonly learnerId: string; readonly deviceId?: string },
  item: { readonly id: string; readonly [member: string]: unknown },
  attachmentHash: string | null,
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto('downItems')
    .values({
      id: item.id,
      learnerId: to.learnerId,
      deviceId: to.deviceId ?? null,
      item: JSON.stringify(item),
      attachmentHash,
      queuedAtMs: nowMs,
      parcelId: null,
    })
    .execute();
}
