import SQLite from 'better-sqlite3';
import { sql } from 'kysely';
import { findBrokenAudit } from './audit.ts';
import { openDatabase, type StationDatabase } from './database.ts';

/** A parcel that a copy of the database holds, for its receipt. */
export interface CopiedParcel {
  readonly id: string;
  readonly deviceId: string;
  readonly learnerId: string;
  readonly deviceEpoch: number;
  readonly sequence: number;
  readonly receivedAtMs: number;
}

/** What a copy of the database was found to hold when it was opened. */
export interface CopyContents {
  /** Every file that the copy names. */
  readonly objects: ReadonlySet<string>;
  /** Accepted parcels without the word that they are backed up. */
  readonly parcels: readonly CopiedParcel[];
  /** Sequence of its last audit entry. */
  readonly lastAct: number;
}

/** Copies a database in use, page by page, as it stands at one moment (SQLite's online backup). */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const source = new SQLite(from, { readonly: true, fileMustExist: true });
  try {
    // In one step: a copy in parts begins again at every commit of a busy station.
    await source.backup(to, { progress: () => 2 ** 31 - 1 });
  } finally {
    source.close();
  }
}

/** Opens a copy as a station would and looks through it. Undefined when it is damaged anywhere. */
export async function readCopy(file: string): Promise<CopyContents | undefined> {
  const db = await openDatabase(file);
  try {
    const check = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db);
    if (check.rows.length !== 1 || check.rows[0]?.integrity_check !== 'ok') return undefined;
    if ((await findBrokenAudit(db)) !== undefined) return undefined;
    return await contentsOf(db);
  } finally {
    await db.destroy();
  }
}

/** What a database holds, for its backup. */
export async function contentsOf(db: StationDatabase): Promise<CopyContents> {
  return { objects: await objectsOf(db), parcels: await parcelsOf(db), lastAct: await lastActOf(db) };
}

async function objectsOf(db: StationDatabase): Promise<ReadonlySet<string>> {
  const columns = [
    ['parcels', 'objectHash'],
    ['downParcels', 'objectHash'],
    ['recovery', 'backupHash'],
    ['items', 'attachmentHash'],
    ['submissions', 'attachmentHash'],
    ['feedback', 'attachmentHash'],
    ['earlyFeedback', 'attachmentHash'],
    ['downItems', 'attachmentHash'],
  ] as const;
  const hashes = new Set<string>();
  for (const [table, column] of columns) {
    const { rows } = await sql<{ hash: string }>`
      select distinct ${sql.ref(column)} as "hash" from ${sql.table(table)} where ${sql.ref(column)} is not null`.execute(
      db,
    );
    for (const { hash } of rows) hashes.add(hash);
  }
  return hashes;
}

async function lastActOf(db: StationDatabase): Promise<number> {
  const last = await db
    .selectFrom('auditLog')
    .select((query) => query.fn.max('sequence').as('sequence'))
    .executeTakeFirst();
  return Number(last?.sequence ?? 0);
}

function parcelsOf(db: StationDatabase): Promise<CopiedParcel[]> {
  return db
    .selectFrom('parcels')
    .innerJoin('devices', 'devices.id', 'parcels.deviceId')
    .leftJoin('receipts', (join) =>
      join.onRef('receipts.parcelId', '=', 'parcels.id').on('receipts.step', '=', 'backedUp'),
    )
    .select([
      'parcels.id',
      'parcels.deviceId',
      'devices.learnerId',
      'parcels.deviceEpoch',
      'parcels.sequence',
      'parcels.receivedAtMs',
    ])
    .where('parcels.state', 'in', ['accepted', 'opened'])
    .where('receipts.parcelId', 'is', null)
    .orderBy('parcels.receivedAtMs')
    .execute();
}
