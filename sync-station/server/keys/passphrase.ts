import { readFile } from 'node:fs/promises';
import { StationError } from '../station-error.ts';

/**
 * The passphrase from `--passphrase-file`, LEESLICHT_PASSPHRASE_FILE or LEESLICHT_PASSPHRASE, in that order;
 * of a file the first line counts. Throws StationError NO_PASSPHRASE.
 */
export async function readPassphrase(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const path = file ?? environment['LEESLICHT_PASSPHRASE_FILE'];
  let passphrase = environment['LEESLICHT_PASSPHRASE'];
  if (path !== undefined) {
    try {
      passphrase = (await readFile(path, 'utf8')).split(/\r?\n/)[0];
    } catch (cause) {
      throw new StationError({ code: 'NO_PASSPHRASE', detail: path, cause });
    }
  }
  if (passphrase === undefined || passphrase === '') {
    throw new StationError({ code: 'NO_PASSPHRASE', detail: 'give --passphrase-file or LEESLICHT_PASSPHRASE' });
  }
  return passphrase;
}
