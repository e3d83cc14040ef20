import { describe, expect, it } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { signEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import {
  encodeOrder,
  encodeOrderDone,
  judgeOrder,
  ORDER_DONE_TYPE,
  ORDER_TYPE,
  type Order,
  type OrderDone,
  parseOrder,
  parseOrderDone,
} from './order.ts';

const station = await signerFromSeed(new Uint8Array(32).fill(1));
const id = (fill: number): string => toHex(new Uint8Array(16).fill(fill));
const order: Order = {
  kind: 'release-pin',
  orderId: id(1),
  deviceId: id(2),
  siteId: 'site-one',
  nonce: id(3),
  issuedAtMs: 1_790_000_000_000,
};
const asked = { deviceId: id(2), siteId: 'site-one', nonce: id(3), obeyed: [] };

async function verified(payloadType: string, payload: Uint8Array) {
  const envelope = await signEnvelope(payloadType, payload, [station]);
  return verifyEnvelope(envelope, { payloadType, keys: [station.publicKey] });
}

describe('an order', () => {
  it('comes out as it was signed', async () => {
    expect(parseOrder(await verified(ORDER_TYPE, encodeOrder(order)))).toEqual(order);
    const newPin: Order = { ...order, kind: 'new-pin', wrapped: 'YWdlLWVuY3J5cHRpb24' };
    expect(parseOrder(await verified(ORDER_TYPE, encodeOrder(newPin)))).toEqual(newPin);
    const done: OrderDone = { kind: 'release-pin', orderId: id(1), deviceId: id(2), doneAtMs: 1_790_000_060_000 };
    expect(parseOrderDone(await verified(ORDER_DONE_TYPE, encodeOrderDone(done)))).toEqual(done);
  });

  it('is refused when its kind is unknown, or when it is another document', async () => {
    const explode = canonicalJson({ ...order, issuedAtMs: 0, issuedAt: '2026-09-21T14:13:20Z', kind: 'explode' });
    const unknown = await verified(ORDER_TYPE, explode);
    expect(() => parseOrder(unknown)).toThrow('MALFORMED');
    const keyless = canonicalJson({ ...order, issuedAtMs: 0, issuedAt: '2026-09-21T14:13:20Z', kind: 'new-pin' });
    const bare = await verified(ORDER_TYPE, keyless);
    expect(() => parseOrder(bare)).toThrow('MALFORMED');
    const other = await verified(ORDER_DONE_TYPE, encodeOrder(order));
    expect(() => parseOrder(other)).toThrow('MALFORMED');
  });

  it('counts for this device, at its own site, for the question that it asked', () => {
    expect(judgeOrder(order, asked)).toBe('obey');
    expect(() => judgeOrder(order, { ...asked, deviceId: id(9) })).toThrow('WRONG_DEVICE');
    expect(() => judgeOrder(order, { ...asked, siteId: 'site-two' })).toThrow('WRONG_SITE');
    expect(() => judgeOrder(order, { ...asked, nonce: id(9) })).toThrow('NOT_ASKED');
  });

  it('is carried out once', () => {
    expect(judgeOrder(order, { ...asked, obeyed: [id(8), order.orderId] })).toBe('known');
  });
});
