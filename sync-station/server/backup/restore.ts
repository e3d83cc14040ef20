import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { appendAudit } from '../../store/audit.ts';
import { openDatabase, type StationDatabase } from '../../store/database.ts';
import { readCopy } from '../../store/database-copy.ts';
import { openObjects } from '../../store/objects.ts';
import { setStationEpoch, stationEpoch } from '../../store/settings.ts';
import { fileExists, stationPaths, writeStationFile } from '../data-folder.ts';
import { openSecrets } from '../keys/key-file.ts';
import { stationKeys } from '../keys/station-keys.ts';
import { StationError } from '../station-error.ts';
import { BackupError } from './backup-error.ts';
import { readDatabase, readDescription, readObject } from './backup-folder.ts';

/**
 * Makes a station's folder anew from its backup. Its epoch rises, so that devices offer again what the backup does not
 * have; sessions of staff end. The key file comes last: until then the folder is no station.
 * Throws StationError ALREADY_INITIALISED or WRONG_PASSPHRASE, or BackupError.
 */
export async function restoreStation(options: {
  readonly from: string;
  readonly dataFolder: string;
  readonly passphrase: string;
  readonly nowMs: number;
}): Promise<{ readonly madeAtMs: number; readonly stationEpoch: number; readonly objects: number }> {
  const { from, dataFolder, passphrase, nowMs } = options;
  const paths = stationPaths(dataFolder);
  if ((await fileExists(paths.keys)) || (await fileExists(paths.database))) {
    throw new StationError({ code: 'ALREADY_INITIALISED', detail: dataFolder });
  }
  const description = await readDescription(from);
  if (!description || description.database === null || description.madeAtMs === null) {
    throw new BackupError({ code: 'NO_BACKUP', detail: from });
  }
  const keyFile = await readFile(join(from, 'keys.json'), 'utf8');
  const keys = await stationKeys(await openSecrets(keyFile, passphrase));
  const objects = await openObjects(dataFolder);
  const part = `${paths.database}.part`;
  await readDatabase(from, keys.age, description.database, part);
  const contents = await readCopy(part);
  if (!contents) throw new BackupError({ code: 'DAMAGED', detail: description.database });
  for (const hash of contents.objects) await objects.put(await readObject(from, keys.age, hash));
  await rename(part, paths.database);
  const db = await openDatabase(paths.database);
  try {
    const epoch = await beginNewEpoch(db, description.madeAtMs, nowMs);
    await writeStationFile(paths.config, await readFile(join(from, 'station.json')), 0o644);
    const root = join(from, 'trusted-root.json');
    if (await fileExists(root)) await writeStationFile(paths.trustedRoot, await readFile(root), 0o644);
    await writeStationFile(paths.keys, keyFile, 0o600);
    return { madeAtMs: description.madeAtMs, stationEpoch: epoch, objects: contents.objects.size };
  } finally {
    await db.destroy();
  }
}

/** What makes a copied database the station's own again: a new epoch, and no sessions. Returns the epoch. */
export async function beginNewEpoch(db: StationDatabase, madeAtMs: number, nowMs: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const epoch = (await stationEpoch(trx)) + 1;
    await setStationEpoch(trx, epoch);
    await trx.deleteFrom('staffSessions').execute();
    const detail = { epoch, madeAtMs };
    await appendAudit(trx, { actor: 'station', act: 'station-restored', subject: 'station', detail }, nowMs);
    return epoch;
  });
}
