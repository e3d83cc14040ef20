import { access, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../store/sync-folder.ts';
import { StationError } from './station-error.ts';

/** Where everything of one station lies. */
export function stationPaths(dataFolder: string) {
  return {
    config: join(dataFolder, 'station.json'),
    keys: join(dataFolder, 'keys.json'),
    publicFile: join(dataFolder, 'station-public.json'),
    database: join(dataFolder, 'station.db'),
    mirror: join(dataFolder, 'mirror'),
    trustedRoot: join(dataFolder, 'mirror', 'trusted-root.json'),
  };
}

/** Reads a file of the station. Throws StationError NOT_INITIALISED when it is missing. */
export async function readStationFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new StationError({ code: 'NOT_INITIALISED', detail: path, cause });
  }
}

/** Writes a file so that a power cut leaves the old one or the new one. `mode` as for chmod. */
export async function writeStationFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Whether a file is there. */
export async function fileExists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Missing or unreadable: whoever needs it reads it next and gets the reason.
    return false;
  }
}
