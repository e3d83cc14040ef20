import { sha256Hex } from '#core/crypto/digest.ts';
import type { OrdersBody } from '#core/dock/protocol.ts';
import { collectBackup } from '../sync/backup.ts';
import { outboxOf, resealing } from '../sync/outbox.ts';
import type { SyncContext } from '../sync/sync-context.ts';
import { waitingItems } from '../sync/up-items.ts';

/** The device's newest parcel, or null when it has never sent one. */
export type Held = NonNullable<OrdersBody['held']> | null;

/**
 * The newest parcel when the station has given receipts for everything that the learner made, the backup of drafts and
 * notes included; undefined while anything is on this device alone (formats/orders.md 4.2).
 */
export async function allHeld(context: SyncContext): Promise<Held | undefined> {
  const parcels = await outboxOf(context.database).all();
  const identity = await context.meta.read('identity');
  const movedAtEpoch = identity?.moved?.epoch ?? 0;
  const state = resealing(parcels, identity?.deviceEpoch ?? 1, { reoffer: false, movedAtEpoch });
  if (parcels.some(({ step }) => step === 'sealed') || state.again.size > 0) return undefined;
  if ((await waitingItems(context, state)).length > 0) return undefined;
  const backupSha256 = await sha256Hex(await collectBackup(context.records));
  if ((await context.meta.read('backupSha256')) !== backupSha256) return undefined;
  const last = parcels.at(-1);
  return last ? { deviceEpoch: last.deviceEpoch, sequence: last.sequence, parcelId: last.id } : null;
}
