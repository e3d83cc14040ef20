import { liveQuery } from 'dexie';
import type { OpenVault } from '../vault/pin-vault.ts';
import {
  decodeRecord,
  encodeRecord,
  opaqueId,
  openRecord,
  type RecordTable,
  type SealedRecord,
  sealRecord,
} from './record-cipher.ts';
import { openRecordsDatabase, recordsStorageError } from './records-database.ts';

/** One change to the records; several make one durable step. */
export type RecordChange =
  | { readonly kind: 'put'; readonly table: RecordTable; readonly id: string; readonly value: object }
  | { readonly kind: 'file'; readonly id: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'delete'; readonly table: RecordTable; readonly id: string };

/** The records of an open vault. Loaded after first paint, with Dexie in the same chunk. */
export interface OpenRecords {
  get<T>(table: RecordTable, id: string): Promise<T | undefined>;
  all<T>(table: RecordTable): Promise<readonly T[]>;
  file(id: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** All changes or none, in one strict transaction. Throws RecordsError `QUOTA` or `STORAGE`. */
  change(changes: readonly RecordChange[]): Promise<void>;
  /** Calls back with all records of a table, now and after every change in any tab. Returns how to stop. */
  watch<T>(table: RecordTable, onChange: (records: readonly T[]) => void): () => void;
  close(): void;
}

/** Opens the records with the keys of an open vault. */
export function openRecords(vault: OpenVault, name?: string): OpenRecords {
  const database = openRecordsDatabase(name);
  const newest = new Map<string, { readonly iv: string; readonly plaintext: Uint8Array<ArrayBuffer> }>();

  async function read<T>(sealed: SealedRecord): Promise<T> {
    const iv = sealed.iv.join();
    const known = newest.get(sealed.id);
    const plaintext = known?.iv === iv ? known.plaintext : await openRecord(vault, sealed);
    newest.set(sealed.id, { iv, plaintext });
    return decodeRecord<T>(plaintext);
  }

  async function all<T>(table: RecordTable): Promise<readonly T[]> {
    const sealed = await database.records.where('table').equals(table).toArray();
    return Promise.all(sealed.map((record) => read<T>(record)));
  }

  const sealChange = async (change: RecordChange): Promise<SealedRecord | string> => {
    if (change.kind === 'delete') return opaqueId(vault, change.table, change.id);
    if (change.kind === 'file') return sealRecord(vault, 'files', change.id, change.bytes);
    return sealRecord(vault, change.table, change.id, encodeRecord(change.value));
  };

  return {
    async get<T>(table: RecordTable, id: string) {
      const sealed = await database.records.get(await opaqueId(vault, table, id));
      return sealed && read<T>(sealed);
    },
    all,
    async file(id) {
      const sealed = await database.records.get(await opaqueId(vault, 'files', id));
      return sealed && openRecord(vault, sealed);
    },
    async change(changes) {
      // Encrypting happens before the transaction: IndexedDB would commit while WebCrypto works.
      const sealed = await Promise.all(changes.map(sealChange));
      const puts = sealed.filter((one) => typeof one !== 'string');
      const deletes = sealed.filter((one) => typeof one === 'string');
      try {
        await database.dexie.transaction('rw', database.records, async () => {
          if (puts.length > 0) await database.records.bulkPut(puts);
          if (deletes.length > 0) await database.records.bulkDelete(deletes);
        });
      } catch (cause) {
        throw recordsStorageError(cause);
      }
    },
    watch<T>(table: RecordTable, onChange: (records: readonly T[]) => void) {
      let turn = 0;
      const subscription = liveQuery(() => database.records.where('table').equals(table).toArray()).subscribe(
        (sealed) => {
          turn += 1;
          const mine = turn;
          void Promise.all(sealed.map((record) => read<T>(record))).then((records) => {
            // A newer answer may have been decrypted first.
            if (mine === turn) onChange(records);
          });
        },
      );
      return () => subscription.unsubscribe();
    },
    close() {
      newest.clear();
      database.dexie.close();
    },
  };
}
