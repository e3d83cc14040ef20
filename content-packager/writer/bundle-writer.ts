import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { CHUNK_BYTES, chunkCountOf } from '#core/module/chunk.ts';
import { LEAF_BYTES } from '#core/module/leaves.ts';
import { readAll } from '../readers/byte-source.ts';
import type { Course, CourseFile } from '../readers/course.ts';
import { isCompressible } from '../readers/media-type.ts';
import { createChunkHasher, digestOfFile } from './chunk-hasher.ts';
import { blankDigests, checkManifest, type ModuleIdentity, manifestBytes } from './manifest-text.ts';
import { centralDirectory, localHeader, localHeaderLength, type ZipEntry } from './zip-records.ts';

/** What was written. */
export interface PackedBundle {
  readonly sizeBytes: number;
  readonly contentBytes: number;
  readonly fileCount: number;
  /** SHA-256 of manifest.json, which is what a tutor signs. */
  readonly manifestSha256: string;
}

/** Told how many of how many bytes are done. */
export type OnProgress = (doneBytes: number, totalBytes: number) => void;

const MAX_DEFLATED_BYTES = 64 * 1024 * 1024;
const WRITE_BEHIND_BYTES = 4 * CHUNK_BYTES;
/** As many pieces as are written at a time. A source that takes none back must not fill the memory with them. */
const MAX_SPARE = WRITE_BEHIND_BYTES / CHUNK_BYTES;

/**
 * Writes a `.leesmodule` (formats/module.md 1) in one pass over the content: all lengths are known before, so every
 * file is read once, hashed and written to its place, and the manifest and leaves are put in front at the end.
 * Memory stays flat. The file appears under its name only when it is whole.
 */
