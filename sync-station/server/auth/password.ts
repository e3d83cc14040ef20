import { randomBytes } from 'node:crypto';
import { argon2id, argon2Verify } from 'hash-wasm';
import { minPasswordCharacters } from '../../api/administrator.ts';
import { DeskError } from './desk-error.ts';

// 46 MiB and one pass is the floor of the OWASP advice; two passes cost about 0.1 s on a small machine.
const cost = { parallelism: 1, iterations: 2, memorySize: 46 * 1024, hashLength: 32 } as const;

// A verification takes 46 MiB: one at a time, so that many logins at once cannot exhaust the machine.
let queue: Promise<unknown> = Promise.resolve();

function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const result = queue.then(work, work);
  // The caller gets the failure; the queue itself goes on.
  queue = result.catch(() => undefined);
  return result;
}

/** Hashes a password with Argon2id and a fresh salt. Throws DeskError WEAK_PASSWORD when it is too short or one repeated sign. */
export function hashPassword(password: string): Promise<string> {
  if ([...password].length < minPasswordCharacters || new Set(password).size < 4) throw new DeskError('WEAK_PASSWORD');
  return oneAtATime(() =>
    argon2id({ ...cost, password: password.normalize('NFC'), salt: randomBytes(16), outputType: 'encoded' }),
  );
}

// An unknown login costs as much time as a known one, so the time says nothing about who works here.
let nobody: Promise<string> | undefined;

/** Says whether the password fits the hash. Without a hash it takes as long and says no. */
export async function checkPassword(password: string, hash: string | undefined): Promise<boolean> {
  nobody ??= oneAtATime(() =>
    argon2id({ ...cost, password: randomBytes(16), salt: randomBytes(16), outputType: 'encoded' }),
  );
  const against = hash ?? (await nobody);
  const fits = await oneAtATime(() => argon2Verify({ password: password.normalize('NFC'), hash: against }));
  return fits && hash !== undefined;
}
