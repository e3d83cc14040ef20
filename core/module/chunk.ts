import type { Bytes } from '#core/bytes/bytes.ts';
import { matchSha256, type VerifiedBytes } from '#core/crypto/verified-bytes.ts';
import { ModuleError } from './module-error.ts';

export type { VerifiedBytes } from '#core/crypto/verified-bytes.ts';

/** formats/module.md 4.1: every chunk of a file but the last has this size. */
export const CHUNK_BYTES = 1024 * 1024;

/** How many chunks a file of `sizeBytes` has; an empty file has none. */
export function chunkCountOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / CHUNK_BYTES);
}

/** Size in bytes of chunk `index` of a file. Throws `ModuleError` `NO_SUCH_CHUNK` past its end. */
export function chunkSizeBytes(fileSizeBytes: number, index: number): number {
  if (!Number.isInteger(index) || index < 0 || index >= chunkCountOf(fileSizeBytes)) {
    throw new ModuleError({ code: 'NO_SUCH_CHUNK' });
  }
  return Math.min(CHUNK_BYTES, fileSizeBytes - index * CHUNK_BYTES);
}

/**
 * The chunk, now trusted. Throws `ModuleError` `CHUNK_MISMATCH` if its SHA-256 is not the leaf, and `WRONG_LENGTH`
 * if it is longer than any chunk. Bytes are not copied: the caller keeps them to itself.
 */
export async function verifyChunk(bytes: Bytes, expectedHex: string): Promise<VerifiedBytes> {
  if (bytes.length > CHUNK_BYTES) throw new ModuleError({ code: 'WRONG_LENGTH' });
  // formats/module.md 5.4: on import and on every read
  const trusted = await matchSha256(bytes, expectedHex);
  if (!trusted) throw new ModuleError({ code: 'CHUNK_MISMATCH' });
  return trusted;
}
