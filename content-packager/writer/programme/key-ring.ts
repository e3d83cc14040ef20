import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { utf8 } from '#core/bytes/bytes.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { keyIdOf } from '#core/crypto/ed25519.ts';
import type { Randomness } from '#core/crypto/randomness.ts';
import { type Signer, signerFromSeed } from '#core/crypto/signer.ts';
import { WriterError } from '../writer-error.ts';
import { namesIn, readIfThere, writeDurably } from './disk.ts';
import { createPassphraseKeys, openKeyFile, parseKeyFile, sealKeyFile, secretText } from './key-file.ts';

/** The keys of a programme, in `DIR/keys`, each in its own encrypted file with mode 0600. */
export interface KeyRing {
  /** Makes a signing key and its file; answers the signer. */
  createSigner(name: string): Promise<Signer>;
  /** Makes the age recovery key and its file; answers its recipient. */
  createAgeKey(name: string): Promise<string>;
  signer(name: string): Promise<Signer>;
  /** The identities of all recovery keys whose files are here. */
  ageIdentities(): Promise<string[]>;
  /** The key files that are here: their names and public halves, without passphrase. */
  here(): Promise<ReadonlyMap<string, PublicKeyFile>>;
  /** Signers for those of these key ids whose files are here. */
  signersFor(keyIds: readonly string[]): Promise<Signer[]>;
  /** Moves the file of a key that counts no longer to `keys/retired/`, if it is here. */
  retire(name: string): Promise<void>;
}

/** What a key file shows without a passphrase. */
export interface PublicKeyFile {
  readonly kind: 'ed25519' | 'age';
  readonly public: string;
}

/**
 * Opens the key folder of a programme. `passphrase` is asked for at most once, when the first secret is needed;
 * `newPassphrase` instead of it when the first key of all is made.
 */
export function openKeyRing(
  programmeDir: string,
  passphrase: () => Promise<string>,
  randomness: Randomness,
  newPassphrase = passphrase,
): KeyRing {
  let keys: ReturnType<typeof createPassphraseKeys> | undefined;
  let salt: Uint8Array | undefined;
  const signers = new Map<string, Signer>();
  const unlock = async (): Promise<ReturnType<typeof createPassphraseKeys>> => {
    keys ??= createPassphraseKeys(await passphrase());
    return keys;
  };
  const pathOf = (name: string): string => join(programmeDir, 'keys', `${name}.json`);
  const load = async (name: string): ReturnType<typeof loadKeyFile> => {
    const file = await loadKeyFile(pathOf(name), name);
    salt ??= file.kdf.salt;
    return file;
  };
  const save = async (name: string, kind: 'ed25519' | 'age', publicHalf: string, secret: Uint8Array): Promise<void> => {
    if ((await here()).size === 0) keys ??= createPassphraseKeys(await newPassphrase());
    await provePassphrase();
    salt ??= randomness(16);
    await writeDurably(
      pathOf(name),
      await sealKeyFile(secret, { kind, name, public: publicHalf }, salt, await unlock(), randomness),
      0o600,
    );
  };
  const here = async (): Promise<Map<string, PublicKeyFile>> => {
    const found = new Map<string, PublicKeyFile>();
    for (const name of (await keyNamesIn(join(programmeDir, 'keys'))).sort()) {
      const { kind, public: publicHalf } = await load(name);
      found.set(name, { kind, public: publicHalf });
    }
    return found;
  };
  // A key made under a passphrase that nobody meant could never be used: it must open a key that is here, if there is one.
  let isProved = false;
  const provePassphrase = async (): Promise<void> => {
    let failure: unknown;
    for (const name of isProved ? [] : (await here()).keys()) {
      try {
        await openKeyFile(await load(name), pathOf(name), await unlock());
        failure = undefined;
        break;
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== undefined) throw failure;
    isProved = true;
  };
  const ring: KeyRing = {
    async createSigner(name) {
      const seed = randomness(32);
      const signer = await signerFromSeed(seed);
      await save(name, 'ed25519', toHex(signer.publicKey), seed);
      signers.set(name, signer);
      return signer;
    },
    async createAgeKey(name) {
      const identity = await generateX25519Identity();
      const recipient = await identityToRecipient(identity);
      await save(name, 'age', recipient, utf8(identity));
      return recipient;
    },
    async signer(name) {
      const known = signers.get(name);
      if (known !== undefined) return known;
      const file = await load(name);
      const signer = await signerFromSeed(await openKeyFile(file, pathOf(name), await unlock()));
      if (toHex(signer.publicKey) !== file.public)
        throw new WriterError({
          code: 'KEY_DAMAGED',
          file: pathOf(name),
          problem: 'holds another key than it says',
          advice: 'Put back the copy that its custodian keeps.',
        });
      signers.set(name, signer);
      return signer;
    },
    async ageIdentities() {
      const identities: string[] = [];
      for (const [name, { kind }] of await here())
        if (kind === 'age')
          identities.push(secretText(await openKeyFile(await load(name), pathOf(name), await unlock())));
      return identities;
    },
    here,
    async signersFor(keyIds) {
      const wanted = new Set(keyIds);
      const found: Signer[] = [];
      for (const [name, { kind, public: publicHalf }] of await here()) {
        if (kind !== 'ed25519' || !wanted.has(await keyIdOf(fromHex(publicHalf)))) continue;
        found.push(await ring.signer(name));
      }
      return found;
    },
    async retire(name) {
      if (!(await here()).has(name)) return;
      await mkdir(join(programmeDir, 'keys', 'retired'), { recursive: true, mode: 0o700 });
      await rename(pathOf(name), join(programmeDir, 'keys', 'retired', `${name}.json`));
    },
  };
  return ring;
}

/** A publishing folder may hold no key at all: then every signature comes from elsewhere. */
async function keyNamesIn(folder: string): Promise<string[]> {
  const names = await namesIn(folder);
  return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
}

async function loadKeyFile(path: string, name: string): Promise<ReturnType<typeof parseKeyFile>> {
  const bytes = await readIfThere(path);
  if (bytes === undefined)
    throw new WriterError({
      code: 'KEY_MISSING',
      file: path,
      problem: 'is not here, and this job must be signed with it',
      advice: 'Ask its custodian to bring the key file and put it back for this job.',
    });
  const file = parseKeyFile(bytes, path);
  if (file.name !== name)
    throw new WriterError({
      code: 'KEY_DAMAGED',
      file: path,
      problem: `is the key "${file.name}" under another name`,
      advice: 'Put the right key file in its place.',
    });
  return file;
}
