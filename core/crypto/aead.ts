import { type Bytes, toBytes } from '#core/bytes/bytes.ts';
import { CryptoError } from './crypto-error.ts';

export type { Randomness } from './randomness.ts';

/** Size of the nonce that AES-GCM takes here, in bytes. A nonce never serves twice under one key. */
export const AES_GCM_IV_BYTES = 12;

/** AES-GCM ciphertext with its 16-byte tag at the end; `associatedData` is bound to it but not in it. */
export async function sealAesGcm(
  key: CryptoKey,
  iv: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
): Promise<Bytes> {
  const sealed = await crypto.subtle.encrypt(gcm(iv, associatedData), key, toBytes(plaintext));
  return new Uint8Array(sealed);
}

/** The plaintext. Throws `CryptoError` `BAD_CIPHERTEXT` if key, nonce, ciphertext or associated data differ by a bit. */
export async function openAesGcm(
  key: CryptoKey,
  iv: Uint8Array,
  ciphertext: Uint8Array,
  associatedData: Uint8Array,
): Promise<Bytes> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(gcm(iv, associatedData), key, toBytes(ciphertext)));
  } catch (cause) {
    throw new CryptoError({ code: 'BAD_CIPHERTEXT', cause });
  }
}

/** An AES-GCM key of 16 or 32 raw bytes. */
export function importAesKey(
  raw: Uint8Array,
  extractable = false,
  usages: readonly KeyUsage[] = ['encrypt', 'decrypt'],
): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', toBytes(raw), { name: 'AES-GCM' }, extractable, [...usages]);
}

function gcm(iv: Uint8Array, associatedData: Uint8Array): AesGcmParams {
  if (iv.length !== AES_GCM_IV_BYTES) throw new CryptoError({ code: 'BAD_CIPHERTEXT' });
  return { name: 'AES-GCM', iv: toBytes(iv), additionalData: toBytes(associatedData), tagLength: 128 };
}
