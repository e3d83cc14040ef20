import SQLite from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import * as firstStation from './migrations/0001-first-station.ts';
import * as custody from './migrations/0002-custody.ts';
import * as handovers from './migrations/0003-handovers.ts';
import * as policyAndEvidence from './migrations/0004-policy-and-evidence.ts';
import * as lookedAt from './migrations/0005-looked-at.ts';
import * as ordersDone from './migrations/0006-orders-done.ts';
import * as wiped from './migrations/0007-wiped.ts';
import type { StationSchema } from './schema.ts';

/** The station's database; queries use nothing that PostgreSQL lacks. */
export type StationDatabase = Kysely<StationSchema>;

/** Why the database cannot be used. */
export class DatabaseError extends Error {
  readonly code: 'NOT_DURABLE' | 'MIGRATION_FAILED';
  constructor(options: { code: 'NOT_DURABLE' | 'MIGRATION_FAILED'; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.name = 'DatabaseError';
    this.code = options.code;
  }
}

/**
 * Opens `file` and brings it to the newest schema.
 * Throws DatabaseError when a commit would not be durable or a migration fails.
 */
export async function openDatabase(file: string): Promise<StationDatabase> {
  const sqlite = new SQLite(file);
  try {
    sqlite.pragma('busy_timeout = 5000');
    const journal = sqlite.pragma('journal_mode = WAL', { simple: true });
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    // A receipt promises durability, so the settings are read back instead of trusted. 2 is FULL.
    const durable = journal === 'wal' && sqlite.pragma('synchronous', { simple: true }) === 2;
    if (!durable || sqlite.pragma('foreign_keys', { simple: true }) !== 1)
      throw new DatabaseError({ code: 'NOT_DURABLE' });
  } catch (error) {
    sqlite.close();
    throw error;
  }
  const db = new Kysely<StationSchema>({ dialect: new SqliteDialect({ database: sqlite }) });
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: async () => ({
        '0001-first-station': firstStation,
        '0002-custody': custody,
        '0003-handovers': handovers,
        '0004-policy-and-evidence': policyAndEvidence,
        '0005-looked-at': lookedAt,
        '0006-orders-done': ordersDone,
        '0007-wiped': wiped,
      }),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw new DatabaseError({ code: 'MIGRATION_FAILED', cause: error });
  }
  return db;
}
