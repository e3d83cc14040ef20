import type { Randomness } from '#core/crypto/randomness.ts';
import { finishPublication } from './journal.ts';
import { refuseKeysInRepository } from './key-place.ts';
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
  /** Asks for the passphrase of a folder that holds no key yet. */
  readonly newPassphrase?: () => Promise<string>;
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
    await finishPublication(dir);
    await refuseKeysInRepository(dir);
    const programme = await readProgramme(dir);
    const keyRing = openKeyRing(dir, access.passphrase, access.randomness, access.newPassphrase);
    const state = await loadRepository(dir, programme);
    return job({ dir, programme, state, keyRing, nowMs });
  });
}
