import type { Device } from '../device-platform.ts';
import { SyncError } from '../sync/sync-context.ts';
import { signedDock } from '../transports/dock-client.ts';
import { obeyOrders } from './obey.ts';

/** Asks the station for orders while the vault is closed. Throws SyncError NOT_ENROLLED, or as {@link obeyOrders}. */
export async function askDesk(device: Device): Promise<'nothing' | 'released'> {
  const [keys, pinned] = await Promise.all([device.keys(), device.meta.read('pinned')]);
  if (!keys || !pinned) throw new SyncError({ code: 'NOT_ENROLLED' });
  const { meta, transport, clock, trust } = device;
  const dock = signedDock(transport, keys, pinned.receiptKey);
  const obeyed = await obeyOrders({ meta, keys, pinned, dock, nowMs: clock.nowMs, trust });
  return obeyed === 'released' ? 'released' : 'nothing';
}
