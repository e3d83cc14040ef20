import { utf8 } from '#core/bytes/bytes.ts';
import { ordersAnswer } from '#core/dock/protocol.ts';
import { signEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { encodeOrderDone, judgeOrder, ORDER_DONE_TYPE, ORDER_TYPE, type Order, parseOrder } from '#core/order/order.ts';
import type { OpenKeys } from '../device/device-keys.ts';
import type { MetaStore, PinnedTrust } from '../device/device-meta.ts';
import { randomId } from '../device/random.ts';
import { dockError, type SignedDock } from '../transports/dock-client.ts';
import { receiptKeys, type Trust } from '../trust/trust.ts';
import type { Held } from './all-held.ts';

/** What asking for orders and carrying them out needs; no PIN. */
export interface OrderPorts {
  readonly meta: MetaStore;
  readonly keys: OpenKeys;
  readonly pinned: PinnedTrust;
  readonly dock: SignedDock;
  readonly nowMs: () => number;
  readonly trust: () => Trust | undefined;
  /** What of this device is at the station, when that is everything; needs an open vault. */
  readonly allHeld?: () => Promise<Held | undefined>;
}

/** An order whose signature and address hold. */
export interface VerifiedOrder {
  readonly order: Order;
  /** It was carried out before, and only the device's word was lost. */
  readonly isKnown: boolean;
}

// A station gives one order of each kind at a time.
const REMEMBERED = 32;

/**
 * Asks the device's own station what was ordered. `notYet`: it makes safe first what a wipe would delete. Throws
 * DockError, TransportError, DsseError or OrderError.
 */
export async function askOrders(
  ports: OrderPorts,
): Promise<{ readonly orders: readonly VerifiedOrder[]; readonly notYet: boolean }> {
  const { meta, keys, pinned, dock } = ports;
  const nonce = randomId();
  const held = await ports.allHeld?.();
  const body = held === undefined ? { nonce } : { nonce, held };
  const { orders, notYet = false } = await dock.ask('/dock/orders', body, ordersAnswer);
  const obeyed = (await meta.read('obeyed')) ?? [];
  const signers = receiptKeys(ports.trust(), pinned, ports.nowMs());
  const verified: VerifiedOrder[] = [];
  for (const envelope of orders) {
    const order = parseOrder(await verifyEnvelope(envelope, { payloadType: ORDER_TYPE, keys: signers }));
    const verdict = judgeOrder(order, { deviceId: keys.deviceId, siteId: pinned.siteId, nonce, obeyed });
    verified.push({ order, isKnown: verdict === 'known' });
  }
  return { orders: verified, notYet };
}

/** The ids to keep in the step that carries this order out (formats/orders.md 2.3). */
export async function withObeyed(meta: MetaStore, { orderId }: Order): Promise<readonly string[]> {
  return [...((await meta.read('obeyed')) ?? []), orderId].slice(-REMEMBERED);
}

/** Tells the station, in the device's signed word, that an order was carried out. Throws DockError or TransportError. */
export async function tellDone(ports: OrderPorts, { kind, orderId }: Order): Promise<void> {
  const { deviceId, signer } = ports.keys;
  const payload = encodeOrderDone({ kind, orderId, deviceId, doneAtMs: Math.floor(ports.nowMs() / 1000) * 1000 });
  const done = await signEnvelope(ORDER_DONE_TYPE, payload, [signer]);
  const answer = await ports.dock.send('POST', '/dock/orders/done', utf8(JSON.stringify({ deviceId, done })));
  if (answer.status !== 204) throw dockError(answer);
}
