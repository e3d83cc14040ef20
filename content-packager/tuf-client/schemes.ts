import { fromBase64 } from '#core/bytes/base64.ts';
import { type Bytes, toBytes } from '#core/bytes/bytes.ts';
import { isJsonObject, type JsonValue } from '#core/json/json-value.ts';
import { ED25519_ONLY, type MetadataVerifiers, type Profile, type SignatureScheme } from '#core/repository/profile.ts';

const RSA_MIN_BITS = 2048;

/** TUF 4.2.2 `rsassa-pss-sha256`: RFC 8017 8.1 with MGF1 of SHA-256 and a salt as long as the hash. */
const rsaPss = spkiScheme(
  { name: 'RSA-PSS', hash: 'SHA-256' },
  (key) => 'modulusLength' in key.algorithm && Number(key.algorithm.modulusLength) >= RSA_MIN_BITS,
  (key, message, signature) => crypto.subtle.verify({ name: 'RSA-PSS', saltLength: 32 }, key, signature, message),
);

/** TUF 4.2.2 `ecdsa-sha2-nistp256`: signatures come as DER (RFC 3279 2.2.3), WebCrypto takes r and s side by side. */
const ecdsaP256 = spkiScheme(
  { name: 'ECDSA', namedCurve: 'P-256' },
  () => true,
  async (key, message, signature) => {
    const raw = rawEcdsaSignature(signature, 32);
    return raw !== undefined && crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, message);
  },
);

/** Every scheme that the specification names; older repositories write ECDSA's key type as its scheme. */
export const SPECIFICATION_VERIFIERS: MetadataVerifiers = new Map([
  ...ED25519_ONLY,
  ['rsa/rsassa-pss-sha256', rsaPss],
  ['ecdsa/ecdsa-sha2-nistp256', ecdsaP256],
  ['ecdsa-sha2-nistp256/ecdsa-sha2-nistp256', ecdsaP256],
]);

/** Any repository that TUF 1.0.34 allows. */
export const SPECIFICATION: Profile = { rules: 'specification', verifiers: SPECIFICATION_VERIFIERS };

/** A scheme whose public keys are PEM (RFC 7468) of a SubjectPublicKeyInfo. A key that cannot be read never counts. */
function spkiScheme(
  algorithm: RsaHashedImportParams | EcKeyImportParams,
  isStrong: (key: CryptoKey) => boolean,
  verify: (key: CryptoKey, message: Bytes, signature: Bytes) => Promise<boolean>,
): SignatureScheme {
  return (keyval) => {
    let imported: Promise<CryptoKey | undefined> | undefined;
    return async (message, signature) => {
      imported ??= importSpki(keyval, algorithm).catch(() => undefined);
      const key = await imported;
      return key !== undefined && isStrong(key) && verify(key, toBytes(message), toBytes(signature));
    };
  };
}

async function importSpki(keyval: JsonValue, algorithm: RsaHashedImportParams | EcKeyImportParams): Promise<CryptoKey> {
  const pem = isJsonObject(keyval) ? keyval['public'] : undefined;
  const [, base64 = ''] =
    /^\s*-----BEGIN PUBLIC KEY-----\s([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(String(pem)) ?? [];
  return crypto.subtle.importKey('spki', fromBase64(base64.replace(/\s/g, '')), algorithm, false, ['verify']);
}

/** `SEQUENCE { INTEGER r, INTEGER s }` in DER as two numbers of `size` bytes; undefined for anything else. */
export function rawEcdsaSignature(der: Uint8Array, size: number): Bytes | undefined {
  const raw = new Uint8Array(2 * size);
  // Both numbers fit in one length byte, so the longer forms are never DER here.
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 127) return undefined;
  let at = 2;
  for (const end of [size, 2 * size]) {
    const length = der[at + 1] ?? 0;
    const number = der.subarray(at + 2, at + 2 + length);
    const [first = 0x80, second = 0] = number;
    const isMinimal = first < 0x80 && (first !== 0 || number.length === 1 || second >= 0x80);
    if (der[at] !== 0x02 || number.length !== length || !isMinimal) return undefined;
    const digits = first === 0 ? number.subarray(1) : number;
    if (digits.length > size) return undefined;
    raw.set(digits, end - digits.length);
    at += 2 + length;
  }
  return at === der.length ? raw : undefined;
}
