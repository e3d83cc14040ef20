import { Decrypter, Encrypter } from 'age-encryption';
import { type Bytes, fromUtf8, toBytes } from '#core/bytes/bytes.ts';
import { toBech32 } from './bech32.ts';
import { ParcelError } from './parcel-error.ts';

/** A device's non-extractable X25519 key, or `AGE-SECRET-KEY-1…`. */
export type AgeIdentity = CryptoKey | string;

/** formats/parcel.md 4.2: a header with one X25519 stanza has 200 bytes; more is only work for the reader. */
const MAX_HEADER_BYTES = 1024;

/** An X25519 header and nothing else: version, one stanza with one body line of 32 bytes, MAC. */
const HEADER = /^age-encryption\.org\/v1\n-> X25519 [A-Za-z0-9+/]{43}\n[A-Za-z0-9+/]{43}\n--- [A-Za-z0-9+/]{43}\n$/;

/** The age recipient (`age1…`) of a raw X25519 public key. Throws ParcelError BAD_RECIPIENT unless it is 32 bytes. */
export function x25519Recipient(publicKey: Uint8Array): string {
  if (publicKey.length !== 32) throw new ParcelError({ code: 'BAD_RECIPIENT' });
  return toBech32('age', publicKey);
}

/** Encrypts to one X25519 recipient (`age1…`), in the age v1 format. Every call gives other bytes. */
export async function ageEncrypt(plaintext: Uint8Array, recipient: string): Promise<Bytes> {
  const encrypter = new Encrypter();
  try {
    // formats/parcel.md 4.1: X25519 only, though the library knows other kinds
    if (recipient.length !== 62) throw new ParcelError({ code: 'BAD_RECIPIENT' });
    encrypter.addRecipient(recipient);
  } catch (cause) {
    throw cause instanceof ParcelError ? cause : new ParcelError({ code: 'BAD_RECIPIENT', cause });
  }
  return toBytes(await encrypter.encrypt(plaintext));
}

/**
 * Decrypts an age v1 file with exactly one X25519 stanza and a short header (formats/parcel.md 4.2).
 * Throws ParcelError BAD_AGE_HEADER or CANNOT_DECRYPT.
 */
export async function ageDecrypt(ciphertext: Uint8Array, identity: AgeIdentity): Promise<Bytes> {
  requirePlainHeader(ciphertext);
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(identity);
    return toBytes(await decrypter.decrypt(ciphertext));
  } catch (cause) {
    throw new ParcelError({ code: 'CANNOT_DECRYPT', cause });
  }
}

function requirePlainHeader(ciphertext: Uint8Array): void {
  const start = ciphertext.subarray(0, MAX_HEADER_BYTES);
  const end = endOfHeader(start);
  let header: string;
  try {
    header = fromUtf8(start.subarray(0, end));
  } catch (cause) {
    throw new ParcelError({ code: 'BAD_AGE_HEADER', cause });
  }
  if (!HEADER.test(header)) throw new ParcelError({ code: 'BAD_AGE_HEADER' });
}

/** Where the line that begins with `---` ends: what follows is not text. */
function endOfHeader(bytes: Uint8Array): number {
  for (let at = 0; at + 3 < bytes.length; at += 1) {
    if (bytes[at] === 0x0a && bytes[at + 1] === 0x2d && bytes[at + 2] === 0x2d && bytes[at + 3] === 0x2d) {
      const end = bytes.indexOf(0x0a, at + 4);
      if (end >= 0) return end + 1;
    }
  }
  throw new ParcelError({ code: 'BAD_AGE_HEADER' });
}
