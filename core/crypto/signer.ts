import { fromBase64Url } from '#core/bytes/base64.ts';
import { type Bytes, toBytes } from '#core/bytes/bytes.ts';
import { CryptoError } from './crypto-error.ts';
import {
  detectEd25519,
  ED25519_KEY_BYTES,
  type Ed25519Backend,
  importSeed,
  keyIdOf,
  loadTweetnacl,
  parsePublicKey,
} from './ed25519.ts';

/** Whatever holds an Ed25519 secret: a key in memory, a non-extractable browser key, later a token. */
export interface Signer {
  /** The 32-byte public key. */
  readonly publicKey: Uint8Array;
  /** Its fingerprint, see `keyIdOf`. */
  readonly keyId: string;
  /** The 64-byte signature over exactly these bytes. */
  sign(message: Uint8Array): Promise<Bytes>;
}

/** A signer of a 32-byte secret seed (RFC 8032 section 5.1.5). Throws `CryptoError` `BAD_SEED` on any other length. */
export async function signerFromSeed(seed: Uint8Array, backend?: Ed25519Backend): Promise<Signer> {
  if (seed.length !== ED25519_KEY_BYTES) throw new CryptoError({ code: 'BAD_SEED' });
  if ((backend ?? (await detectEd25519())) === 'webcrypto') {
    // Only an extractable key tells its public half; the key that signs cannot be read out again.
    const { x } = await crypto.subtle.exportKey('jwk', await importSeed(seed, true));
    if (x === undefined) throw new CryptoError({ code: 'BAD_SEED' });
    return signerFromCryptoKey(await importSeed(seed, false), fromBase64Url(x));
  }
  const nacl = await loadTweetnacl();
  const pair = nacl.sign.keyPair.fromSeed(Uint8Array.from(seed));
  return {
    publicKey: pair.publicKey,
    keyId: await keyIdOf(pair.publicKey),
    sign: async (message) => toBytes(nacl.sign.detached(message, pair.secretKey)),
  };
}

/** A signer of a WebCrypto Ed25519 key, which may be non-extractable, and the public key that belongs to it. */
export async function signerFromCryptoKey(privateKey: CryptoKey, publicKey: Uint8Array): Promise<Signer> {
  const parsed = parsePublicKey(publicKey);
  return {
    publicKey: parsed,
    keyId: await keyIdOf(parsed),
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, privateKey, toBytes(message))),
  };
}