export async function writeBundle(
  course: Course,
  identity: ModuleIdentity,
  output: string,
  onProgress: OnProgress = () => undefined,
): Promise<PackedBundle> {
  const files = [...course.readingOrder, ...course.resources];
  const totalBytes = files.reduce((total, file) => total + file.source.sizeBytes, 0);
  const leafCount = files.reduce((total, file) => total + chunkCountOf(file.source.sizeBytes), 0);
  const blank = manifestBytes(course, identity, blankDigests(files.length), leafCount * LEAF_BYTES);
  checkManifest(blank, output);
  const partial = `${output}.partial`;
  const handle = await open(partial, 'w');
  try {
    const sink = createSink(handle);
    const leaves = Buffer.alloc(leafCount * LEAF_BYTES);
    const digests: string[] = [];
    const entries: ZipEntry[] = [];
    const leavesStart = localHeaderLength('manifest.json', blank.length, blank.length) + blank.length;
    let offset = leavesStart + localHeaderLength('leaves.bin', leaves.length, leaves.length) + leaves.length;
    let firstLeaf = 0;
    let doneBytes = 0;
    for (const file of files) {
      const hasher = createChunkHasher(leaves.subarray(firstLeaf * LEAF_BYTES));
      const entry = await writeFile(file, offset, sink, (piece) => {
        hasher.update(piece);
        doneBytes += piece.length;
        onProgress(doneBytes, totalBytes);
      });
      const count = hasher.finish();
      digests.push(
        digestOfFile(file.source.sizeBytes, leaves.subarray(firstLeaf * LEAF_BYTES, (firstLeaf + count) * LEAF_BYTES)),
      );
      entries.push(entry);
      firstLeaf += count;
      offset += localHeaderLength(entry.name, entry.sizeBytes, entry.compressedBytes) + entry.compressedBytes;
    }
    const manifest = manifestBytes(course, identity, { files: digests, leavesSha256: sha256(leaves) }, leaves.length);
    const manifestEntry = storedEntry('manifest.json', manifest, 0);
    const leavesEntry = storedEntry('leaves.bin', leaves, leavesStart);
    await sink.write(Buffer.concat([localHeader(manifestEntry), manifest]), manifestEntry.offset);
    await sink.write(Buffer.concat([localHeader(leavesEntry), leaves]), leavesEntry.offset);
    const directory = centralDirectory([manifestEntry, leavesEntry, ...entries], offset);
    await sink.write(directory, offset);
    await sink.settled();
    await handle.close();
    await rename(partial, output);
    return {
      sizeBytes: offset + directory.length,
      contentBytes: totalBytes,
      fileCount: files.length,
      manifestSha256: sha256(manifest),
    };
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
}

async function writeFile(
  file: CourseFile,
  offset: number,
  sink: Sink,
  onPiece: (piece: Uint8Array) => void,
): Promise<ZipEntry> {
  const { sizeBytes } = file.source;
  if (isCompressible(file.type) && sizeBytes <= MAX_DEFLATED_BYTES) {
    const bytes = await readAll(file.source, MAX_DEFLATED_BYTES, file.href);
    onPiece(bytes);
    const deflated = deflateRawSync(bytes, { level: constants.Z_DEFAULT_COMPRESSION });
    const smaller = deflated.length < bytes.length;
    const entry: ZipEntry = {
      name: file.href,
      method: smaller ? 'deflated' : 'stored',
      crc32: crc32(bytes),
      compressedBytes: smaller ? deflated.length : sizeBytes,
      sizeBytes,
      offset,
    };
    await sink.write(Buffer.concat([localHeader(entry), smaller ? deflated : bytes]), offset);
    return entry;
  }
  const start = offset + localHeaderLength(file.href, sizeBytes, sizeBytes);
  let checksum = 0;
  let position = start;
  // A film goes through a handful of pieces: fresh memory for each costs more than the copying.
  const spare: Uint8Array[] = [];
  for await (const piece of file.source.read(spare)) {
    await sink.write(piece, position, () => {
      if (spare.length < MAX_SPARE) spare.push(piece);
    });
    position += piece.length;
    checksum = crc32(piece, checksum);
    onPiece(piece);
  }
  const entry: ZipEntry = {
    name: file.href,
    method: 'stored',
    crc32: checksum,
    compressedBytes: sizeBytes,
    sizeBytes,
    offset,
  };
  await sink.write(localHeader(entry), offset);
  return entry;
}

function storedEntry(name: string, bytes: Uint8Array, offset: number): ZipEntry {
  return {
    name,
    method: 'stored',
    crc32: crc32(bytes),
    compressedBytes: bytes.length,
    sizeBytes: bytes.length,
    offset,
  };
}

interface Sink {
  /** Begins a write and comes back as soon as little enough is under way. Tells when the bytes are no longer needed. */
  write(bytes: Uint8Array, position: number, onWritten?: () => void): Promise<void>;
  settled(): Promise<void>;
}

/** Writes behind the reader's back, at most a few chunks at a time; the first failure is thrown at the next call. */
function createSink(handle: FileHandle): Sink {
  const underWay = new Set<Promise<void>>();
  let pendingBytes = 0;
  let failure: { readonly cause: unknown } | undefined;
  const begin = async (bytes: Uint8Array, position: number): Promise<void> => {
    try {
      let written = 0;
      while (written < bytes.length)
        written += (await handle.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
    } catch (cause) {
      failure ??= { cause };
    } finally {
      pendingBytes -= bytes.length;
    }
  };
  const check = (): void => {
    if (failure !== undefined) throw failure.cause;
  };
  return {
    async write(bytes, position, onWritten) {
      check();
      pendingBytes += bytes.length;
      const job: Promise<void> = begin(bytes, position).finally(() => {
        underWay.delete(job);
        onWritten?.();
      });
      underWay.add(job);
      while (pendingBytes > WRITE_BEHIND_BYTES && underWay.size > 0) await Promise.race(underWay);
      check();
    },
    async settled() {
      await Promise.all(underWay);
      check();
    },
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
