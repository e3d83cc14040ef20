import { encodeTimeStatement, TIME_TYPE } from '#core/clock/time-statement.ts';
import { type Envelope, signEnvelope } from '#core/dsse/dsse.ts';
import { encodeReceipt, encodeRefusal, RECEIPT_TYPE, REFUSAL_TYPE, type Receipt } from '#core/parcel/receipt.ts';
import type { StationContext } from '../context.ts';

/** Why a parcel is not accepted. */
export type RefusalCode =
  | 'BAD_PARCEL'
  | 'WRONG_STATION'
  | 'WRONG_DEVICE'
  | 'WRONG_EPOCH'
  | 'UNREADABLE'
  | 'GAP'
  | 'FORK';

type Signing = Pick<StationContext, 'keys' | 'config'>;

/** Signs a receipt. The caller shows it only after the commit that holds it. */
export async function signReceipt(context: Signing, fields: Omit<Receipt, 'siteId'>): Promise<Envelope> {
  const receipt = { ...fields, siteId: context.config.siteId, receivedAtMs: wholeSeconds(fields.receivedAtMs) };
  return signEnvelope(RECEIPT_TYPE, encodeReceipt(receipt), [context.keys.receipt]);
}

/** Signs a refusal; `missing` lists the sequences that a gap waits for. */
export async function signRefusal(
  context: StationContext,
  fields: { parcelId: string; deviceId: string; code: RefusalCode; missing?: readonly number[] },
): Promise<Envelope> {
  const refusal = { ...fields, missing: fields.missing ?? [] };
  return signEnvelope(REFUSAL_TYPE, encodeRefusal(refusal), [context.keys.receipt]);
}

/** Signs the time, bound to the device's one nonce. */
export async function signTime(context: StationContext, nonce: string): Promise<Envelope> {
  const statement = { timeMs: wholeSeconds(context.now()), nonce, siteId: context.config.siteId };
  return signEnvelope(TIME_TYPE, encodeTimeStatement(statement), [context.keys.receipt]);
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
