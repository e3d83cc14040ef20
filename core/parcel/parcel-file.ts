import { type Bytes, concatBytes, equalBytes, toBytes, u32be, utf8 } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { DsseError, type Envelope, encodeEnvelope, parseEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { type Header, MAX_PARCEL_BYTES, PARCEL_HEADER_TYPE, parseHeader } from './header.ts';
import { ParcelError } from './parcel-error.ts';

const MAGIC = utf8('leeslicht-parcel-v1\n');
const MAX_ENVELOPE_BYTES = 16 * 1024;

/** A parcel whose header's signature, length and ciphertext hash were checked; its content is still sealed. */
export interface OpenedHeader {
  /** SHA-256 of the header's payload bytes, hex. */
  readonly id: string;
  readonly header: Header;
  readonly ciphertext: Bytes;
}

/** formats/parcel.md 2.1: magic, length of the envelope, envelope, ciphertext. Throws ParcelError TOO_LARGE. */
export function joinParcel(envelope: Envelope, ciphertext: Uint8Array): Bytes {
  const head = encodeEnvelope(envelope);
  const bytes = concatBytes(MAGIC, u32be(head.length), head, ciphertext);
  if (bytes.length > MAX_PARCEL_BYTES) throw new ParcelError({ code: 'TOO_LARGE' });
  return bytes;
}

/** Takes a parcel file apart without believing any of it. Throws ParcelError MALFORMED or TOO_LARGE. */
export function splitParcel(bytes: Uint8Array): { readonly envelope: Envelope; readonly ciphertext: Bytes } {
  if (bytes.length > MAX_PARCEL_BYTES) throw new ParcelError({ code: 'TOO_LARGE' });
  const start = MAGIC.length + 4;
  if (bytes.length < start || !equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) {
    throw new ParcelError({ code: 'MALFORMED' });
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset + MAGIC.length, 4).getUint32(0);
  if (length > MAX_ENVELOPE_BYTES || bytes.length < start + length) throw new ParcelError({ code: 'MALFORMED' });
  try {
    const envelope = parseEnvelope(bytes.subarray(start, start + length));
    return { envelope, ciphertext: toBytes(bytes.subarray(start + length)) };
  } catch (cause) {
    if (cause instanceof DsseError) throw new ParcelError({ code: 'MALFORMED', cause });
    throw cause;
  }
}

/**
 * Checks a parcel as far as one can without the receiver's key: a signature of one of `keys`, and the ciphertext's
 * length and hash. Throws ParcelError MALFORMED, TOO_LARGE, BAD_SIGNATURE, WRONG_SENDER, TRUNCATED or
 * WRONG_CIPHERTEXT.
 */
export async function openHeader(bytes: Uint8Array, keys: readonly Uint8Array[]): Promise<OpenedHeader> {
  const { envelope, ciphertext } = splitParcel(bytes);
  let payload: Bytes;
  let keyIds: readonly string[];
  try {
    ({ bytes: payload, keyIds } = await verifyEnvelope(envelope, { payloadType: PARCEL_HEADER_TYPE, keys }));
  } catch (cause) {
    if (cause instanceof DsseError) throw new ParcelError({ code: 'BAD_SIGNATURE', cause });
    throw cause;
  }
  const header = parseHeader(payload);
  // formats/parcel.md 2.3: the key that signed is the sender that the header names
  if (!keyIds.includes(header.from)) throw new ParcelError({ code: 'WRONG_SENDER' });
  // formats/parcel.md 2.5: nobody can put another ciphertext under a signed header
  if (header.length > ciphertext.length) throw new ParcelError({ code: 'TRUNCATED' });
  if (header.length !== ciphertext.length || header.ciphertextSha256 !== (await sha256Hex(ciphertext))) {
    throw new ParcelError({ code: 'WRONG_CIPHERTEXT' });
  }
  return { id: await sha256Hex(payload), header, ciphertext };
}
