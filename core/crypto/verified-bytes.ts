import type { Bytes } from '#core/bytes/bytes.ts';
import { sha256Hex } from './digest.ts';

declare const verified: unique symbol;

/** Bytes whose SHA-256 was compared with a signed one. Only this file makes them. */
export type VerifiedBytes = Bytes & { readonly [verified]: true };

/**
 * The same bytes, now trusted, if their SHA-256 is `expectedHex`; otherwise undefined.
 * The caller keeps the array to itself while this runs: it is not copied.
 */
export async function matchSha256(bytes: Bytes, expectedHex: string): Promise<VerifiedBytes | undefined> {
  const digestHex = await sha256Hex(bytes);
  return isVerified(bytes, digestHex === expectedHex) ? bytes : undefined;
}

function isVerified(_bytes: Bytes, digestMatches: boolean): _bytes is VerifiedBytes {
  return digestMatches;
}
