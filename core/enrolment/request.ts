import { fromBase64 } from '#core/bytes/base64.ts';
import type { Bytes } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { type Envelope, type VerifiedPayload, verifyEnvelope } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { literal, object, string } from '#core/json/shape.ts';
import { ageRecipient, hex256, id128 } from '#core/licence/identifiers.ts';
import { EnrolmentError } from './enrolment-error.ts';
import { readDocument } from './read-document.ts';

/** DSSE payload type of an enrolment request, signed with the very key it names. */
export const ENROLMENT_REQUEST_TYPE = 'application/vnd.leeslicht.enrolment-request+json';

/** What a device says of itself when it asks to be enrolled. */
export interface EnrolmentRequest {
  /** Ed25519, 32 bytes in hex. */
  readonly signingKey: string;
  readonly ageRecipient: string;
  /** 16 random bytes in hex. */
  readonly deviceNonce: string;
  /** SHA-256 of the root metadata that the device starts from. */
  readonly rootSha256: string;
  /** How well the keys are kept. Non-extractable never means that they cannot be copied. */
  readonly keyLevel: 'non-extractable' | 'wrapped';
  readonly language: 'nl' | 'en';
  readonly userAgent: string;
}

const requestShape = object(
  {
    required: {
      signingKey: hex256,
      ageRecipient,
      deviceNonce: id128,
      rootSha256: hex256,
      keyLevel: literal('non-extractable', 'wrapped'),
      language: literal('nl', 'en'),
      userAgent: string({ maxLength: 1000 }),
    },
  },
  { unknownKeys: 'ignore' },
);

/** Payload bytes of a request. */
export function encodeEnrolmentRequest(request: EnrolmentRequest): Bytes {
  return canonicalJson({ ...request });
}

/** Reads a request whose signature was checked. Throws `EnrolmentError` `MALFORMED`. */
export function parseEnrolmentRequest(payload: VerifiedPayload): EnrolmentRequest {
  if (payload.payloadType !== ENROLMENT_REQUEST_TYPE) throw new EnrolmentError({ code: 'MALFORMED' });
  return read(payload.bytes);
}

/**
 * Verifies a request with the key inside it: proof that the asker holds that key, and nothing more; the six words tie
 * it to the person in the room. Throws `EnrolmentError` `MALFORMED`, or `DsseError`.
 */
export async function openEnrolmentRequest(envelope: Envelope): Promise<EnrolmentRequest> {
  const claimed = read(fromBase64(envelope.payload));
  const keys = [fromHex(claimed.signingKey)];
  return parseEnrolmentRequest(await verifyEnvelope(envelope, { payloadType: ENROLMENT_REQUEST_TYPE, keys }));
}

function read(bytes: Uint8Array): EnrolmentRequest {
  return readDocument(bytes, requestShape, 16 * 1024);
}
