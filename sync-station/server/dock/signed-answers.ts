import { type Envelope, signEnvelope } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import type { StationContext } from '../context.ts';

const RECEIPT_TYPE = 'application/vnd.leeslicht.receipt+json';
const REFUSAL_TYPE = 'application/vnd.leeslicht.refusal+json';
const TIME_TYPE = 'application/vnd.leeslicht.time+json';

/** What a receipt says, besides the site. */
export interface ReceiptFields {
  readonly parcelId: string;
  readonly deviceId: string;
  readonly deviceEpoch: number;
  readonly sequence: number;
  readonly receivedAtMs: number;
  readonly step: 'stored' | 'backedUp';
  readonly stationEpoch: number;
}

/** Why a parcel is not accepted. */
export type RefusalCode =
  | 'BAD_PARCEL'
  | 'WRONG_STATION'
  | 'WRONG_DEVICE'
  | 'WRONG_EPOCH'
  | 'UNREADABLE'
  | 'GAP'
  | 'FORK'
  | 'FORKED';

/** Signs a receipt. The caller shows it only after the commit that holds it. */
export async function signReceipt(context: StationContext, fields: ReceiptFields): Promise<Envelope> {
  const { receivedAtMs, ...rest } = fields;
  return sign(context, RECEIPT_TYPE, {
    ...rest,
    siteId: context.config.siteId,
    receivedAt: formatInstant(wholeSeconds(receivedAtMs)),
  });
}

/** Signs a refusal; `missing` lists the sequences that a gap waits for. */
export async function signRefusal(
  context: StationContext,
  fields: { parcelId: string; deviceId: string; code: RefusalCode; missing?: readonly number[] },
): Promise<Envelope> {
  return sign(context, REFUSAL_TYPE, {
    ...fields,
    missing: fields.missing ?? [],
    siteId: context.config.siteId,
    refusedAt: formatInstant(wholeSeconds(context.now())),
  });
}

/** Signs the time, bound to the device's one nonce. */
export async function signTime(context: StationContext, nonce: string): Promise<Envelope> {
  const time = formatInstant(wholeSeconds(context.now()));
  return sign(context, TIME_TYPE, { time, nonce, siteId: context.config.siteId });
}

function sign(context: StationContext, type: string, value: JsonValue): Promise<Envelope> {
  return signEnvelope(type, canonicalJson(value), [context.keys.receipt]);
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
