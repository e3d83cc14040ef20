import { utf8 } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { DsseError, parseEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { array, literal, object, string, tagged } from '#core/json/shape.ts';
import { judgeOrder, ORDER_DONE_TYPE, ORDER_TYPE, parseOrder, parseOrderDone } from '#core/order/order.ts';
import { OrderError } from '#core/order/order-error.ts';
import { type Judge, refusing } from './judge.ts';

const text = string({ maxLength: 1_000_000 });
const orderShape = tagged('kind', {
  order: object({
    required: {
      ...{ kind: literal('order'), envelope: text, receiptKey: text },
      ...{ deviceId: text, siteId: text, nonce: text, obeyed: array(text) },
    },
  }),
  done: object({ required: { kind: literal('done'), envelope: text, deviceKey: text } }),
});

/** orders.md: what a device makes of an order, and a station of the device's word. */
export const judgeOrders: Judge = async (input) => {
  const asked = orderShape(input, 'input');
  return refusing([DsseError, OrderError], async () => {
    const envelope = parseEnvelope(utf8(asked.envelope));
    if (asked.kind === 'done') {
      const keys = [fromHex(asked.deviceKey)];
      return parseOrderDone(await verifyEnvelope(envelope, { payloadType: ORDER_DONE_TYPE, keys }));
    }
    const keys = [fromHex(asked.receiptKey)];
    const order = parseOrder(await verifyEnvelope(envelope, { payloadType: ORDER_TYPE, keys }));
    return { kind: order.kind, verdict: judgeOrder(order, asked) };
  });
};
