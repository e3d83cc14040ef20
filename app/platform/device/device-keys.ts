import { type Bytes, toBytes, utf8 } from '#core/bytes/bytes.ts';
import { importAesKey, openAesGcm, sealAesGcm } from '#core/crypto/aead.ts';
import { detectEd25519 } from '#core/crypto/ed25519.ts';
import { type Signer, signerFromCryptoKey, signerFromSeed } from '#core/crypto/signer.ts';
import type { KeyLevel } from '../platform.ts';
import { randomBytes } from './random.ts';

/** A secret that WebCrypto cannot hold as a key: encrypted by a key that it does hold. */
export interface WrappedSecret {
  readonly iv: Bytes;
  readonly ciphertext: Bytes;
}

/** The device's keys as they lie in the database. */
export interface DeviceKeys {
  readonly publicKey: Bytes;
  readonly ageRecipient: string;
  readonly wrappingKey: CryptoKey;
  readonly signing: CryptoKey | WrappedSecret;
  readonly age: CryptoKey | WrappedSecret;
}

/** The device's keys in use. */
export interface OpenKeys {
  readonly signer: Signer;
  readonly deviceId: string;
  readonly ageRecipient: string;
  readonly ageIdentity: CryptoKey | string;
  readonly level: KeyLevel;
}

const SIGNING = utf8('leeslicht-device-signing-v1');
const AGE = utf8('leeslicht-device-age-v1');

/** Makes new keys: non-extractable ones where this browser can, else secrets wrapped by a non-extractable AES key. */
export async function makeDeviceKeys(): Promise<DeviceKeys> {
  const wrappingKey = await importAesKey(randomBytes(32));
  const [signing, age] = await Promise.all([makeSigning(wrappingKey), makeAge(wrappingKey)]);
  return { wrappingKey, signing: signing.key, publicKey: signing.publicKey, age: age.key, ageRecipient: age.recipient };
}

/** Opens stored keys for signing and for reading parcels. */
export async function openDeviceKeys(keys: DeviceKeys): Promise<OpenKeys> {
  const signer =
    keys.signing instanceof CryptoKey
      ? await signerFromCryptoKey(keys.signing, keys.publicKey)
      : await signerFromSeed(await unwrap(keys.wrappingKey, keys.signing, SIGNING));
  const ageIdentity =
    keys.age instanceof CryptoKey ? keys.age : new TextDecoder().decode(await unwrap(keys.wrappingKey, keys.age, AGE));
  const isHeld = keys.signing instanceof CryptoKey && keys.age instanceof CryptoKey;
  return {
    signer,
    deviceId: signer.keyId.slice(0, 32),
    ageRecipient: keys.ageRecipient,
    ageIdentity,
    level: isHeld ? 'non-extractable' : 'wrapped',
  };
}

async function makeSigning(wrappingKey: CryptoKey): Promise<{ key: CryptoKey | WrappedSecret; publicKey: Bytes }> {
  if ((await detectEd25519()) === 'webcrypto') {
    const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
    if ('privateKey' in pair) {
      return { key: pair.privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) };
    }
  }
  const seed = randomBytes(32);
  const { publicKey } = await signerFromSeed(seed, 'tweetnacl');
  return { key: await wrap(wrappingKey, seed, SIGNING), publicKey: toBytes(publicKey) };
}

async function makeAge(wrappingKey: CryptoKey): Promise<{ key: CryptoKey | WrappedSecret; recipient: string }> {
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const key = await makeX25519();
  if (key) return { key: key.privateKey, recipient: await recipientOf(key.publicKey) };
  const identity = await generateX25519Identity();
  return { key: await wrap(wrappingKey, utf8(identity), AGE), recipient: await identityToRecipient(identity) };
}

async function recipientOf(publicKey: CryptoKey): Promise<string> {
  const { x25519Recipient } = await import('#core/parcel/age.ts');
  return x25519Recipient(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)));
}

async function makeX25519(): Promise<CryptoKeyPair | undefined> {
  try {
    const pair = await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']);
    return 'privateKey' in pair ? pair : undefined;
  } catch (cause) {
    // Older browsers do not know X25519: the wrapped secret takes its place, and the level says so.
    if (cause instanceof DOMException && cause.name === 'NotSupportedError') return undefined;
    throw cause;
  }
}

async function wrap(key: CryptoKey, secret: Bytes, purpose: Bytes): Promise<WrappedSecret> {
  const iv = randomBytes(12);
  return { iv, ciphertext: await sealAesGcm(key, iv, secret, purpose) };
}

function unwrap(key: CryptoKey, secret: WrappedSecret, purpose: Bytes): Promise<Bytes> {
  return openAesGcm(key, secret.iv, secret.ciphertext, purpose);
}
