import type { Transaction } from 'kysely';
import type { StationDatabase } from './database.ts';
import type { StationSchema } from './schema.ts';

type Queries = StationDatabase | Transaction<StationSchema>;

/** A licence as it was issued. */
export type LicenceRow = StationSchema['licences'];

/** The device's newest licence. */
export async function latestLicence(db: Queries, deviceId: string): Promise<LicenceRow | undefined> {
  return db
    .selectFrom('licences')
    .selectAll()
    .where('deviceId', '=', deviceId)
    .orderBy('serial', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The device's licence with this serial. */
export async function licenceWithSerial(
  db: Queries,
  deviceId: string,
  serial: number,
): Promise<LicenceRow | undefined> {
  return db
    .selectFrom('licences')
    .selectAll()
    .where('deviceId', '=', deviceId)
    .where('serial', '=', serial)
    .executeTakeFirst();
}

/** Serial of the newest licence that the device ever showed; 0 when it showed none. */
export async function newestSeenSerial(db: Queries, deviceId: string): Promise<number> {
  const row = await db
    .selectFrom('licences')
    .select((of) => of.fn.max('serial').as('serial'))
    .where('deviceId', '=', deviceId)
    .where('seenAtMs', 'is not', null)
    .executeTakeFirst();
  return Number(row?.serial ?? 0);
}

/** The licence that answered this request, if it was answered before. */
export async function licenceOfRequest(
  db: Queries,
  deviceId: string,
  requestHash: string,
): Promise<LicenceRow | undefined> {
  return db
    .selectFrom('licences')
    .selectAll()
    .where('deviceId', '=', deviceId)
    .where('requestHash', '=', requestHash)
    .executeTakeFirst();
}

/** Adds a licence and moves the device's counters to it. */
export async function insertLicence(trx: Transaction<StationSchema>, licence: LicenceRow): Promise<void> {
  await trx.insertInto('licences').values(licence).execute();
  await trx
    .updateTable('devices')
    .set({ licenceSerial: licence.serial, licenceExpiresAtMs: licence.expiresAtMs })
    .where('id', '=', licence.deviceId)
    .execute();
}

/** Notes that the device holds this licence; one the database lost (a restored station) is taken back. */
export async function noteSeenLicence(
  trx: Transaction<StationSchema>,
  licence: Omit<LicenceRow, 'seenAtMs' | 'requestHash'>,
  nowMs: number,
): Promise<void> {
  const known = await licenceWithSerial(trx, licence.deviceId, licence.serial);
  if (!known) {
    const latest = await latestLicence(trx, licence.deviceId);
    if (latest && latest.serial > licence.serial) return;
    // The id of another licence: whoever signed this one, it was not this station.
    if (await trx.selectFrom('licences').select('id').where('id', '=', licence.id).executeTakeFirst()) return;
    await insertLicence(trx, { ...licence, requestHash: null, seenAtMs: nowMs });
  } else if (known.seenAtMs === null) {
    await trx.updateTable('licences').set({ seenAtMs: nowMs }).where('id', '=', licence.id).execute();
  }
}
