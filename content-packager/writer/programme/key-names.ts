import { fromHex } from '#core/bytes/hex.ts';
import { keyIdOf } from '#core/crypto/ed25519.ts';
import type { KeyRing } from './key-ring.ts';
import { listPending } from './pending.ts';
import type { ProgrammeFile } from './programme-file.ts';

/** What names of keys are looked up in. */
interface KeyPlaces {
  readonly dir: string;
  readonly programme: ProgrammeFile;
  readonly keyRing: KeyRing;
}

/** The name of every signing key that the programme knows, by key id: those booked, and those whose files are here. */
export async function keysById({ programme, keyRing }: Omit<KeyPlaces, 'dir'>): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const add = async (name: string, publicHalf: string): Promise<void> => {
    if (/^[0-9a-f]{64}$/.test(publicHalf)) names.set(await keyIdOf(fromHex(publicHalf)), name);
  };
  for (const [name, publicHalf] of programme.keys) await add(name, publicHalf);
  for (const [name, file] of await keyRing.here()) await add(name, file.public);
  return names;
}

/** `wanted`, or that with the first number behind it that no key has or waits to have. */
export async function freeKeyName({ dir, programme, keyRing }: KeyPlaces, wanted: string): Promise<string> {
  const taken = new Set([...programme.keys.keys(), ...(await keyRing.here()).keys()]);
  for (const { edits } of await listPending(dir))
    for (const edit of edits) if (edit.kind === 'nameKey') taken.add(edit.key);
  // root-2 is followed by root-4 when there are three: a number is never used for a second key.
  const stem = wanted.replace(/-\d+$/, '');
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${stem}-${number}`;
  return name;
}
