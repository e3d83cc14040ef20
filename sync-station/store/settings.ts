import type { Transaction } from 'kysely';
import type { StationDatabase } from './database.ts';
import type { StationSchema } from './schema.ts';

const STATION_EPOCH = 'stationEpoch';

/** The station's epoch, from 1; it rises when a restored database shows itself. */
export async function stationEpoch(db: StationDatabase | Transaction<StationSchema>): Promise<number> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', STATION_EPOCH).executeTakeFirst();
  return row ? Number(row.value) : 1;
}

/** Sets the station's epoch. */
export async function setStationEpoch(trx: Transaction<StationSchema>, epoch: number): Promise<void> {
  const value = String(epoch);
  await trx
    .insertInto('settings')
    .values({ name: STATION_EPOCH, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
