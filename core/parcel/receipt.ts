import type { Bytes } from '#core/bytes/bytes.ts';
import type { VerifiedPayload } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import { array, integer, isoInstantMs, literal, object, string } from '#core/json/shape.ts';
import { hex256, id128, siteId } from '#core/licence/identifiers.ts';
import { ParcelError } from './parcel-error.ts';
import { readDocument } from './read-document.ts';

/** DSSE payload type of a receipt, signed with the station's receipt key. */
export const RECEIPT_TYPE = 'application/vnd.leeslicht.receipt+json';
/** DSSE payload type of a refusal, signed with the station's receipt key. */
export const REFUSAL_TYPE = 'application/vnd.leeslicht.refusal+json';
/** DSSE payload type of the acknowledgement of a down parcel, signed by the device. */
export const ACK_TYPE = 'application/vnd.leeslicht.ack+json';

/** The station's promise that it holds a parcel (formats/parcel.md 6). */
export interface Receipt {
  readonly parcelId: string;
  readonly deviceId: string;
  readonly deviceEpoch: number;
  readonly sequence: number;
  readonly receivedAtMs: number;
  /** `backedUp`: also in a restore-tested copy on another medium; only then the device's outbox copy may go. */
  readonly step: 'stored' | 'backedUp';
  readonly siteId: string;
  readonly stationEpoch: number;
}

/** The station's word that it did not take a parcel; the device keeps its copy. */
export interface Refusal {
  readonly parcelId: string;
  /** Why, in capitals: `GAP`, `FORK`, `UNREADABLE` … A reader treats codes it does not know as "refused". */
  readonly code: string;
  readonly deviceId?: string;
  /** Sequences that a gap waits for. */
  readonly missing: readonly number[];
  readonly siteId?: string;
  readonly refusedAtMs?: number;
}

/** The device's word that it holds a down parcel. */
export interface Ack {
  readonly parcelId: string;
  readonly deviceId: string;
}

const receiptShape = object(
  {
    required: {
      parcelId: hex256,
      deviceId: id128,
      deviceEpoch: integer({ min: 1 }),
      sequence: integer({ min: 1 }),
      receivedAt: isoInstantMs,
      step: literal('stored', 'backedUp'),
      siteId,
      stationEpoch: integer(),
    },
  },
  { unknownKeys: 'ignore' },
);

const refusalShape = object(
  {
    required: { parcelId: hex256, code: string({ minLength: 1, maxLength: 64, pattern: /^[A-Z][A-Z_]*$/ }) },
    optional: {
      deviceId: id128,
      missing: array(integer({ min: 1 }), { max: 10_000 }),
      siteId,
      refusedAt: isoInstantMs,
    },
  },
  { unknownKeys: 'ignore' },
);

const ackShape = object({ required: { parcelId: hex256, deviceId: id128 } }, { unknownKeys: 'ignore' });

/** Payload bytes of a receipt. */
export function encodeReceipt(receipt: Receipt): Bytes {
  const { receivedAtMs, ...rest } = receipt;
  return canonicalJson({ ...rest, receivedAt: formatInstant(receivedAtMs) });
}

/** Reads a receipt whose signature was checked. Throws `ParcelError` `MALFORMED`. */
export function parseReceipt(payload: VerifiedPayload): Receipt {
  const { receivedAt, ...rest } = readDocument(payloadOf(payload, RECEIPT_TYPE), receiptShape, 'MALFORMED');
  return { ...rest, receivedAtMs: receivedAt };
}

/** Payload bytes of a refusal. */
export function encodeRefusal(refusal: Refusal): Bytes {
  const { refusedAtMs, missing, ...rest } = refusal;
  const refusedAt = refusedAtMs === undefined ? {} : { refusedAt: formatInstant(refusedAtMs) };
  return canonicalJson({ ...rest, ...refusedAt, missing: [...missing] });
}

/** Reads a refusal whose signature was checked. Throws `ParcelError` `MALFORMED`. */
export function parseRefusal(payload: VerifiedPayload): Refusal {
  const { refusedAt, missing, ...rest } = readDocument(payloadOf(payload, REFUSAL_TYPE), refusalShape, 'MALFORMED');
  return { ...rest, missing: missing ?? [], ...(refusedAt === undefined ? {} : { refusedAtMs: refusedAt }) };
}

/** Payload bytes of an acknowledgement. */
export function encodeAck(ack: Ack): Bytes {
  return canonicalJson({ parcelId: ack.parcelId, deviceId: ack.deviceId });
}

/** Reads an acknowledgement whose signature was checked. Throws `ParcelError` `MALFORMED`. */
export function parseAck(payload: VerifiedPayload): Ack {
  return readDocument(payloadOf(payload, ACK_TYPE), ackShape, 'MALFORMED');
}

/** Whether a receipt is about this parcel of this device: a receipt for another one promises nothing here. */
export function receiptCovers(
  receipt: Receipt,
  parcel: { readonly id: string; readonly header: { deviceId: string; deviceEpoch: number; sequence: number } },
): boolean {
  const { deviceId, deviceEpoch, sequence } = parcel.header;
  return (
    receipt.parcelId === parcel.id &&
    receipt.deviceId === deviceId &&
    receipt.deviceEpoch === deviceEpoch &&
    receipt.sequence === sequence
  );
}

function payloadOf(payload: VerifiedPayload, type: string): Bytes {
  if (payload.payloadType !== type) throw new ParcelError({ code: 'MALFORMED' });
  return payload.bytes;
}
