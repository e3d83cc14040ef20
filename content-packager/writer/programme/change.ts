import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Randomness } from '#core/crypto/randomness.ts';
import { type KeyRing, openKeyRing } from './key-ring.ts';
import { withProgrammeLock } from './lock.ts';
import { type ProgrammeFile, readProgramme } from './programme-file.ts';
import { loadRepository, type RepositoryState } from './repository-state.ts';

/** What a change of a programme works with. */
export interface ProgrammeSession {
  readonly dir: string;
  readonly programme: ProgrammeFile;
  readonly state: RepositoryState;
  readonly keyRing: KeyRing;
  readonly nowMs: number;
}

/** What the command line hands in. */
export interface ProgrammeAccess {
  readonly dir: string;
  readonly passphrase: () => Promise<string>;
  readonly randomness: Randomness;
  readonly nowMs: number;
}

/** Runs one change under the programme's lock, on a repository whose signatures have all been checked. */
export async function changeProgramme<T>(
  access: ProgrammeAccess,
  job: (session: ProgrammeSession) => Promise<T>,
): Promise<T> {
  const { dir, nowMs } = access;
  await readProgramme(dir);
  return withProgrammeLock(dir, async () => {
    const programme = await readProgramme(dir);
    const state = await loadRepository(dir, programme);
    return job({ dir, programme, state, keyRing: openKeyRing(dir, access.passphrase, access.randomness), nowMs });
  });
}

/** The names of all key files that belong to a role with several custodians. */
export async function custodianKeys(dir: string, role: string): Promise<string[]> {
  const names = await readdir(join(dir, 'keys'));
  const pattern = new RegExp(`^${role}-\\d+\\.json$`);
  return names
    .filter((name) => pattern.test(name))
    .map((name) => name.replace(/\.json$/, ''))
    .sort();
}
