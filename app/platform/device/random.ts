import type { Bytes } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';

/** The browser's own randomness, as core asks for it. */
export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** A random 128-bit id in hex, as items and records carry. */
export function randomId(): string {
  return toHex(randomBytes(16));
}
