import { concatBytes, u32be, u64be, utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { CHUNK_BYTES } from './chunk.ts';
import type { Manifest, ModuleFile } from './manifest.ts';
import { ModuleError } from './module-error.ts';

/** Bytes of one leaf: a SHA-256. */
export const LEAF_BYTES = 32;
const DOMAIN = utf8('leeslicht-file-v1\0');

/** The hashes of every chunk of a module, checked against its manifest. */
export interface LeafTable {
  /** The SHA-256, in lower-case hex, of chunk `index` of `file`. Throws RangeError where there is no such chunk. */
  leafOf(file: ModuleFile, index: number): string;
}

/** formats/module.md 3.2: the digest of a file over its length, the chunk size and its leaves; lower-case hex. */
export function fileDigest(sizeBytes: number, chunkSize: number, leaves: Uint8Array): Promise<string> {
  return sha256Hex(concatBytes(DOMAIN, u64be(sizeBytes), u32be(chunkSize), leaves));
}

/**
 * formats/module.md 3.3: checks `leaves.bin` as a whole and every file's leaves against the digest in the manifest.
 * Throws ModuleError LEAVES_LENGTH, LEAVES_MISMATCH or FILE_MISMATCH.
 */
export async function verifyLeaves(manifest: Manifest, leaves: Uint8Array): Promise<LeafTable> {
  if (leaves.length !== manifest.leaves.length) {
    throw new ModuleError({ code: 'LEAVES_LENGTH', detail: String(leaves.length) });
  }
  if ((await sha256Hex(leaves)) !== manifest.leaves.sha256) {
    throw new ModuleError({ code: 'LEAVES_MISMATCH', detail: manifest.leaves.sha256 });
  }
  for (const file of manifest.files) {
    const start = file.firstChunk * LEAF_BYTES;
    const own = leaves.subarray(start, start + file.chunkCount * LEAF_BYTES);
    if ((await fileDigest(file.sizeBytes, CHUNK_BYTES, own)) !== file.digest) {
      throw new ModuleError({ code: 'FILE_MISMATCH', detail: file.href });
    }
  }
  const kept = leaves.slice();
  return {
    leafOf: (file, index) => {
      if (!Number.isInteger(index) || index < 0 || index >= file.chunkCount) throw new RangeError('no such chunk');
      const start = (file.firstChunk + index) * LEAF_BYTES;
      return toHex(kept.subarray(start, start + LEAF_BYTES));
    },
  };
}
