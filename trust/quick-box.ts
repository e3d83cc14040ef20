import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { identityToRecipient } from 'age-encryption';
import { type Bytes, toBytes } from '#core/bytes/bytes.ts';
import { ParcelError } from '#core/parcel/parcel-error.ts';

/** Stands where `core/parcel/age.ts` stands, for runs by the thousand: a secret-key box keyed by the receiver's name. */
const recipients = new Map<string, string>();

const keyOf = (recipient: string): Buffer => createHash('sha256').update(`quick box ${recipient}`).digest();

/** Seals for one receiver; every call gives other bytes. */
export async function ageEncrypt(plaintext: Uint8Array, recipient: string): Promise<Bytes> {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(recipient), iv);
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return toBytes(Buffer.concat([iv, cipher.getAuthTag(), body]));
}

/** Opens what was sealed for this identity. Throws ParcelError CANNOT_DECRYPT. */
export async function ageDecrypt(ciphertext: Uint8Array, identity: string): Promise<Bytes> {
  const recipient = recipients.get(identity) ?? (await identityToRecipient(identity));
  recipients.set(identity, recipient);
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(recipient), ciphertext.subarray(0, 12));
    decipher.setAuthTag(ciphertext.subarray(12, 28));
    return toBytes(Buffer.concat([decipher.update(ciphertext.subarray(28)), decipher.final()]));
  } catch (cause) {
    throw new ParcelError({ code: 'CANNOT_DECRYPT', cause });
  }
}
