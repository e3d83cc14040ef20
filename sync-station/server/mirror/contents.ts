import { access, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { sha256Hex } from '#core/crypto/digest.ts';
import { CHUNK_BYTES, verifyChunk } from '#core/module/chunk.ts';
import { verifyLeaves } from '#core/module/leaves.ts';
import { parseManifest } from '#core/module/manifest.ts';
import { writeDurably } from './durable-file.ts';
import type { RepositorySource } from './source.ts';

/** Where a published file lies in the mirror, by its hash. */
export const chunkPath = (hash: string): string => `chunks/${hash.slice(0, 2)}/${hash}`;

/** TUF's consistent snapshot: the hash goes before the last part of the name. */
export function targetPath(path: string, sha256: string): string {
  const cut = path.lastIndexOf('/') + 1;
  return `targets/${path.slice(0, cut)}${sha256}.${path.slice(cut)}`;
}

/** What one module's copy brought. */
export interface CopyResult {
  readonly chunks: number;
  readonly newChunks: number;
}

/**
 * Copies what a verified manifest names and the mirror does not have: leaves and chunks, each checked before it is kept.
 * A chunk that is there is hashed again when `isDue` says so.
 * Throws at the first that is missing or wrong; what was copied before stays and is not fetched again.
 */
export async function copyModule(
  folder: string,
  source: RepositorySource,
  manifestBytes: Uint8Array,
  isDue: (hash: string) => boolean,
): Promise<CopyResult> {
  const manifest = parseManifest(manifestBytes);
  const leavesPath = `leaves/${manifest.leaves.sha256}`;
  let leaves = await present(folder, leavesPath);
  if (!leaves || (await sha256Hex(leaves)) !== manifest.leaves.sha256) {
    const bytes = await source(leavesPath, manifest.leaves.length);
    if (!bytes || (await sha256Hex(bytes)) !== manifest.leaves.sha256)
      throw new MirrorError({ code: 'LEAVES', path: leavesPath });
    await writeDurably(resolve(folder, leavesPath), bytes);
    leaves = bytes;
  }
  const table = await verifyLeaves(manifest, leaves);
  let chunks = 0;
  let newChunks = 0;
  for (const file of manifest.files) {
    for (let index = 0; index < file.chunkCount; index += 1) {
      chunks += 1;
      const hash = table.leafOf(file, index);
      if (await copyChunk(folder, source, hash, isDue(hash))) newChunks += 1;
    }
  }
  return { chunks, newChunks };
}

async function copyChunk(folder: string, source: RepositorySource, hash: string, isDue: boolean): Promise<boolean> {
  const path = chunkPath(hash);
  if (await isHere(folder, path, hash, isDue)) return false;
  const bytes = await source(path, CHUNK_BYTES);
  if (!bytes) throw new MirrorError({ code: 'CHUNK_MISSING', path });
  const chunk = await verifyChunk(bytes, hash).catch((cause: unknown) => {
    throw new MirrorError({ code: 'CHUNK_DAMAGED', path, cause });
  });
  await writeDurably(resolve(folder, path), chunk);
  return true;
}

/** Disks rot: what is here is hashed again now and then, and fetched again when it is not what it was. */
async function isHere(folder: string, path: string, hash: string, isDue: boolean): Promise<boolean> {
  if (!isDue) return exists(resolve(folder, path));
  const bytes = await present(folder, path);
  return bytes !== undefined && (await sha256Hex(bytes)) === hash;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Not there, or not readable: either way it has to be fetched.
    return false;
  }
}

async function present(folder: string, path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await readFile(resolve(folder, path)));
  } catch {
    // As in `exists`: what cannot be read is fetched again.
    return undefined;
  }
}

/** A published file that the mirror could not copy. */
export class MirrorError extends Error {
  readonly code: 'LEAVES' | 'CHUNK_MISSING' | 'CHUNK_DAMAGED';
  readonly path: string;
  constructor(options: { code: MirrorError['code']; path: string; cause?: unknown }) {
    super(`${options.code}: ${options.path}`, { cause: options.cause });
    this.name = 'MirrorError';
    this.code = options.code;
    this.path = options.path;
  }
}
