import type { OrdersBody } from '#core/dock/protocol.ts';
import type { Device } from '../../store/devices.ts';
import { newestHead, parcelsNotSafe } from '../../store/parcels.ts';
import type { StationContext } from '../context.ts';

/**
 * Whether a device may delete what it holds: the station has everything that the device says it gave, could read all of
 * it, and, where backups are kept, has it on the other medium too (formats/orders.md 4.3).
 */
export async function isAllSafe(
  context: StationContext,
  device: Device,
  held: NonNullable<OrdersBody['held']> | null,
): Promise<boolean> {
  if (device.state === 'forked') return false;
  const head = await newestHead(context.db, device.id);
  const isNewest =
    held === null
      ? head === null
      : head?.epoch === held.deviceEpoch && head.sequence === held.sequence && head.parcelId === held.parcelId;
  if (!isNewest) return false;
  return (await parcelsNotSafe(context.db, device.id, context.config.backup !== undefined)) === 0;
}
