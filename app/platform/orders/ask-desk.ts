import type { Device } from '../device-platform.ts';
import { ALL_SEALED, sendParcels } from '../sync/send-parcels.ts';
import { SyncError } from '../sync/sync-context.ts';
import { signedDock } from '../transports/dock-client.ts';
import { type OrderPorts, tellDone } from './ask-orders.ts';
import { type NewPinGrant, openGrant, takeNewPin } from './new-pin.ts';
import { beginWipe, obeyOrders } from './obey.ts';

/** What the desk has for a closed device; what is allowed lies in memory until somebody at the device goes on with it. */
export type DeskAnswer =
  | 'nothing'
  | 'released'
  | { readonly kind: 'newPin'; readonly grant: NewPinGrant }
  | { readonly kind: 'mayWipe'; readonly orderId: string };

/**
 * Asks the station for orders while the vault is closed. Throws SyncError NOT_ENROLLED, VaultError WRONG_KEY, or as
 * {@link obeyOrders}.
 */
export async function askDesk(device: Device): Promise<DeskAnswer> {
  const ports = await orderPorts(device);
  const obeyed = await obeyOrders(ports);
  if (typeof obeyed === 'string') return obeyed === 'released' ? 'released' : 'nothing';
  if (obeyed.kind === 'mayWipe') return obeyed;
  return { kind: 'newPin', grant: await openGrant(ports, obeyed.order) };
}

/**
 * Begins the wipe that an order allows of this closed device; its next start does it. First the station gets what is
 * sealed and waits, which needs no PIN. Throws TransportError, or DockError when the station takes nothing now; then
 * nothing is wiped.
 */
export async function wipeClosed(device: Device, orderId: string): Promise<void> {
  const { database } = device;
  const context = { ...(await orderPorts(device)), database, signal: new AbortController().signal };
  // What the station refuses with its signature it has seen: there is no more to be done for it.
  for await (const _ of sendParcels(context, ALL_SEALED));
  await beginWipe(device.meta, 'wipe-closed', orderId);
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
