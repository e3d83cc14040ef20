import type { OpenVault } from '../vault/pin-vault.ts';
import { openRecord } from './record-cipher.ts';
import { openRecordsDatabase } from './records-database.ts';
import { RecordsError } from './records-error.ts';

// A few, should one be damaged.
const TRIED = 20;

/** Whether these keys open what is kept here. Where nothing is kept there is nothing to lose, and any key will do. */
export async function fitsRecords(vault: OpenVault, name?: string): Promise<boolean> {
  const { dexie, records } = openRecordsDatabase(name);
  try {
    const some = await records.limit(TRIED).toArray();
    for (const record of some) {
      try {
        await openRecord(vault, record);
        return true;
      } catch (cause) {
        if (!(cause instanceof RecordsError)) throw cause;
      }
    }
    return some.length === 0;
  } finally {
    dexie.close();
  }
}
