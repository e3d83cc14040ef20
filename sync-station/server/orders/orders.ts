import { fromHex } from '#core/bytes/hex.ts';
import type { OrdersBody } from '#core/dock/protocol.ts';
import { type Envelope, signEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import {
  encodeOrder,
  ORDER_DONE_TYPE,
  ORDER_TYPE,
  type Order,
  type OrderDone,
  parseOrderDone,
} from '#core/order/order.ts';
import { appendAudit } from '../../store/audit.ts';
import { type Device, findDevice } from '../../store/devices.ts';
import { noteOrderDone, openOrders } from '../../store/orders.ts';
import { newPinKey } from '../../store/recovery.ts';
import type { StationContext } from '../context.ts';
import { DockError } from '../http/dock-error.ts';
import { isAllSafe } from './all-safe.ts';

/**
 * The orders that wait for a device, signed for the one question that it asks now (formats/orders.md 2.1). `notYet`: a
 * wipe waits until what the device brought is safe here.
 */
export async function answerOrders(
  context: StationContext,
  device: Device,
  { nonce, held }: OrdersBody,
): Promise<{ readonly orders: readonly Envelope[]; readonly notYet: boolean }> {
  const { siteId } = context.config;
  const issuedAtMs = Math.floor(context.now() / 1000) * 1000;
  const waiting = await openOrders(context.db, device.id, context.now());
  const mayWipe = held !== undefined && (await isAllSafe(context, device, held));
  const orders: Envelope[] = [];
  let notYet = false;
  for (const { id: orderId, kind } of waiting) {
    const base = { orderId, deviceId: device.id, siteId, nonce, issuedAtMs };
    let order: Order;
    if (kind === 'new-pin') {
      const wrapped = await handOutKey(context, device.id, orderId);
      // The custodians are asked anew, and have not answered yet.
      if (wrapped === null) continue;
      order = { kind, ...base, wrapped };
    } else if (kind === 'wipe-closed' && device.state === 'forked') continue;
    else if (kind === 'wipe' && !mayWipe) {
      notYet = true;
      continue;
    } else order = { kind, ...base };
    orders.push(await signEnvelope(ORDER_TYPE, encodeOrder(order), [context.keys.receipt]));
  }
  return { orders, notYet };
}

/** The key that the custodians opened for a device: each time that it goes out is in the audit log. */
async function handOutKey(context: StationContext, deviceId: string, orderId: string): Promise<string | null> {
  return context.db.transaction().execute(async (trx) => {
    const { wrapped } = await newPinKey(trx, deviceId);
    if (wrapped === null) return null;
    const act = { actor: `device:${deviceId}`, act: 'new-pin-given', subject: deviceId, detail: { order: orderId } };
    await appendAudit(trx, act, context.now());
    return wrapped;
  });
}

/** Books a device's word that it carried out an order; the same word again changes nothing. Throws DockError BAD_WORD. */
export async function bookOrderDone(context: StationContext, deviceId: string, envelope: Envelope): Promise<void> {
  const device = await findDevice(context.db, deviceId);
  if (!device) throw new DockError(403, 'BAD_WORD');
  const { orderId, kind, doneAtMs } = await verified(device, envelope);
  const fields = { deviceId: device.id, orderId, kind, doneAtMs, done: JSON.stringify(envelope) };
  const isOurs = await context.db.transaction().execute((trx) => noteOrderDone(trx, fields, context.now()));
  if (!isOurs) throw new DockError(403, 'BAD_WORD');
}

async function verified(device: Device, envelope: Envelope): Promise<OrderDone> {
  try {
    const keys = [fromHex(device.signingKey)];
    const done = parseOrderDone(await verifyEnvelope(envelope, { payloadType: ORDER_DONE_TYPE, keys }));
    if (done.deviceId === device.id) return done;
  } catch (cause) {
    throw new DockError(403, 'BAD_WORD', cause);
  }
  throw new DockError(403, 'BAD_WORD');
}
