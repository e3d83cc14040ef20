import { createHash } from 'node:crypto';
import { type Bytes, toBytes } from '#core/bytes/bytes.ts';

/** SHA-256 as `core/crypto/digest.ts` has it, without a thread for each: for runs by the thousand. */
export async function sha256(bytes: Uint8Array): Promise<Bytes> {
  return toBytes(createHash('sha256').update(bytes).digest());
}

/** The same in hex. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-512 in hex. */
export async function sha512Hex(bytes: Uint8Array): Promise<string> {
  return createHash('sha512').update(bytes).digest('hex');
}
