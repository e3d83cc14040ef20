import { createHash, type Hash } from 'node:crypto';
import { CHUNK_BYTES } from '#core/module/chunk.ts';
import { LEAF_BYTES } from '#core/module/leaves.ts';

const DOMAIN = 'leeslicht-file-v1\0';

/** Hashes a file chunk by chunk into a table of leaves, whatever pieces it comes in. */
export interface ChunkHasher {
  update(piece: Uint8Array): void;
  /** Closes the last chunk; answers how many leaves were written. */
  finish(): number;
}

/** Writes leaf after leaf to the beginning of `leaves`. node:crypto hashes without copying, which WebCrypto cannot. */
export function createChunkHasher(leaves: Uint8Array): ChunkHasher {
  let hash: Hash | undefined;
  let inChunk = 0;
  let count = 0;
  const close = (): void => {
    if (hash === undefined) return;
    leaves.set(hash.digest(), count * LEAF_BYTES);
    count += 1;
    hash = undefined;
    inChunk = 0;
  };
  return {
    update(piece) {
      let at = 0;
      while (at < piece.length) {
        hash ??= createHash('sha256');
        const part = piece.subarray(at, at + CHUNK_BYTES - inChunk);
        hash.update(part);
        at += part.length;
        inChunk += part.length;
        if (inChunk === CHUNK_BYTES) close();
      }
    },
    finish() {
      close();
      return count;
    },
  };
}

/** formats/module.md 3.2, the same digest as `fileDigest` in core, without a wait for each of thousands of files. */
export function digestOfFile(sizeBytes: number, leaves: Uint8Array): string {
  const head = Buffer.alloc(12);
  head.writeBigUInt64BE(BigInt(sizeBytes), 0);
  head.writeUInt32BE(CHUNK_BYTES, 8);
  return createHash('sha256').update(DOMAIN).update(head).update(leaves).digest('hex');
}
