import type { Device } from '../device-platform.ts';
import { SyncError } from '../sync/sync-context.ts';
import { signedDock } from '../transports/dock-client.ts';
import { type OrderPorts, tellDone } from './ask-orders.ts';
import { type NewPinGrant, openGrant, takeNewPin } from './new-pin.ts';
import { obeyOrders } from './obey.ts';

/**
 * Asks the station for orders while the vault is closed. Throws SyncError NOT_ENROLLED, VaultError WRONG_KEY, or as
 * {@link obeyOrders}.
 */
export async function askDesk(device: Device): Promise<'nothing' | 'released' | NewPinGrant> {
  const ports = await orderPorts(device);
  const obeyed = await obeyOrders(ports);
  if (typeof obeyed !== 'string') return openGrant(ports, obeyed.order);
  return obeyed === 'released' ? 'released' : 'nothing';
}

/** Takes the new PIN that an order let the learner choose, opens the vault, and tells the station. Throws VaultError. */
export async function chooseNewPin(device: Device, grant: NewPinGrant, pin: string): Promise<void> {
  const ports = await orderPorts(device);
  await device.setVault(await takeNewPin(ports, device.vaultPorts, grant, pin));
  // The PIN is changed, whatever becomes of the cable: the station hears it when it is asked again.
  await tellDone(ports, grant.order).catch((cause: unknown) => console.error(cause));
}

async function orderPorts({ meta, transport, clock, trust, keys: openKeys }: Device): Promise<OrderPorts> {
  const [keys, pinned] = await Promise.all([openKeys(), meta.read('pinned')]);
  if (!keys || !pinned) throw new SyncError({ code: 'NOT_ENROLLED' });
  return { meta, keys, pinned, dock: signedDock(transport, keys, pinned.receiptKey), nowMs: clock.nowMs, trust };
}
