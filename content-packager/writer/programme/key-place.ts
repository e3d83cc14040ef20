import { readdir, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { WriterError } from '../writer-error.ts';
import { isErrno, readIfThere } from './disk.ts';

const METADATA_NAME = /^(?:\d+\.[a-z0-9_-]+|timestamp)\.json$/;

/**
 * Refuses a place for a key file that lies in a published folder: what lies there is served to everybody.
 * Throws `KEY_IN_REPOSITORY`.
 */
export async function refusePublishedPlace(path: string): Promise<void> {
  const start = await nearestReal(resolve(path));
  for (let folder = start; ; folder = dirname(folder)) {
    const marks = await Promise.all([
      readIfThere(join(folder, 'metadata', '1.root.json')),
      readIfThere(join(folder, 'metadata', 'timestamp.json')),
    ]);
    if (marks.some((mark) => mark !== undefined)) {
      throw new WriterError({
        code: 'KEY_IN_REPOSITORY',
        file: path,
        problem: `lies in ${folder}, which is published to everybody`,
        advice: 'Choose a place outside the repository folder.',
      });
    }
    if (dirname(folder) === folder) return;
  }
}

/** Refuses to work while a key file lies about in the published folder. Throws `KEY_IN_REPOSITORY`. */
export async function refuseKeysInRepository(dir: string): Promise<void> {
  const repository = join(dir, 'repository');
  await refusePublishedPlace(join(dir, 'keys'));
  for (const folder of [repository, join(repository, 'metadata'), join(repository, 'keys')]) {
    for (const name of await namesIn(folder)) {
      if (METADATA_NAME.test(name) || !name.endsWith('.json')) continue;
      const bytes = await readIfThere(join(folder, name));
      if (bytes === undefined || !new TextDecoder().decode(bytes).includes('"leeslicht-key-v1"')) continue;
      throw new WriterError({
        code: 'KEY_IN_REPOSITORY',
        file: join(folder, name),
        problem: 'is a key file in the folder that is published to everybody',
        advice: 'Treat this key as stolen: take the file away and rotate the key (docs/guides/ceremony.md).',
      });
    }
  }
}

async function nearestReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT') || dirname(path) === path) throw error;
    return nearestReal(dirname(path));
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // A folder that is not there holds no key.
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return [];
    throw error;
  }
}
