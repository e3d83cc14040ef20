import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { RepositoryFetch } from '#core/repository/client.ts';
import { RepositoryError } from '#core/repository/repository-error.ts';
import { isErrno } from './disk.ts';

/** Lets the repository's client read a folder as it reads a publishing host. */
export function folderFetch(folder: string): RepositoryFetch {
  return async (path, maxBytes) => {
    let handle: Awaited<ReturnType<typeof open>>;
    try {
      handle = await open(join(folder, path), 'r');
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
    try {
      const { size } = await handle.stat();
      if (size > maxBytes) throw new RepositoryError({ code: 'TOO_LARGE', role: path });
      return new Uint8Array(await handle.readFile());
    } finally {
      await handle.close();
    }
  };
}
