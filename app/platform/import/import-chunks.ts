import { sha256Hex } from '#core/crypto/digest.ts';
import { CHUNK_BYTES, chunkLength, verifyChunk } from '#core/module/chunk.ts';
import { verifyLeaves } from '#core/module/leaves.ts';
import { type Manifest, parseManifest } from '#core/module/manifest.ts';
import { ModuleError } from '#core/module/module-error.ts';
import type { DeviceDatabase } from '../device/device-database.ts';
import { chunkWriter } from './chunk-writer.ts';
import { ImportError, storageError } from './import-error.ts';

const FETCHES = 6;
const LOOK_UPS = 500;

/** A chunk that the module needs. */
interface NeededChunk {
  readonly hash: string;
  readonly sizeBytes: number;
}

/** What an import is to bring. */
export interface ImportJob {
  /** Of a manifest that is in the store of manifests, with its leaves. */
  readonly manifestSha256: string;
  /** Where `repository/` begins, with a slash at the end. */
  readonly repositoryUrl: string;
}

/** How far an import is, in bytes of the module. Chunks that were there already count as done. */
export interface ImportProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/**
 * Brings every chunk of a module that is not here yet: fetch, hash, write. Memory does not grow with the module, and
 * what is written stays, so that the next try begins at the first missing chunk. Throws ImportError.
 */
export async function importChunks(
  database: DeviceDatabase,
  job: ImportJob,
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const needed = await neededChunks(database, job.manifestSha256);
  const totalBytes = needed.reduce((total, chunk) => total + chunk.sizeBytes, 0);
  const missing = await missingChunks(database, needed);
  let doneBytes = totalBytes - missing.reduce((total, chunk) => total + chunk.sizeBytes, 0);
  onProgress({ doneBytes, totalBytes });
  const writer = chunkWriter(database, (bytes) => {
    doneBytes += bytes;
    onProgress({ doneBytes, totalBytes });
  });
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const queue = missing.values();
  async function fetchNext(): Promise<void> {
    for (const chunk of queue) await writer.write(chunk.hash, await fetchChunk(job.repositoryUrl, chunk, either));
  }
  const lanes = Array.from({ length: FETCHES }, fetchNext);
  try {
    await Promise.all(lanes);
  } catch (cause) {
    stop.abort();
    await Promise.allSettled(lanes);
    // What arrived before the failure is kept; if that fails too, the first failure is the one to tell.
    await writer.flush().catch(() => undefined);
    throw signal.aborted ? new ImportError({ code: 'CANCELLED', cause }) : storageError(cause);
  }
  await writer.flush();
}

/** The chunks of a module, each once, after its manifest and leaves are checked. */
async function neededChunks(database: DeviceDatabase, manifestSha256: string): Promise<readonly NeededChunk[]> {
  const stored = await database.get('manifests', manifestSha256);
  if (!stored || (await sha256Hex(stored.manifest)) !== manifestSha256) throw new ImportError({ code: 'BAD_MODULE' });
  try {
    return await chunksOf(parseManifest(stored.manifest), stored.leaves);
  } catch (cause) {
    if (!(cause instanceof ModuleError)) throw cause;
    throw new ImportError({ code: 'BAD_MODULE', detail: cause.code, cause });
  }
}

async function chunksOf(manifest: Manifest, leaves: Uint8Array): Promise<readonly NeededChunk[]> {
  const table = await verifyLeaves(manifest, leaves);
  const chunks = new Map<string, NeededChunk>();
  for (const file of manifest.files) {
    for (let index = 0; index < file.chunkCount; index += 1) {
      const hash = table.leafOf(file, index);
      if (!chunks.has(hash)) chunks.set(hash, { hash, sizeBytes: chunkLength(file.sizeBytes, index) });
    }
  }
  return [...chunks.values()];
}

/** The hashes of all chunks of a stored manifest, for telling which chunks are still needed. */
export async function chunkHashes(database: DeviceDatabase, manifestSha256: string): Promise<readonly string[]> {
  return (await neededChunks(database, manifestSha256)).map((chunk) => chunk.hash);
}

async function missingChunks(
  database: DeviceDatabase,
  needed: readonly NeededChunk[],
): Promise<readonly NeededChunk[]> {
  const missing: NeededChunk[] = [];
  for (let start = 0; start < needed.length; start += LOOK_UPS) {
    const part = needed.slice(start, start + LOOK_UPS);
    const { store } = database.transaction('chunks', 'readonly');
    const keys = await Promise.all(part.map((chunk) => store.getKey(chunk.hash)));
    missing.push(...part.filter((_chunk, index) => keys[index] === undefined));
  }
  return missing;
}

async function fetchChunk(repositoryUrl: string, chunk: NeededChunk, signal: AbortSignal): Promise<ArrayBuffer> {
  const url = `${repositoryUrl}chunks/${chunk.hash.slice(0, 2)}/${chunk.hash}`;
  const response = await fetchOnce(url, signal);
  if (!response.ok) throw new ImportError({ code: 'MISSING_CHUNK', detail: chunk.hash });
  const declared = Number(response.headers.get('content-length') ?? 0);
  if (declared > CHUNK_BYTES) throw new ImportError({ code: 'CHUNK_MISMATCH', detail: chunk.hash });
  const bytes = await response.arrayBuffer().catch((cause: unknown) => {
    throw new ImportError({ code: 'NETWORK', cause });
  });
  try {
    await verifyChunk(new Uint8Array(bytes), chunk.hash);
  } catch (cause) {
    throw new ImportError({ code: 'CHUNK_MISMATCH', detail: chunk.hash, cause });
  }
  return bytes;
}

async function fetchOnce(url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal, credentials: 'omit', cache: 'no-store', redirect: 'error' });
  } catch (cause) {
    throw new ImportError({ code: 'NETWORK', cause });
  }
}
