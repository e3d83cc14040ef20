import { toBytes } from '#core/bytes/bytes.ts';
import { matchSha256, type VerifiedBytes } from '#core/crypto/verified-bytes.ts';
import { ModuleError } from './module-error.ts';

/** How long every chunk of a resource is, except the last one, which may be shorter. */
export const CHUNK_BYTES = 1024 * 1024;

/** How many chunks a file of `sizeBytes` has; an empty file has none. */
export function chunkCountOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / CHUNK_BYTES);
}

/** How many bytes chunk `index` of a file of `sizeBytes` has. */
export function chunkLength(sizeBytes: number, index: number): number {
  return Math.max(0, Math.min(CHUNK_BYTES, sizeBytes - index * CHUNK_BYTES));
}

/** formats/module.md 4.1: hashes a chunk before its bytes reach anything. Throws ModuleError CHUNK_MISMATCH. */
export async function verifyChunk(bytes: Uint8Array, expectedHex: string): Promise<VerifiedBytes> {
  const chunk = bytes.length <= CHUNK_BYTES ? await matchSha256(toBytes(bytes), expectedHex) : undefined;
  if (!chunk) throw new ModuleError({ code: 'CHUNK_MISMATCH', detail: expectedHex });
  return chunk;
}
