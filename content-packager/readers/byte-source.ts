import { open } from 'node:fs/promises';
import type { ByteSource } from './course.ts';
import { ReaderError } from './reader-error.ts';

const READ_BYTES = 1024 * 1024;
const MEMORY_PAGE_BYTES = 4096;

/** A source over bytes that are already in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    async *read() {
      if (bytes.length > 0) yield bytes;
    },
  };
}

/**
 * A source over a file on disk, read in pieces of 1 MiB with one piece of read-ahead, so that the
 * disk works while the reader hashes. Each piece has a buffer of its own, unless spare ones are given.
 * Throws `CHANGED_WHILE_READING` when the file is not `sizeBytes` long any more.
 */
export function fileSource(path: string, sizeBytes: number): ByteSource {
  return sliceSource(path, 0, sizeBytes, true);
}

/** A source over part of a file, such as an entry of a tar archive. */
export function sliceSource(path: string, offset: number, sizeBytes: number, whole = false): ByteSource {
  return {
    sizeBytes,
    ...(whole ? { diskPath: path } : {}),
    async *read(spare = []) {
      const handle = await open(path, 'r');
      try {
        yield* readAhead(sizeBytes, async (position, wanted) => {
          const piece = spare.pop()?.subarray(0, wanted) ?? newPiece(wanted);
          let filled = 0;
          while (filled < wanted) {
            const { bytesRead } = await handle.read(piece, filled, wanted - filled, offset + position + filled);
            if (bytesRead === 0) throw changed(path);
            filled += bytesRead;
          }
          return piece;
        });
        const { size } = await handle.stat();
        if (whole && size !== sizeBytes) throw changed(path);
      } finally {
        await handle.close();
      }
    },
  };
}

/**
 * Memory for one piece, not blanked. It begins in the middle of a memory page, where large blocks begin at the edge of
 * one: a kernel that copies a page of a file to just behind such an edge takes four times as long on many processors.
 */
export function newPiece(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const block = Buffer.allocUnsafeSlow(sizeBytes + MEMORY_PAGE_BYTES);
  return new Uint8Array(block.buffer, MEMORY_PAGE_BYTES / 2, sizeBytes);
}

/** Reads `sizeBytes` in pieces of 1 MiB, always asking for the next piece before handing out this one. */
export async function* readAhead<T extends Uint8Array>(
  sizeBytes: number,
  readPiece: (position: number, wanted: number) => Promise<T>,
): AsyncGenerator<T> {
  const ask = (position: number): Promise<T> => {
    const asked = readPiece(position, Math.min(READ_BYTES, sizeBytes - position));
    // The failure is thrown where the piece is awaited; this only keeps Node from seeing it as unhandled.
    asked.catch(() => undefined);
    return asked;
  };
  let next: Promise<T> | undefined = sizeBytes > 0 ? ask(0) : undefined;
  let position = 0;
  while (next !== undefined) {
    const piece: T = await next;
    position += piece.length;
    next = position < sizeBytes ? ask(position) : undefined;
    yield piece;
  }
}

/** The first bytes of a source, as many as its first piece has. */
export async function firstBytes(source: ByteSource): Promise<Uint8Array> {
  for await (const piece of source.read()) return piece;
  return new Uint8Array();
}

/** Reads a whole source into memory, refusing more than `maxBytes`. */
export async function readAll(source: ByteSource, maxBytes: number, file: string): Promise<Uint8Array> {
  if (source.sizeBytes > maxBytes) {
    throw new ReaderError({
      code: 'TOO_LARGE',
      file,
      problem: `is ${source.sizeBytes} bytes, more than the ${maxBytes} allowed for a file of this kind`,
      advice: 'Split the file into smaller ones.',
    });
  }
  const bytes = new Uint8Array(source.sizeBytes);
  let filled = 0;
  for await (const piece of source.read()) {
    if (filled + piece.length > bytes.length) throw changed(file);
    bytes.set(piece, filled);
    filled += piece.length;
  }
  if (filled !== bytes.length) throw changed(file);
  return bytes;
}

function changed(file: string): ReaderError {
  return new ReaderError({
    code: 'CHANGED_WHILE_READING',
    file,
    problem: 'changed its length while it was being read',
    advice: 'Close the program that is writing to it and pack again.',
  });
}
