import { readFile } from 'node:fs/promises';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { utf8 } from '#core/bytes/bytes.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { keyIdOf, parsePublicKey } from '#core/crypto/ed25519.ts';
import type { Randomness } from '#core/crypto/randomness.ts';
import { type Signer, signerFromSeed } from '#core/crypto/signer.ts';
import { type Infer, literal, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { WriterError } from '../writer-error.ts';
import { readIfThere, writeDurably } from './disk.ts';
import { createPassphraseKeys, type KeyFile, openKeyFile, parseKeyFile, sealKeyFile, secretText } from './key-file.ts';
import { refusePublishedPlace } from './key-place.ts';
import { jsonFile } from './programme-file.ts';

const PUBLIC_FORMAT = 'leeslicht-public-key-v1';

const publicKeyShape = object({
  required: {
    format: literal(PUBLIC_FORMAT),
    kind: literal('ed25519', 'age'),
    name: string({ minLength: 1, maxLength: 200, pattern: /^[a-z0-9][a-z0-9-]*$/ }),
    public: string({ minLength: 1, maxLength: 200 }),
  },
});

/** The public half of a key that somebody made on a machine of their own. */
export type PublicKey = Omit<Infer<typeof publicKeyShape>, 'format'>;

/** Where a new key file and its public half lie. */
export interface NewKey extends PublicKey {
  readonly file: string;
  readonly publicFile: string;
  /** The key id of a signing key; a recovery key goes by its recipient. */
  readonly fingerprint: string;
}

/** Makes a key on its holder's own machine: an encrypted file that stays there, and a public one to hand in. */
export async function makeCustodianKey(
  path: string,
  head: { readonly kind: 'ed25519' | 'age'; readonly name: string },
  passphrase: () => Promise<string>,
  randomness: Randomness,
): Promise<NewKey> {
  await refusePublishedPlace(path);
  const publicFile = `${path.replace(/\.json$/, '')}.public.json`;
  if ((await readIfThere(path)) !== undefined || (await readIfThere(publicFile)) !== undefined) {
    throw new WriterError({
      code: 'PROGRAMME_EXISTS',
      file: path,
      problem: 'is there already',
      advice: 'Choose another name; keys are never written over.',
    });
  }
  const passphraseKeys = createPassphraseKeys(await passphrase());
  const made = await makePair(head.kind, randomness);
  const key: PublicKey = { ...head, public: made.public };
  await writeDurably(path, await sealKeyFile(made.secret, key, randomness(16), passphraseKeys, randomness), 0o600);
  await writeDurably(publicFile, jsonFile({ format: PUBLIC_FORMAT, ...key }));
  const fingerprint = head.kind === 'age' ? made.public : await keyIdOf(fromHex(made.public));
  return { ...key, file: path, publicFile, fingerprint };
}

/** Seals a key file anew under another passphrase, with a salt of its own. The file is replaced whole or not at all. */
export async function changePassphrase(
  path: string,
  passphrase: () => Promise<string>,
  newPassphrase: () => Promise<string>,
  randomness: Randomness,
): Promise<string> {
  const { file, secret } = await openSecret(path, passphrase);
  const { kind, name } = file;
  const keys = createPassphraseKeys(await newPassphrase());
  const head = { kind, name, public: file.public };
  await writeDurably(path, await sealKeyFile(secret, head, randomness(16), keys, randomness), 0o600);
  return name;
}

/** Reads the public half of a key. Throws `BAD_PUBLIC_KEY`. */
export async function readPublicKey(path: string, kind: 'ed25519' | 'age'): Promise<PublicKey> {
  const bytes = new Uint8Array(await readFile(path));
  try {
    const { name, public: publicHalf, kind: isKind } = publicKeyShape(parseJson(bytes, { maxBytes: 64 * 1024 }), '');
    if (isKind !== kind) throw new TypeError(`a key of kind ${isKind}, not ${kind}`);
    if (kind === 'ed25519') parsePublicKey(fromHex(publicHalf));
    else if (!/^age1[a-z0-9]{58}$/.test(publicHalf)) throw new TypeError('no age recipient');
    return { kind, name, public: publicHalf };
  } catch (cause) {
    throw new WriterError({
      code: 'BAD_PUBLIC_KEY',
      file: path,
      problem: `is not the public half of ${kind === 'age' ? 'a recovery key' : 'a signing key'}`,
      advice: 'Give the file ending in .public.json that "leeslicht programme new-key" has made.',
      cause,
    });
  }
}

/** Opens a signing key by the path of its file. Throws `KEY_MISSING`, `KEY_DAMAGED`, `WRONG_PASSPHRASE`. */
export async function openCustodianKey(path: string, passphrase: () => Promise<string>): Promise<Signer> {
  const { file, secret } = await openSecret(path, passphrase);
  if (file.kind === 'ed25519') {
    const signer = await signerFromSeed(secret);
    if (toHex(signer.publicKey) === file.public) return signer;
  }
  throw damaged(path, file.kind === 'age' ? 'is a recovery key, which cannot sign' : 'holds another key than it says');
}

/** Opens a recovery key by the path of its file: the age identity. */
export async function openRecoveryKey(path: string, passphrase: () => Promise<string>): Promise<string> {
  const { file, secret } = await openSecret(path, passphrase);
  if (file.kind === 'age') return secretText(secret);
  throw damaged(path, 'is a signing key, which cannot open a backup');
}

async function openSecret(
  path: string,
  passphrase: () => Promise<string>,
): Promise<{ readonly file: KeyFile; readonly secret: Uint8Array }> {
  await refusePublishedPlace(path);
  const bytes = await readIfThere(path);
  if (bytes === undefined) {
    throw new WriterError({
      code: 'KEY_MISSING',
      file: path,
      problem: 'is not here',
      advice: 'Give the path of your own key file with --key.',
    });
  }
  const file = parseKeyFile(bytes, path);
  return { file, secret: await openKeyFile(file, path, createPassphraseKeys(await passphrase())) };
}

function damaged(path: string, problem: string): WriterError {
  const advice = 'Give your own key file, or put back the copy that you keep.';
  return new WriterError({ code: 'KEY_DAMAGED', file: path, problem, advice });
}

async function makePair(
  kind: 'ed25519' | 'age',
  randomness: Randomness,
): Promise<{ readonly public: string; readonly secret: Uint8Array }> {
  if (kind === 'age') {
    const identity = await generateX25519Identity();
    return { public: await identityToRecipient(identity), secret: utf8(identity) };
  }
  const seed = randomness(32);
  return { public: toHex((await signerFromSeed(seed)).publicKey), secret: seed };
}
