import type { Bytes } from '#core/bytes/bytes.ts';
import { CHUNK_BYTES } from '#core/module/chunk.ts';
import type { DeviceDatabase } from '../device/device-database.ts';
import { storageError } from './import-error.ts';

const TRANSACTION_BYTES = 8 * CHUNK_BYTES;
const IN_FLIGHT = 1;

/** Puts chunks on disk in large steps; holds at most one step that waits. */
export interface ChunkWriter {
  /**
   * Takes a chunk, and calls `release` when it looks at the bytes no more. Resolves when there is room for the next one,
   * not when this one is on disk.
   */
  write(hash: string, bytes: Bytes, release: () => void): Promise<void>;
  /** Resolves when everything is written. Throws ImportError `QUOTA` or `STORAGE`. */
  flush(): Promise<void>;
}

/**
 * Writes chunks in transactions of 8 MiB, one at a time. They are relaxed: a power cut may take the newest
 * away, and the import then finds them missing. Only activation is strict.
 * @param onWritten told how many bytes each finished transaction brought
 */
export function chunkWriter(database: DeviceDatabase, onWritten: (bytes: number) => void): ChunkWriter {
  let batch: { readonly hash: string; readonly bytes: Bytes; readonly release: () => void }[] = [];
  let batchBytes = 0;
  const inFlight = new Set<Promise<void>>();
  let failure: unknown;
  /** While a full step waits for its turn, nobody begins to fill the next: else every lane would have one waiting. */
  let room: Promise<void> = Promise.resolve();

  async function writeBatch(chunks: typeof batch, sizeBytes: number): Promise<void> {
    const transaction = database.transaction('chunks', 'readwrite', { durability: 'relaxed' });
    const puts = chunks.map(({ hash, bytes }) => transaction.store.put(wholeBuffer(bytes), hash));
    // Each put has made its copy.
    for (const { release } of chunks) release();
    await Promise.all([...puts, transaction.done]);
    onWritten(sizeBytes);
  }

  async function send(): Promise<void> {
    if (batch.length === 0) return;
    const chunks = batch;
    const sizeBytes = batchBytes;
    batch = [];
    batchBytes = 0;
    while (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
    const written = writeBatch(chunks, sizeBytes)
      .catch((cause: unknown) => {
        failure ??= cause;
      })
      .finally(() => inFlight.delete(written));
    inFlight.add(written);
  }

  const rethrow = (): void => {
    if (failure !== undefined) throw storageError(failure);
  };

  return {
    async write(hash, bytes, release) {
      // Of the lanes that go on together, one may fill the next step before the others' turn.
      for (let seen: typeof room | undefined; seen !== room; await seen) seen = room;
      rethrow();
      batch.push({ hash, bytes, release });
      batchBytes += bytes.byteLength;
      if (batchBytes < TRANSACTION_BYTES) return;
      room = send();
      await room;
    },
    async flush() {
      await send();
      await Promise.all(inFlight);
      rethrow();
    },
  };
}

/** A buffer of these bytes alone. */
function wholeBuffer(bytes: Bytes): ArrayBuffer {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
}
