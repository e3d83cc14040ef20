import type { Transaction } from 'kysely';
import type { StationDatabase } from './database.ts';
import type { StationSchema } from './schema.ts';

const STATION_EPOCH = 'stationEpoch';

/** The station's epoch, from 1; it rises when a restored database shows itself. */
export async function stationEpoch(db: StationDatabase | Transaction<StationSchema>): Promise<number> {
  return Number((await readSetting(db, STATION_EPOCH)) ?? 1);
}

/** Sets the station's epoch. */
export async function setStationEpoch(trx: Transaction<StationSchema>, epoch: number): Promise<void> {
  await writeSetting(trx, STATION_EPOCH, String(epoch));
}

/** A value that the station keeps between runs, such as how far it has read the school's news. */
export async function readSetting(
  db: StationDatabase | Transaction<StationSchema>,
  name: string,
): Promise<string | undefined> {
  return (await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst())?.value;
}

/** Keeps such a value, in the transaction that makes it true. */
export async function writeSetting(trx: Transaction<StationSchema>, name: string, value: string): Promise<void> {
  await trx
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
