import { concatBytes, toBytes, u32be, u64be, utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { matchSha256 } from '#core/crypto/verified-bytes.ts';
import { CHUNK_BYTES } from './chunk.ts';
import type { Manifest, ModuleFile } from './manifest.ts';
import { ModuleError } from './module-error.ts';

/** Size of a leaf: one SHA-256. */
export const LEAF_BYTES = 32;

/** The leaves of a module, checked against its manifest. */
export interface LeafTable {
  /** SHA-256 of chunk `index` of a file, hexadecimal. Throws `ModuleError` `NO_SUCH_CHUNK` past the file's end. */
  leafOf(file: ModuleFile, index: number): string;
}

/** The digest that binds a file's length to its leaves, hexadecimal (formats/module.md 4.3). */
export function fileDigest(sizeBytes: number, chunkSize: number, leaves: Uint8Array): Promise<string> {
  return sha256Hex(concatBytes(utf8('leeslicht-file-v1\0'), u64be(sizeBytes), u32be(chunkSize), leaves));
}

/**
 * Checks `leaves.bin` against a manifest: its hash and every file's digest. Throws `ModuleError` `WRONG_LENGTH`,
 * `LEAVES_MISMATCH` or `FILE_MISMATCH`.
 */
export async function verifyLeaves(manifest: Manifest, leavesBytes: Uint8Array): Promise<LeafTable> {
  // formats/module.md 5.2: the length first, so that nothing long is hashed in vain
  if (leavesBytes.length !== manifest.leaves.length) {
    throw new ModuleError({ code: 'WRONG_LENGTH', href: 'leaves.bin' });
  }
  const trusted = await matchSha256(toBytes(leavesBytes), manifest.leaves.sha256);
  if (!trusted) throw new ModuleError({ code: 'LEAVES_MISMATCH', href: 'leaves.bin' });
  // formats/module.md 5.3: each file's own digest, for a manifest can contradict itself
  for (const file of manifest.files) {
    const begin = file.firstChunk * LEAF_BYTES;
    const own = trusted.subarray(begin, begin + file.chunkCount * LEAF_BYTES);
    if ((await fileDigest(file.sizeBytes, CHUNK_BYTES, own)) !== file.digest) {
      throw new ModuleError({ code: 'FILE_MISMATCH', href: file.href });
    }
  }
  return {
    leafOf(file, index) {
      if (!Number.isInteger(index) || index < 0 || index >= file.chunkCount) {
        throw new ModuleError({ code: 'NO_SUCH_CHUNK', href: file.href });
      }
      const begin = (file.firstChunk + index) * LEAF_BYTES;
      return toHex(trusted.subarray(begin, begin + LEAF_BYTES));
    },
  };
}
