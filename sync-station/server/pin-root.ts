import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileExists, stationPaths, writeStationFile } from './data-folder.ts';
import { StationError } from './station-error.ts';

const MAX_ROOT_BYTES = 512 * 1024;

/**
 * Keeps the programme's root as this station's anchor, once: from `rootFile` when it is given, else the first root of
 * the repository. Returns its SHA-256, for people to compare with the programme's, or undefined when there is none yet.
 */
export async function pinRoot(
  dataFolder: string,
  options: { readonly rootFile: string | undefined; readonly repository: string | undefined },
): Promise<{ sha256: string; isNew: boolean } | undefined> {
  const { trustedRoot } = stationPaths(dataFolder);
  if (await fileExists(trustedRoot)) return { sha256: sha256(await readFile(trustedRoot)), isNew: false };
  const bytes = options.rootFile === undefined ? await firstRoot(options.repository) : await readFile(options.rootFile);
  if (bytes === undefined) return undefined;
  await writeStationFile(trustedRoot, bytes, 0o644);
  return { sha256: sha256(bytes), isNew: true };
}

async function firstRoot(repository: string | undefined): Promise<Uint8Array | undefined> {
  if (repository === undefined) return undefined;
  const path = 'metadata/1.root.json';
  if (!/^https?:/.test(repository)) {
    const file = join(repository, path);
    return (await fileExists(file)) ? readFile(file) : undefined;
  }
  const response = await fetch(new URL(path, repository.endsWith('/') ? repository : `${repository}/`));
  if (!response.ok) return undefined;
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_ROOT_BYTES) throw new StationError({ code: 'BAD_CONFIG', detail: 'root too large' });
  return bytes;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
