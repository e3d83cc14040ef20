import type { Transaction } from 'kysely';
import type { StationSchema } from './schema.ts';

/**
 * What a licence that this station has signed and does not know may be (formats/dock-api.md 3.4.4): `forgotten`, because
 * it was issued between the last that a restored database knew and its restoring; `perhaps`, because the database was put
 * back by other means and only a device's receipt showed it; else `never` given here.
 */
export type Forgotten = 'forgotten' | 'perhaps' | 'never';

const SECOND_MS = 1000;

/** How a licence issued at this instant may be unknown here. The audit log says when the station was restored. */
export async function judgeForgotten(trx: Transaction<StationSchema>, issuedAtMs: number): Promise<Forgotten> {
  const restored = await trx
    .selectFrom('auditLog')
    .select(['sequence', 'atMs', 'act'])
    .where('act', 'in', ['station-restored', 'station-epoch-raised'])
    .where('atMs', '>=', issuedAtMs)
    .execute();
  for (const { sequence, act } of restored) {
    if (act === 'station-restored' && (await lastKnownAtMs(trx, sequence)) <= issuedAtMs) return 'forgotten';
  }
  return restored.some(({ act }) => act === 'station-epoch-raised') ? 'perhaps' : 'never';
}

/** The last that the restored database knew: issuing is in its log, so what came before that it would know. */
async function lastKnownAtMs(trx: Transaction<StationSchema>, sequence: number): Promise<number> {
  const before = await trx
    .selectFrom('auditLog')
    .select('atMs')
    .where('sequence', '=', sequence - 1)
    .executeTakeFirst();
  // A licence names its instant in whole seconds.
  return Math.floor((before?.atMs ?? 0) / SECOND_MS) * SECOND_MS;
}
