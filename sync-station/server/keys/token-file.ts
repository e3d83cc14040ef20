import { readFile, stat } from 'node:fs/promises';
import { StationError } from '../station-error.ts';

/** The school's token: the first line of a file that nobody else may read. Throws StationError BAD_CONFIG. */
export async function readTokenFile(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  let token: string | undefined;
  try {
    if (((await stat(path)).mode & 0o077) !== 0) {
      throw new StationError({ code: 'BAD_CONFIG', detail: `${path} can be read by others: chmod 600` });
    }
    token = (await readFile(path, 'utf8')).split(/\r?\n/)[0]?.trim();
  } catch (cause) {
    if (cause instanceof StationError) throw cause;
    throw new StationError({ code: 'BAD_CONFIG', detail: path, cause });
  }
  if (!token) throw new StationError({ code: 'BAD_CONFIG', detail: `${path} is empty` });
  return token;
}
