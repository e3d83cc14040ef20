import { Decrypter, Encrypter } from 'age-encryption';
import { toBytes } from '#core/bytes/bytes.ts';

/** An age v1 file for one recipient. In a lazy chunk: age is the largest thing the app carries. */
export async function ageEncrypt(plaintext: Uint8Array, recipient: string): Promise<Uint8Array<ArrayBuffer>> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return toBytes(await encrypter.encrypt(plaintext));
}

/** Opens an age v1 file with this device's identity. Throws what age throws if it is not for this device. */
export async function ageDecrypt(file: Uint8Array, identity: CryptoKey | string): Promise<Uint8Array<ArrayBuffer>> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return toBytes(await decrypter.decrypt(file));
}
