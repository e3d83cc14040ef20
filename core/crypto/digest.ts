import { type Bytes, toBytes } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';

/** SHA-256 (FIPS 180-4) through WebCrypto: 32 bytes. */
export async function sha256(bytes: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', toBytes(bytes)));
}

/** SHA-256 as 64 lower-case hexadecimal digits. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  return toHex(await sha256(bytes));
}

/** SHA-512 (FIPS 180-4) as 128 lower-case hexadecimal digits: for repositories of others, which may announce it. */
export async function sha512Hex(bytes: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-512', toBytes(bytes))));
}
