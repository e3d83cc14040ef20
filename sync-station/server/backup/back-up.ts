import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { appendAudit } from '../../store/audit.ts';
import { type CopiedParcel, type CopyContents, copyDatabase, readCopy } from '../../store/database-copy.ts';
import { queueDown } from '../../store/down-queue.ts';
import { randomId } from '../../store/random-id.ts';
import { readSetting, stationEpoch, writeSetting } from '../../store/settings.ts';
import type { StationContext } from '../context.ts';
import { fileExists, readStationFile, stationPaths, writeStationFile } from '../data-folder.ts';
import { signReceipt } from '../dock/signed-answers.ts';
import { BackupError } from './backup-error.ts';
import {
  type BackupDescription,
  dropOldDatabases,
  listObjects,
  readDatabase,
  readDescription,
  scrubObject,
  writeDatabase,
  writeDescription,
  writeObject,
} from './backup-folder.ts';

type Station = Omit<StationContext, 'jobs'>;

const REST_MS = 5_000;
// A big station rests ten times as long as its backup worked.
const REST_FACTOR = 10;
const SIGN_AT_ONCE = 500;
/** Old copies looked at again in each run: media rot silently. */
const SCRUB_EACH_RUN = 50;

/**
 * Copies database and objects to another medium, sealed to the station's own key, opens the copy again as a restore
 * would, and only then signs that the parcels in it are backed up. Answers when it wants to run again.
 * Throws BackupError; then no parcel is called backed up.
 */
export async function backUp(station: Station): Promise<number> {
  const { config } = station;
  const folder = config.backup;
  const startedMs = performance.now();
  if (folder === undefined) return station.now() + 60 * 60_000;
  if (!(await hasNews(station))) return station.now() + REST_MS;
  const description = await openFolder(station, folder);
  const database = await copyAll(station, folder);
  const restored = await tryRestore(station, folder, database);
  const older = description.database === null ? [] : [description.database];
  await writeDescription(folder, { ...description, madeAtMs: station.now(), database });
  await dropOldDatabases(folder, database, older);
  await signBackedUp(station, restored.parcels);
  await station.db.transaction().execute(async (trx) => {
    await writeSetting(trx, 'backupAudit', String(restored.lastAct));
    await writeSetting(trx, 'backupMadeAtMs', String(station.now()));
  });
  return station.now() + Math.max(REST_MS, Math.round((performance.now() - startedMs) * REST_FACTOR));
}

/** Every act is in the audit log: nothing new there but this job's own word, nothing new to copy. */
async function hasNews(station: Station): Promise<boolean> {
  const copied = Number((await readSetting(station.db, 'backupAudit')) ?? 0);
  const news = await station.db
    .selectFrom('auditLog')
    .select('sequence')
    .where('sequence', '>', copied)
    .where('act', '!=', 'backed-up')
    .limit(1)
    .executeTakeFirst();
  return news !== undefined;
}

/** A medium that was used before must be there itself: an empty mount point is not a backup. */
async function openFolder(station: Station, folder: string): Promise<BackupDescription> {
  const known = await readSetting(station.db, 'backupId');
  const { siteId } = station.config;
  const receiptKeyId = station.keys.receipt.keyId;
  const found = await readDescription(folder);
  if (found) {
    const isOurs = found.siteId === siteId && found.receiptKeyId === receiptKeyId;
    if (!isOurs) throw new BackupError({ code: 'OTHER_STATION', detail: folder });
    if (found.backupId !== known) await keepBackupId(station, found.backupId);
    return found;
  }
  if (known !== undefined) throw new BackupError({ code: 'MEDIUM_MISSING', detail: folder });
  const fresh: BackupDescription = {
    format: 'leeslicht-station-backup-v1',
    backupId: randomBytes(16).toString('hex'),
    siteId,
    receiptKeyId,
    madeAtMs: null,
    database: null,
  };
  await writeDescription(folder, fresh);
  await keepBackupId(station, fresh.backupId);
  const [data, copy] = [await stat(station.config.dataFolder), await stat(folder)];
  if (data.dev === copy.dev) {
    station.log.warn({ folder }, 'the backup lies on the same medium as the station: that disk takes both with it');
  }
  return fresh;
}

async function keepBackupId(station: Station, backupId: string): Promise<void> {
  await station.db.transaction().execute((trx) => writeSetting(trx, 'backupId', backupId));
}

