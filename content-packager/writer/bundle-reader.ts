import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { CHUNK_BYTES } from '#core/module/chunk.ts';
import { type LeafTable, verifyLeaves } from '#core/module/leaves.ts';
import { MAX_MANIFEST_BYTES, type Manifest, type ModuleFile, parseManifest } from '#core/module/manifest.ts';
import { newPiece, readAhead, readAll } from '../readers/byte-source.ts';
import { ReaderError } from '../readers/reader-error.ts';
import { type Archive, type ArchiveEntry, type ArchiveLimits, openArchive } from '../readers/zip-archive.ts';
import type { OnProgress } from './bundle-writer.ts';
import { WriterError } from './writer-error.ts';

/** An open bundle whose manifest and leaves belong together. Its content is not checked yet. */
export interface Bundle {
  readonly path: string;
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly manifestSha256: string;
  readonly leavesBytes: Uint8Array;
  readonly leaves: LeafTable;
  readonly archive: Archive;
  close(): void;
}

// A bundle is read chunk by chunk, so its size costs nothing; its text may be deflated as far as deflate goes.
const BUNDLE_LIMITS: ArchiveLimits = { maxEntries: 100_010, maxTotalBytes: 1024 ** 4, maxRatio: 1100 };
const MAX_LEAVES_BYTES = 64 * 1024 * 1024;
/** Opens a bundle: ZIP directory, manifest, leaves, and that it holds exactly the files of its manifest. */
export async function openBundle(path: string): Promise<Bundle> {
  const file = basename(path);
  const archive = await openArchive(path, file, BUNDLE_LIMITS).catch((cause: unknown) => {
    if (cause instanceof ReaderError) throw damaged(file, `cannot be opened: it ${cause.message}`, cause);
    throw cause;
  });
  try {
    const manifestEntry = archive.entries.get('manifest.json');
    const leavesEntry = archive.entries.get('leaves.bin');
    if (manifestEntry === undefined || leavesEntry === undefined) {
      throw new WriterError({
        code: 'NOT_A_BUNDLE',
        file,
        problem: 'is a ZIP but not a Leeslicht module',
        advice: 'Give a .leesmodule file that "leeslicht pack" has made.',
      });
    }
    const manifestBytes = await readAll(manifestEntry.source, MAX_MANIFEST_BYTES, file);
    const leavesBytes = await readAll(leavesEntry.source, MAX_LEAVES_BYTES, file);
    const manifest = parseManifest(manifestBytes);
    const leaves = await verifyLeaves(manifest, leavesBytes);
    checkFiles(manifest, archive, file);
    return {
      path,
      manifest,
      manifestBytes,
      manifestSha256: createHash('sha256').update(manifestBytes).digest('hex'),
      leavesBytes,
      leaves,
      archive,
      close: () => archive.close(),
    };
  } catch (cause) {
    archive.close();
    if (cause instanceof WriterError) throw cause;
    if (cause instanceof Error && !('syscall' in cause)) throw damaged(file, `is damaged: ${cause.message}`, cause);
    throw cause;
  }
}

/**
 * Hashes every chunk of a bundle against its leaves, in order, reading one chunk ahead. `onChunk` gets only chunks
 * whose hash was right; the bytes are its own to keep. Throws `BUNDLE_DAMAGED` at the first wrong chunk.
 */
export async function checkContent(
  bundle: Bundle,
  onProgress: OnProgress,
  onChunk?: (hash: string, bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const file = basename(bundle.path);
  const handle = await open(bundle.path, 'r');
  let doneBytes = 0;
  try {
    for (const part of bundle.manifest.files) {
      const entry = bundle.archive.entries.get(part.href);
      if (entry === undefined) throw damaged(file, `lacks ${part.href}`);
      let index = 0;
      // Who only checks lets two buffers take turns: fresh memory for every chunk costs as much as half its hash.
      const chunks = entry.stored ? storedChunks(entry, handle, onChunk === undefined) : inflatedChunks(entry);
      for await (const chunk of chunks) {
        const hash = createHash('sha256').update(chunk).digest('hex');
        if (index >= part.chunkCount || hash !== bundle.leaves.leafOf(part, index)) {
          const where = `chunk ${index + 1} of ${part.chunkCount}`;
          throw damaged(file, `is damaged: ${part.href} is not what its maker packed (${where})`);
        }
        if (onChunk !== undefined) await onChunk(hash, chunk);
        index += 1;
        doneBytes += chunk.length;
        onProgress(doneBytes, bundle.manifest.sizeBytes);
      }
      if (index !== part.chunkCount) throw damaged(file, `is damaged: ${part.href} is cut off`);
    }
  } catch (cause) {
    if (cause instanceof ReaderError) throw damaged(file, `is damaged: it ${cause.message}`, cause);
    throw cause;
  } finally {
    await handle.close();
  }
}

async function* storedChunks(
  entry: ArchiveEntry,
  handle: Awaited<ReturnType<typeof open>>,
  takeTurns: boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const start = await entry.dataOffset();
  const turnBytes = takeTurns ? Math.min(CHUNK_BYTES, entry.sizeBytes) : 0;
  const turns = [newPiece(turnBytes), newPiece(turnBytes)];
  yield* readAhead(entry.sizeBytes, async (position, wanted) => {
    const own = takeTurns ? turns[(position / CHUNK_BYTES) % 2] : undefined;
    const chunk = own?.subarray(0, wanted) ?? newPiece(wanted);
    let filled = 0;
    while (filled < wanted) {
      const { bytesRead } = await handle.read(chunk, filled, wanted - filled, start + position + filled);
      if (bytesRead === 0)
        throw new ReaderError({
          code: 'ZIP_MALFORMED',
          file: entry.name,
          problem: 'ends too early',
          advice: 'Copy it again.',
        });
      filled += bytesRead;
    }
    return chunk;
  });
}

async function* inflatedChunks(entry: ArchiveEntry): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, entry.sizeBytes));
  let filled = 0;
  for await (const piece of entry.source.read()) {
    let at = 0;
    while (at < piece.length) {
      const part = piece.subarray(at, at + chunk.length - filled);
      if (part.length === 0)
        throw new ReaderError({
          code: 'ZIP_MALFORMED',
          file: entry.name,
          problem: 'unpacks to more than it says',
          advice: 'Do not use it.',
        });
      chunk.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === CHUNK_BYTES) {
        yield chunk;
        chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

function checkFiles(manifest: Manifest, archive: Archive, file: string): void {
  const expected = new Map<string, ModuleFile>(manifest.files.map((part) => [part.href, part]));
  for (const [name, entry] of archive.entries) {
    if (name === 'manifest.json' || name === 'leaves.bin') continue;
    const part = expected.get(name);
    if (part === undefined) throw damaged(file, `holds a file that its manifest does not name: ${name}`);
    if (part.sizeBytes !== entry.sizeBytes)
      throw damaged(file, `is damaged: ${name} has another length than its manifest says`);
    expected.delete(name);
  }
  const [missing] = expected.keys();
  if (missing !== undefined) throw damaged(file, `lacks ${missing}`);
}

function damaged(file: string, problem: string, cause?: unknown): WriterError {
  return new WriterError({
    code: 'BUNDLE_DAMAGED',
    file,
    problem,
    advice: 'Do not use it. Copy it again from where it came, or pack it again.',
    cause,
  });
}
