import type { NewPinOrder, Order, WipeKind } from '#core/order/order.ts';
import type { MetaStore } from '../device/device-meta.ts';
import { askOrders, type OrderPorts, tellDone, withObeyed } from './ask-orders.ts';

/**
 * What came of asking: an officer has lifted the wait, or has ordered nothing. `wiping`: the device is noted down to be
 * wiped, which its next start does. `notYet`: it will be, but something is not safe at the station yet. `newPin`: the
 * learner may choose one, which carries out the order. `mayWipe`: this closed device may be wiped when somebody at it says
 * so.
 */
export type Obeyed =
  | 'nothing'
  | 'released'
  | 'wiping'
  | 'notYet'
  | { readonly kind: 'newPin'; readonly order: NewPinOrder }
  | { readonly kind: 'mayWipe'; readonly orderId: string };

/**
 * Asks for orders and carries them out, each in one durable step with its id, so that it counts once. Throws as
 * {@link askOrders}; what was carried out stays so.
 */
export async function obeyOrders(ports: OrderPorts): Promise<Obeyed> {
  const { orders, notYet } = await askOrders(ports);
  let obeyed: Obeyed = notYet ? 'notYet' : 'nothing';
  for (const { order, isKnown } of orders) {
    // Last of all: the device's word comes when nothing of it is left but the word.
    if (order.kind === 'wipe') continue;
    if (order.kind === 'wipe-closed') {
      // formats/orders.md 6.3: as for a new PIN
      if (!ports.allHeld) obeyed = { kind: 'mayWipe', orderId: order.orderId };
      continue;
    }
    if (order.kind === 'new-pin' && !isKnown) {
      // formats/orders.md 5.3: who has opened the vault knows the PIN
      if (!ports.allHeld) obeyed = { kind: 'newPin', order };
      continue;
    }
    if (!isKnown) {
      await releaseWait(ports, await withObeyed(ports.meta, order));
      if (typeof obeyed === 'string') obeyed = 'released';
    }
    await tellDone(ports, order);
  }
  const wipe = orders.find(({ order }) => order.kind === 'wipe');
  return wipe ? wipeWhenHeld(ports, wipe.order) : obeyed;
}

/** formats/orders.md 3.1: the wait and the count go; the PIN is asked as ever. */
async function releaseWait({ meta }: OrderPorts, obeyed: readonly string[]): Promise<void> {
  const vault = await meta.read('vault');
  await meta.write({ obeyed, ...(vault ? { vault: { ...vault, failures: 0, waitMs: 0 } } : {}) });
}

/** formats/orders.md 4.4: only if nothing was written since the question. */
async function wipeWhenHeld({ meta, allHeld }: OrderPorts, { orderId }: Order): Promise<Obeyed> {
  if ((await allHeld?.()) === undefined) return 'notYet';
  await beginWipe(meta, 'wipe', orderId);
  return 'wiping';
}

/** Notes durably that this device is being wiped; its next start does it. */
export function beginWipe(meta: MetaStore, kind: WipeKind, orderId: string): Promise<void> {
  return meta.write({ wiping: { orderId, kind } });
}
