import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { utf8 } from '#core/bytes/bytes.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import type { Randomness } from '#core/crypto/randomness.ts';
import { type Signer, signerFromSeed } from '#core/crypto/signer.ts';
import { WriterError } from '../writer-error.ts';
import { readIfThere, writeDurably } from './disk.ts';
import { createPassphraseKeys, openKeyFile, parseKeyFile, sealKeyFile, secretText } from './key-file.ts';

/** The keys of a programme, in `DIR/keys`, each in its own encrypted file with mode 0600. */
export interface KeyRing {
  /** Makes a signing key and its file; answers the signer. */
  createSigner(name: string): Promise<Signer>;
  /** Makes the age recovery key and its file; answers its recipient. */
  createAgeKey(name: string): Promise<string>;
  signer(name: string): Promise<Signer>;
  ageIdentity(name: string): Promise<string>;
  /** Public half of a key, without passphrase. */
  publicOf(name: string): Promise<Uint8Array>;
}

/** Opens the key folder of a programme. `passphrase` is asked for at most once, when the first secret is needed. */
export function openKeyRing(programmeDir: string, passphrase: () => Promise<string>, randomness: Randomness): KeyRing {
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
    salt ??= randomness(16);
    await writeDurably(
      pathOf(name),
      await sealKeyFile(secret, { kind, name, public: publicHalf }, salt, await unlock(), randomness),
      0o600,
    );
  };
  return {
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
    async ageIdentity(name) {
      return secretText(await openKeyFile(await load(name), pathOf(name), await unlock()));
    },
    async publicOf(name) {
      return fromHex((await load(name)).public);
    },
  };
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
