import { stat } from 'node:fs/promises';
import { CHUNK_BYTES, chunkLength } from '#core/module/chunk.ts';
import { verifyLeaves } from '#core/module/leaves.ts';
import { parseManifest } from '#core/module/manifest.ts';
import { isErrno } from '../programme/disk.ts';
import { WriterError } from '../writer-error.ts';

/** One published file that a module needs, at its place in a repository. */
export interface Piece {
  readonly path: string;
  /** SHA-256 of its bytes, in hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly kind: 'leaves' | 'chunk';
}

/** Everything that a verified manifest leads to: the table of leaves, and each different chunk once. */
export async function piecesOf(
  manifestBytes: Uint8Array,
  readLeaves: (path: string, maxBytes: number) => Promise<Uint8Array | undefined>,
): Promise<readonly Piece[]> {
  const manifest = parseManifest(manifestBytes);
  const { sha256, length } = manifest.leaves;
  const path = `leaves/${sha256}`;
  const leaves = await readLeaves(path, length);
  if (leaves === undefined) throw badMirror(path, 'is missing');
  const table = await verifyLeaves(manifest, leaves);
  const pieces = new Map<string, Piece>([[path, { path, sha256, sizeBytes: length, kind: 'leaves' }]]);
  for (const file of manifest.files) {
    for (let index = 0; index < file.chunkCount; index += 1) {
      const hash = table.leafOf(file, index);
      const chunk = `chunks/${hash.slice(0, 2)}/${hash}`;
      const sizeBytes = Math.min(chunkLength(file.sizeBytes, index), CHUNK_BYTES);
      pieces.set(chunk, { path: chunk, sha256: hash, sizeBytes, kind: 'chunk' });
    }
  }
  return [...pieces.values()];
}

/** Whether a file of this length lies there already. Its content is verified whenever somebody reads it. */
export async function isThere(path: string, sizeBytes: number): Promise<boolean> {
  try {
    return (await stat(path)).size === sizeBytes;
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return false;
    throw error;
  }
}

/** The error for a mirror that cannot be used. */
export function badMirror(file: string, problem: string, cause?: unknown, advice?: string): WriterError {
  return new WriterError({
    code: 'BAD_MIRROR',
    file,
    problem,
    advice: advice ?? 'Export to this stick again with "leeslicht mirror export"; nothing was taken over.',
    cause,
  });
}
