import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { openDatabase, type StationDatabase } from '../../store/database.ts';
import type { StationSchema } from '../../store/schema.ts';
import type { ObjectStore } from '../context.ts';

/** A real database in memory, which can be copied as a whole and opened again from the copy. */
export interface MemoryDatabase {
  readonly db: StationDatabase;
  image(): Uint8Array;
}

/** An empty database of the newest schema, made as a station makes it. */
export async function emptyImage(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'leeslicht-image-'));
  try {
    const db = await openDatabase(join(folder, 'a.db'));
    await db.destroy();
    return readFileSync(join(folder, 'a.db'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens a copy in memory. Durability is what this leaves out; every statement is the station's own. */
export function openImage(image: Uint8Array): MemoryDatabase {
  const bytes = Buffer.from(image);
  // Memory has no write-ahead log: the file format's two version bytes say "journal" instead (sqlite.org/fileformat2).
  bytes.fill(1, 18, 20);
  const sqlite = new SQLite(bytes);
  sqlite.pragma('journal_mode = MEMORY');
  sqlite.pragma('synchronous = OFF');
  sqlite.pragma('foreign_keys = ON');
  const db = new Kysely<StationSchema>({ dialect: new SqliteDialect({ database: sqlite }) });
  return { db, image: () => sqlite.serialize() };
}

/** Content-addressed files in memory. */
export function memoryObjects(): ObjectStore {
  const files = new Map<string, Uint8Array>();
  return {
    async put(bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      files.set(hash, bytes.slice());
      return hash;
    },
    get: async (hash) => files.get(hash),
  };
}
