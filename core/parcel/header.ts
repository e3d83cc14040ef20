import type { Bytes } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { integer, literal, nullable, object } from '#core/json/shape.ts';
import { hex256, id128, siteId } from '#core/licence/identifiers.ts';
import { readDocument } from './read-document.ts';

/** DSSE payload type of a parcel's header. */
export const PARCEL_HEADER_TYPE = 'application/vnd.leeslicht.parcel-header+json';

/** The largest parcel file, in bytes; more work goes in more parcels. */
export const MAX_PARCEL_BYTES = 16 * 1024 * 1024;

/** What the encrypted manifest repeats: everything that is known before encryption (formats/parcel.md 3.1). */
export interface HeaderFields {
  /** `up`: from device to station. */
  readonly direction: 'up' | 'down';
  /** Fingerprint of the sender's signing key; for a station its receipt key. */
  readonly from: string;
  /** Fingerprint of the receiver's signing key; for a station its receipt key. */
  readonly to: string;
  readonly siteId: string;
  readonly deviceId: string;
  readonly deviceEpoch: number;
  readonly stationEpoch: number;
  /** From 1, in each direction and device epoch. */
  readonly sequence: number;
  /** Id of the parcel before it; null for the first. */
  readonly previous: string | null;
}

/** The signed header in front of the ciphertext. */
export interface Header extends HeaderFields {
  /** Of the ciphertext, in bytes. */
  readonly length: number;
  readonly ciphertextSha256: string;
}

const fields = {
  direction: literal('up', 'down'),
  from: hex256,
  to: hex256,
  siteId,
  deviceId: id128,
  deviceEpoch: integer({ min: 1 }),
  stationEpoch: integer({ min: 0 }),
  sequence: integer({ min: 1 }),
  previous: nullable(hex256),
};

/** Shape of the header as the encrypted manifest repeats it: exactly these members. */
export const headerFieldsShape = object({ required: fields });

const headerShape = object({
  required: { ...fields, length: integer({ min: 1, max: MAX_PARCEL_BYTES }), ciphertextSha256: hex256 },
});

/** Reads a header's payload bytes. Throws `ParcelError` `MALFORMED`. */
export function parseHeader(bytes: Uint8Array): Header {
  return readDocument(bytes, headerShape, 'MALFORMED');
}

/** The payload bytes of a header. */
export function encodeHeader(header: Header): Bytes {
  const { length, ciphertextSha256 } = header;
  return canonicalJson({ ...headerFieldsOf(header), length, ciphertextSha256 });
}

/** Exactly the fields that the encrypted manifest repeats. */
export function headerFieldsOf(header: HeaderFields) {
  const { direction, from, to, deviceId, deviceEpoch, stationEpoch, sequence, previous } = header;
  return { direction, from, to, siteId: header.siteId, deviceId, deviceEpoch, stationEpoch, sequence, previous };
}

/** A parcel's id: SHA-256 of its header's payload bytes, never of a signature (formats/parcel.md 2.4). */
export function parcelIdOf(headerPayload: Uint8Array): Promise<string> {
  return sha256Hex(headerPayload);
}
