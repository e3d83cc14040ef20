import { fromBase64, toBase64 } from '#core/bytes/base64.ts';
import { type Bytes, BytesError, concatBytes, utf8 } from '#core/bytes/bytes.ts';
import { keyIdOf, verifyEd25519 } from '#core/crypto/ed25519.ts';
import type { Signer } from '#core/crypto/signer.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { array, object, ShapeError, string } from '#core/json/shape.ts';
import { JsonError, parseJson } from '#core/json/strict-json.ts';

/** One signature of an envelope; `keyid` is a hint and decides nothing. */
export interface EnvelopeSignature {
  readonly keyid: string;
  /** Base64 of 64 bytes. */
  readonly sig: string;
}

/** A DSSE 1.0.2 envelope as it travels: unverified. */
export interface Envelope {
  /** Base64 of the signed bytes. */
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly EnvelopeSignature[];
}

declare const verified: unique symbol;

/** A payload whose signatures were checked. Only `verifyEnvelope` makes one. */
export interface VerifiedPayload {
  readonly bytes: Bytes;
  readonly payloadType: string;
  /** Fingerprints of the distinct keys whose signatures hold, in the order of the keys asked for. */
  readonly keyIds: readonly string[];
  readonly [verified]: true;
}

/** Why an envelope is not accepted. */
export type DsseErrorCode = 'MALFORMED' | 'TOO_LARGE' | 'WRONG_TYPE' | 'NOT_ENOUGH_SIGNATURES' | 'BAD_THRESHOLD';

/** An envelope that cannot be read or is not signed as asked. */
export class DsseError extends Error {
  override readonly name = 'DsseError';
  readonly code: DsseErrorCode;

  constructor(options: { code: DsseErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}

/** formats/dsse.md 3.1: more signatures than any policy here asks for are only work for the verifier. */
const MAX_SIGNATURES = 16;
const MAX_ENVELOPE_BYTES = 4 * 1024 * 1024;

const envelopeShape = object(
  {
    required: {
      payload: string({ maxLength: MAX_ENVELOPE_BYTES }),
      payloadType: string({ minLength: 1, maxLength: 200 }),
      signatures: array(
        object(
          { required: { sig: string({ maxLength: 200 }) }, optional: { keyid: string({ maxLength: 200 }) } },
          {
            unknownKeys: 'ignore',
          },
        ),
        { min: 1, max: MAX_SIGNATURES },
      ),
    },
  },
  { unknownKeys: 'ignore' },
);

/** DSSE's pre-authentication encoding: what is really signed (formats/dsse.md 2.1). */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Bytes {
  const type = utf8(payloadType);
  return concatBytes(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}

/** Signs a payload once with each signer. */
export async function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly Signer[],
): Promise<Envelope> {
  const message = preAuthEncoding(payloadType, payload);
  const signatures: EnvelopeSignature[] = [];
  for (const signer of signers) signatures.push({ keyid: signer.keyId, sig: toBase64(await signer.sign(message)) });
  return { payload: toBase64(payload), payloadType, signatures };
}

/** Reads an envelope from JSON bytes of at most 4 MiB. Throws `DsseError` `MALFORMED` or `TOO_LARGE`. */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length > MAX_ENVELOPE_BYTES) throw new DsseError({ code: 'TOO_LARGE' });
  try {
    const { payload, payloadType, signatures } = envelopeShape(parseJson(bytes), '');
    fromBase64(payload);
    return { payload, payloadType, signatures: signatures.map(({ keyid, sig }) => ({ keyid: keyid ?? '', sig })) };
  } catch (cause) {
    if (cause instanceof JsonError || cause instanceof ShapeError || cause instanceof BytesError) {
      throw new DsseError({ code: 'MALFORMED', cause });
    }
    throw cause;
  }
}

/** The envelope as JSON bytes, the same for the same envelope. */
export function encodeEnvelope(envelope: Envelope): Bytes {
  const { payload, payloadType, signatures } = envelope;
  return canonicalJson({ payload, payloadType, signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig })) });
}

/**
 * The payload, if it is of `payloadType` and at least `threshold` (1) distinct `keys` signed it. Throws `DsseError`.
 * Keys are 32-byte Ed25519 public keys that the caller trusts for this purpose.
 */
export async function verifyEnvelope(
  envelope: Envelope,
  policy: { readonly payloadType: string; readonly keys: readonly Uint8Array[]; readonly threshold?: number },
): Promise<VerifiedPayload> {
  const threshold = policy.threshold ?? 1;
  // formats/dsse.md 3.2: a threshold of zero would accept an unsigned payload
  if (!Number.isSafeInteger(threshold) || threshold < 1) throw new DsseError({ code: 'BAD_THRESHOLD' });
  // formats/dsse.md 3.3: a payload signed for one purpose never serves another
  if (envelope.payloadType !== policy.payloadType) throw new DsseError({ code: 'WRONG_TYPE' });
  if (envelope.signatures.length > MAX_SIGNATURES) throw new DsseError({ code: 'MALFORMED' });
  const payload = decodeBase64(envelope.payload);
  const signatures = envelope.signatures.map(({ keyid, sig }) => ({ keyid, bytes: decodeBase64(sig) }));
  const message = preAuthEncoding(envelope.payloadType, payload);
  // formats/dsse.md 3.4: keys are counted, not signatures, so one key never counts twice
  const keyIds = new Set<string>();
  for (const key of policy.keys) {
    const keyId = await keyIdOf(key);
    if (!keyIds.has(keyId) && (await isSignedBy(key, keyId, message, signatures))) keyIds.add(keyId);
  }
  const result = { bytes: payload, payloadType: envelope.payloadType, keyIds: [...keyIds] };
  if (!isVerified(result, keyIds.size >= threshold)) throw new DsseError({ code: 'NOT_ENOUGH_SIGNATURES' });
  return result;
}

async function isSignedBy(
  key: Uint8Array,
  keyId: string,
  message: Bytes,
  signatures: readonly { readonly keyid: string; readonly bytes: Bytes }[],
): Promise<boolean> {
  // formats/dsse.md 3.5: the hint only orders the tries
  const hinted = signatures.filter((signature) => signature.keyid === keyId);
  const others = signatures.filter((signature) => signature.keyid !== keyId);
  for (const signature of [...hinted, ...others]) {
    if (await verifyEd25519(key, message, signature.bytes)) return true;
  }
  return false;
}

function isVerified(
  payload: Omit<VerifiedPayload, typeof verified>,
  signaturesHold: boolean,
): payload is VerifiedPayload {
  return signaturesHold && payload.keyIds.length > 0;
}

function decodeBase64(text: string): Bytes {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new DsseError({ code: 'MALFORMED', cause });
  }
}
