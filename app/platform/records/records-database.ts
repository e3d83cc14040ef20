import { Dexie, type Table } from 'dexie';
import type { SealedRecord } from './record-cipher.ts';
import { RecordsError } from './records-error.ts';

/** The database of the learner's records: one table, all of it encrypted. */
export interface RecordsDatabase {
  readonly dexie: Dexie;
  readonly records: Table<SealedRecord, string>;
}

/** Its name in the browser. */
export const RECORDS_DATABASE = 'leeslicht-records';

/** Opens the records' database. Every transaction is strict: what a promise says is kept is kept. */
export function openRecordsDatabase(name = RECORDS_DATABASE): RecordsDatabase {
  const dexie = new Dexie(name, { chromeTransactionDurability: 'strict' });
  dexie.version(1).stores({ records: 'id, table' });
  return { dexie, records: dexie.table<SealedRecord, string>('records') };
}

/** Names a failure of the database. */
export function recordsStorageError(cause: unknown): RecordsError {
  if (cause instanceof RecordsError) return cause;
  const names = cause instanceof Error ? [cause.name, innerName(cause)] : [];
  return new RecordsError({ code: names.includes('QuotaExceededError') ? 'QUOTA' : 'STORAGE', cause });
}

function innerName(error: Error): string | undefined {
  return 'inner' in error && error.inner instanceof Error ? error.inner.name : undefined;
}