/** The database first: every file that it names is in the object store already, and files never change. */
async function copyAll(station: Station, folder: string): Promise<string> {
  const paths = stationPaths(station.config.dataFolder);
  const staged = join(station.config.dataFolder, 'backup-copy.db');
  try {
    await removeDatabase(staged);
    await copyDatabase(paths.database, staged);
    const contents = await readCopy(staged);
    if (!contents) throw new BackupError({ code: 'DAMAGED', detail: paths.database });
    const there = await listObjects(folder);
    await scrubSome(station, folder, there);
    for (const hash of contents.objects) {
      if (there.has(hash)) continue;
      const bytes = await station.objects.get(hash);
      if (!bytes) throw new BackupError({ code: 'OBJECT_MISSING', detail: hash });
      await writeObject(folder, station.keys.age, hash, bytes);
    }
    for (const path of [paths.config, paths.keys, paths.trustedRoot]) {
      if (!(await fileExists(path))) continue;
      await writeStationFile(join(folder, basename(path)), await readStationFile(path), 0o600);
    }
    return await writeDatabase(folder, station.keys.age, staged);
  } finally {
    await removeDatabase(staged);
  }
}

/** Goes round through the older copies; a damaged one is taken off the list, so that this very run writes it again. */
async function scrubSome(station: Station, folder: string, there: Set<string>): Promise<void> {
  const all = [...there].sort();
  const last = (await readSetting(station.db, 'backupScrubbed')) ?? '';
  const start = all.findIndex((hash) => hash > last);
  const turn = all.slice(Math.max(0, start), Math.max(0, start) + SCRUB_EACH_RUN);
  for (const hash of turn) {
    if (await scrubObject(folder, station.keys.age, hash)) continue;
    station.log.error({ object: hash }, 'a copy on the backup medium was damaged and is written again');
    there.delete(hash);
  }
  const end = turn.at(-1);
  if (end) await station.db.transaction().execute((trx) => writeSetting(trx, 'backupScrubbed', end));
}

/** Opens what lies on the medium, not what was meant to be written there. */
async function tryRestore(station: Station, folder: string, database: string): Promise<CopyContents> {
  const restored = join(station.config.dataFolder, 'backup-test.db');
  try {
    await removeDatabase(restored);
    await readDatabase(folder, station.keys.age, database, restored);
    const contents = await readCopy(restored);
    if (!contents) throw new BackupError({ code: 'DAMAGED', detail: database });
    const there = await listObjects(folder);
    for (const hash of contents.objects) {
      if (!there.has(hash)) throw new BackupError({ code: 'OBJECT_MISSING', detail: hash });
    }
    return contents;
  } finally {
    await removeDatabase(restored);
  }
}

/** The signed word goes to the device that sent the parcel; after it the outbox copy may go. */
export async function signBackedUp(station: Station, parcels: readonly CopiedParcel[]): Promise<void> {
  for (let start = 0; start < parcels.length; start += SIGN_AT_ONCE) {
    const part = parcels.slice(start, start + SIGN_AT_ONCE);
    const epoch = await stationEpoch(station.db);
    const signed = await Promise.all(
      part.map(async (parcel) => {
        const { id: parcelId, deviceId, deviceEpoch, sequence, receivedAtMs } = parcel;
        const fields = { parcelId, deviceId, deviceEpoch, sequence, receivedAtMs, stationEpoch: epoch };
        return { parcel, envelope: JSON.stringify(await signReceipt(station, { ...fields, step: 'backedUp' })) };
      }),
    );
    const nowMs = station.now();
    await station.db.transaction().execute(async (trx) => {
      for (const { parcel, envelope } of signed) {
        await trx
          .insertInto('receipts')
          .values({ parcelId: parcel.id, step: 'backedUp', envelope, signedAtMs: nowMs })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        const { learnerId, deviceId, id: parcelId } = parcel;
        const item = { id: randomId(), kind: 'receipt-ack', createdAtMs: nowMs, parcelId, step: 'backedUp' };
        await queueDown(trx, { learnerId, deviceId }, { ...item, receipt: envelope }, null, nowMs);
      }
      const act = { actor: 'station', act: 'backed-up', subject: 'station', detail: { parcels: signed.length } };
      await appendAudit(trx, act, nowMs);
    });
  }
}

async function removeDatabase(file: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(`${file}${suffix}`, { force: true });
}
