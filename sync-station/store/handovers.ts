import type { Transaction } from 'kysely';
import type { StationDatabase } from './database.ts';
import type { HandoversTable, StationSchema } from './schema.ts';

type Queries = StationDatabase | Transaction<StationSchema>;

/** The handover with which a device left this site (`out`) or came to it (`in`). */
export function findHandover(
  db: Queries,
  deviceId: string,
  direction: HandoversTable['direction'],
): Promise<HandoversTable | undefined> {
  return db
    .selectFrom('handovers')
    .selectAll()
    .where('deviceId', '=', deviceId)
    .where('direction', '=', direction)
    .executeTakeFirst();
}

/** Keeps a handover in the place of an earlier one of the same direction. */
export async function keepHandover(trx: Transaction<StationSchema>, row: HandoversTable): Promise<void> {
  const { deviceId, direction, ...values } = row;
  await trx
    .insertInto('handovers')
    .values(row)
    .onConflict((conflict) => conflict.columns(['deviceId', 'direction']).doUpdateSet(values))
    .execute();
}

/** A device that has come back is not away any more. */
export async function endHandover(trx: Transaction<StationSchema>, deviceId: string): Promise<void> {
  await trx.deleteFrom('handovers').where('deviceId', '=', deviceId).where('direction', '=', 'out').execute();
}
