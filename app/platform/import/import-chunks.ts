import type { Bytes } from '#core/bytes/bytes.ts';
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
export interface NeededChunk {
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

/** What is missing of a module, each chunk once. */
export interface ImportPlan extends ImportProgress {
  readonly missing: readonly NeededChunk[];
}

/** Looks which chunks of a module are not here yet: an import goes on at the first of them. Throws ImportError. */
export async function planImport(database: DeviceDatabase, manifestSha256: string): Promise<ImportPlan> {
  const needed = await neededChunks(database, manifestSha256);
  const totalBytes = needed.reduce((total, chunk) => total + chunk.sizeBytes, 0);
  const missing = await missingChunks(database, needed);
  return { missing, totalBytes, doneBytes: totalBytes - missing.reduce((total, chunk) => total + chunk.sizeBytes, 0) };
}

/**
 * Brings chunks: fetch, hash, write; what is written stays whatever happens. Throws ImportError.
 * @param on told how many bytes more are on disk, and that the last chunk has arrived
 */
export async function bringChunks(
  database: DeviceDatabase,
  repositoryUrl: string,
  chunks: readonly NeededChunk[],
  on: { readonly written: (bytes: number) => void; readonly fetched: () => void },
  signal: AbortSignal,
): Promise<void> {
  const writer = chunkWriter(database, on.written);
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const queue = chunks.values();
  // Filled again and again: new ones would fill the memory before the collector looks.
  const free: ArrayBuffer[] = [];
  async function fetchNext(): Promise<void> {
    for (const chunk of queue) {
      const into = free.pop() ?? new ArrayBuffer(CHUNK_BYTES);
      const fetched = await fetchChunk(repositoryUrl, chunk, into, either);
      await writer.write(chunk.hash, fetched, () => free.push(fetched.buffer));
    }
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
  on.fetched();
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

async function fetchChunk(
  repositoryUrl: string,
  chunk: NeededChunk,
  into: ArrayBuffer,
  signal: AbortSignal,
): Promise<Bytes> {
  const url = `${repositoryUrl}chunks/${chunk.hash.slice(0, 2)}/${chunk.hash}`;
  const response = await fetchOnce(url, signal);
  if (!response.ok) throw new ImportError({ code: 'MISSING_CHUNK', detail: chunk.hash });
  const declared = Number(response.headers.get('content-length') ?? 0);
  if (declared > CHUNK_BYTES) throw new ImportError({ code: 'CHUNK_MISMATCH', detail: chunk.hash });
  const bytes = await readInto(into, response, chunk).catch((cause: unknown) => {
    throw cause instanceof ImportError ? cause : new ImportError({ code: 'NETWORK', cause });
  });
  try {
    await verifyChunk(bytes, chunk.hash);
  } catch (cause) {
    throw new ImportError({ code: 'CHUNK_MISMATCH', detail: chunk.hash, cause });
  }
  return bytes;
}

/** Reads a body into a buffer, which moves on from view to view. Throws ImportError `CHUNK_MISMATCH` when there is more. */
async function readInto(into: ArrayBuffer, response: Response, chunk: NeededChunk): Promise<Bytes> {
  const reader = response.body?.getReader({ mode: 'byob' });
  let buffer = into;
  let length = 0;
  while (reader) {
    // A full buffer is asked for one byte more, in a buffer of its own.
    const isFull = length === buffer.byteLength;
    const { done, value } = await reader.read(isFull ? new Uint8Array(1) : new Uint8Array(buffer, length));
    if (isFull && !done) {
      await reader.cancel();
      throw new ImportError({ code: 'CHUNK_MISMATCH', detail: chunk.hash });
    }
    if (value && !isFull) buffer = value.buffer;
    length += value && !isFull ? value.byteLength : 0;
    if (done) break;
  }
  return new Uint8Array(buffer, 0, length);
}

async function fetchOnce(url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal, credentials: 'omit', cache: 'no-store', redirect: 'error' });
  } catch (cause) {
    throw new ImportError({ code: 'NETWORK', cause });
  }
}
