import { type Bytes, concatBytes, toBytes } from '#core/bytes/bytes.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { CryptoError } from './crypto-error.ts';
import { sha256Hex } from './digest.ts';
import { isReducedScalar, isStrictPoint } from './ed25519-points.ts';

export { CryptoError, type CryptoErrorCode } from './crypto-error.ts';

declare const publicKeyBrand: unique symbol;

/** 32 bytes that are a canonical Ed25519 point outside the low-order ones. */
export type PublicKey = Bytes & { readonly [publicKeyBrand]: true };

/** Who does the curve arithmetic: the browser, or JavaScript where the browser cannot. */
export type Ed25519Backend = 'webcrypto' | 'tweetnacl';

/** Size of a public key and of a seed, in bytes. */
export const ED25519_KEY_BYTES = 32;
/** Size of a signature, in bytes. */
export const ED25519_SIGNATURE_BYTES = 64;

const ALGORITHM = { name: 'Ed25519' };
/** RFC 8410 section 7: the fixed part of a PKCS #8 private key before its 32-byte seed. */
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420');
const PROBE_SEED = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
const PROBE_KEY = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
const PROBE_SIGNATURE = fromHex(
  'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
);

/** Throws `CryptoError` `BAD_PUBLIC_KEY` unless the bytes are a key that only a secret's holder can sign for. */
export function parsePublicKey(bytes: Uint8Array): PublicKey {
  const copy = new Uint8Array(bytes);
  if (!isPublicKey(copy)) throw new CryptoError({ code: 'BAD_PUBLIC_KEY' });
  return copy;
}

function isPublicKey(bytes: Bytes): bytes is PublicKey {
  return isStrictPoint(bytes);
}

/** The key as TUF metadata writes it (specification 4.2), of which the key id is the hash. */
export function keyObjectOf(publicKey: Uint8Array): {
  readonly keytype: 'ed25519';
  readonly scheme: 'ed25519';
  readonly keyval: { readonly public: string };
} {
  return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: toHex(publicKey) } };
}

/** The key's fingerprint, used in TUF, DSSE and parcels alike: 64 hexadecimal digits (formats/repository.md 2.2). */
export function keyIdOf(publicKey: Uint8Array): Promise<string> {
  return sha256Hex(canonicalJson({ ...keyObjectOf(publicKey) }));
}

let detected: Promise<Ed25519Backend> | undefined;

/** Finds out, once, whether this WebCrypto signs and verifies Ed25519 correctly; `tweetnacl` if it does not. */
export function detectEd25519(): Promise<Ed25519Backend> {
  detected ??= probeWebCrypto();
  return detected;
}

async function probeWebCrypto(): Promise<Ed25519Backend> {
  try {
    const key = await importPublicKey(PROBE_KEY);
    const isRight = await crypto.subtle.verify(ALGORITHM, key, PROBE_SIGNATURE, new Uint8Array());
    const isWrong = await crypto.subtle.verify(ALGORITHM, key, PROBE_SIGNATURE, new Uint8Array(1));
    const privateKey = await importSeed(PROBE_SEED, false);
    await crypto.subtle.sign(ALGORITHM, privateKey, new Uint8Array());
    return isRight && !isWrong ? 'webcrypto' : 'tweetnacl';
  } catch {
    // An engine without Ed25519 throws NotSupportedError, some throw others: all of them mean "use the fallback".
    return 'tweetnacl';
  }
}

/**
 * Whether `signature` over `message` was made with the secret of `publicKey`. Stricter than RFC 8032 and the same on
 * both back ends: keys and R of low order or in a second spelling, and S of L or more, are never valid.
 */
export function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  backend?: Ed25519Backend,
): Promise<boolean> {
  return ed25519Verifier(publicKey, backend)(message, signature);
}

/** `verifyEd25519` for many signatures of one key, which is checked and imported once only. */
export function ed25519Verifier(
  publicKey: Uint8Array,
  backend?: Ed25519Backend,
): (message: Uint8Array, signature: Uint8Array) => Promise<boolean> {
  const key = new Uint8Array(publicKey);
  let isSoundKey: boolean | undefined;
  let imported: Promise<CryptoKey | undefined> | undefined;
  return async (message, signature) => {
    // formats/repository.md 2.3: what the back ends disagree about is refused before either of them looks
    isSoundKey ??= key.length === ED25519_KEY_BYTES && isStrictPoint(key);
    if (!isSoundKey || signature.length !== ED25519_SIGNATURE_BYTES) return false;
    if (!isStrictPoint(signature.subarray(0, 32)) || !isReducedScalar(signature.subarray(32))) return false;
    if ((backend ?? (await detectEd25519())) === 'tweetnacl') {
      const nacl = await loadTweetnacl();
      return nacl.sign.detached.verify(message, signature, key);
    }
    // Some engines refuse bytes that are no point on the curve at import, others at verify: both mean "not valid".
    imported ??= importPublicKey(key).catch(() => undefined);
    const cryptoKey = await imported;
    return cryptoKey !== undefined && crypto.subtle.verify(ALGORITHM, cryptoKey, toBytes(signature), toBytes(message));
  };
}

function importPublicKey(publicKey: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', toBytes(publicKey), ALGORITHM, false, ['verify']);
}

/** A WebCrypto private key of a 32-byte seed; only for engines where `detectEd25519` says `webcrypto`. */
export function importSeed(seed: Uint8Array, extractable: boolean): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', concatBytes(PKCS8_PREFIX, seed), ALGORITHM, extractable, ['sign']);
}

/** Loads the JavaScript fallback, which stays out of the first download of an engine that does not need it. */
export async function loadTweetnacl(): Promise<typeof import('tweetnacl')> {
  return (await import('./nacl.ts')).nacl;
}
