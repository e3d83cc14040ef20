import { fromUtf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import type { Signer } from '#core/crypto/signer.ts';
import { encodeEnvelope, signEnvelope } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import { encodeOrder, encodeOrderDone, ORDER_DONE_TYPE, ORDER_TYPE, type Order } from '#core/order/order.ts';
import { AB, type MadeVector, one, refused, START_MS, testKey } from './make-cases.ts';

const NONCE = 'cd'.repeat(16);
const ORDER_ID = '0e'.repeat(16);

/** orders.md. */
export async function orderCases(): Promise<MadeVector[]> {
  const [station, other, device] = [await testKey(1), await testKey(2), await testKey(6)];
  const signed = async (payload: Uint8Array, signer: Signer, type = ORDER_TYPE) =>
    fromUtf8(encodeEnvelope(await signEnvelope(type, payload, [signer])));
  const release: Order = {
    ...{ kind: 'release-pin', orderId: ORDER_ID, deviceId: AB, siteId: 'site-one', nonce: NONCE },
    issuedAtMs: START_MS,
  };
  const knows = { deviceId: AB, siteId: 'site-one', nonce: NONCE, obeyed: [] as readonly string[] };
  const order = async (
    clause: string,
    name: string,
    expected: unknown,
    change: { payload?: Uint8Array; signer?: Signer; type?: string; knows?: Partial<typeof knows> } = {},
  ) => {
    const envelope = await signed(change.payload ?? encodeOrder(release), change.signer ?? station, change.type);
    const receiptKey = toHex(station.publicKey);
    return one(clause, name, { kind: 'order', envelope, receiptKey, ...knows, ...change.knows }, expected);
  };
  const word = { kind: 'release-pin', orderId: ORDER_ID, deviceId: AB, doneAtMs: START_MS } as const;
  const done = async (clause: string, name: string, expected: unknown, signer: Signer) => {
    const envelope = await signed(encodeOrderDone(word), signer, ORDER_DONE_TYPE);
    return one(clause, name, { kind: 'done', envelope, deviceKey: toHex(device.publicKey) }, expected);
  };
  const unsigned = {
    ...{ orderId: ORDER_ID, deviceId: AB, siteId: 'site-one', nonce: NONCE },
    issuedAt: formatInstant(START_MS),
  };
  const unknown = canonicalJson({ ...unsigned, kind: 'open-door' });
  return [
    await order('3.1', 'lifts the wait', { kind: 'release-pin', verdict: 'obey' }),
    await order(
      '4.1',
      'wipes',
      { kind: 'wipe', verdict: 'obey' },
      { payload: encodeOrder({ ...release, kind: 'wipe' }) },
    ),
    await order(
      '5.1',
      'lets the learner choose a new PIN',
      { kind: 'new-pin', verdict: 'obey' },
      { payload: encodeOrder({ ...release, kind: 'new-pin', wrapped: 'YWdlLWVuY3J5cHRpb24' }) },
    ),
    await order(
      '6.1',
      'wipes without the PIN',
      { kind: 'wipe-closed', verdict: 'obey' },
      { payload: encodeOrder({ ...release, kind: 'wipe-closed' }) },
    ),
    await order('5.1', 'without the key', refused('MALFORMED'), {
      payload: canonicalJson({ ...unsigned, kind: 'new-pin' }),
    }),
    await order('2.3', 'once', { kind: 'release-pin', verdict: 'known' }, { knows: { obeyed: [ORDER_ID] } }),
    await order('2.2', 'signed by another station', refused('NOT_ENOUGH_SIGNATURES'), { signer: other }),
    await order('2.2', 'for another device', refused('WRONG_DEVICE'), { knows: { deviceId: 'ba'.repeat(16) } }),
    await order('2.2', 'of another site', refused('WRONG_SITE'), { knows: { siteId: 'site-two' } }),
    await order('2.2', 'an answer to an earlier question', refused('NOT_ASKED'), { knows: { nonce: 'dc'.repeat(16) } }),
    await order('2.1', 'of a kind that nobody knows', refused('MALFORMED'), { payload: unknown }),
    await order('2.1', 'an envelope of another type', refused('WRONG_TYPE'), { type: ORDER_DONE_TYPE }),
    await done('2.4', 'the word of the device', word, device),
    await done('2.4', 'a word that another device signed', refused('NOT_ENOUGH_SIGNATURES'), other),
  ];
}
