import type { Bytes } from '#core/bytes/bytes.ts';
import { sha256Hex, sha512Hex } from './digest.ts';

declare const verified: unique symbol;

/** The digests that were announced for a file, as lower-case hexadecimal. */
export interface FileHashes {
  readonly sha256: string | undefined;
  readonly sha512: string | undefined;
}

/** Bytes whose digest was compared with a signed one. Only this file makes them. */
export type VerifiedBytes = Bytes & { readonly [verified]: true };

/**
 * The same bytes, now trusted, if their SHA-256 is `expectedHex`; otherwise undefined.
 * The caller keeps the array to itself while this runs: it is not copied.
 */
export function matchSha256(bytes: Bytes, expectedHex: string): Promise<VerifiedBytes | undefined> {
  return matchHashes(bytes, { sha256: expectedHex, sha512: undefined });
}

/** The same for all announced digests: each must match, and where none is announced nothing does. */
export async function matchHashes(bytes: Bytes, expected: FileHashes): Promise<VerifiedBytes | undefined> {
  const { sha256, sha512 } = expected;
  const isAnnounced = sha256 !== undefined || sha512 !== undefined;
  const isSha256 = sha256 === undefined || sha256 === (await sha256Hex(bytes));
  const isSha512 = sha512 === undefined || sha512 === (await sha512Hex(bytes));
  return isVerified(bytes, isAnnounced && isSha256 && isSha512) ? bytes : undefined;
}

function isVerified(_bytes: Bytes, digestMatches: boolean): _bytes is VerifiedBytes {
  return digestMatches;
}
