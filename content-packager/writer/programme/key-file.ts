import { toBase64 } from '#core/bytes/base64.ts';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { importAesKey, openAesGcm, sealAesGcm } from '#core/crypto/aead.ts';
import { type Argon2Cost, DEFAULT_ARGON2_COST, deriveArgon2id } from '#core/crypto/argon2.ts';
import type { Randomness } from '#core/crypto/randomness.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { base64Bytes, type Infer, integer, literal, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { WriterError } from '../writer-error.ts';

const FORMAT = 'leeslicht-key-v1';

const keyFileShape = object({
  required: {
    format: literal(FORMAT),
    kind: literal('ed25519', 'age'),
    name: string({ maxLength: 200 }),
    public: string({ maxLength: 200 }),
    kdf: object({
      required: {
        name: literal('argon2id'),
        memoryKiB: integer({ min: 1, max: 4 * 1024 * 1024 }),
        passes: integer({ min: 1, max: 100 }),
        salt: base64Bytes({ length: 16 }),
      },
    }),
    iv: base64Bytes({ length: 12 }),
    ciphertext: base64Bytes({ maxLength: 4096 }),
  },
});

/** An encrypted key file (docs/formats/programme.md): what is secret lies under a passphrase, what is public is bound to it. */
export type KeyFile = Infer<typeof keyFileShape>;

/** Turns the passphrase into the key that opens key files; one derivation serves all files with the same salt. */
export interface PassphraseKeys {
  keyFor(salt: Uint8Array, cost: Argon2Cost): Promise<CryptoKey>;
}

/** Remembers derived keys as long as the command runs. */
export function createPassphraseKeys(passphrase: string): PassphraseKeys {
  const derived = new Map<string, Promise<CryptoKey>>();
  return {
    keyFor(salt, cost) {
      const id = `${toBase64(salt)} ${cost.memoryKiB} ${cost.passes}`;
      const known = derived.get(id);
      if (known !== undefined) return known;
      const key = deriveArgon2id(utf8(passphrase.normalize('NFC')), salt, cost).then((raw) => importAesKey(raw));
      derived.set(id, key);
      return key;
    },
  };
}

/** Encrypts a secret under the passphrase. Name, kind and public half are bound to it: none can be swapped. */
export async function sealKeyFile(
  secret: Uint8Array,
  head: { readonly kind: 'ed25519' | 'age'; readonly name: string; readonly public: string },
  salt: Uint8Array,
  passphrase: PassphraseKeys,
  randomness: Randomness,
): Promise<Uint8Array> {
  const cost = DEFAULT_ARGON2_COST;
  const iv = randomness(12);
  const ciphertext = await sealAesGcm(await passphrase.keyFor(salt, cost), iv, secret, boundHead(head));
  const file = {
    format: FORMAT,
    ...head,
    kdf: { name: 'argon2id', memoryKiB: cost.memoryKiB, passes: cost.passes, salt: toBase64(salt) },
    iv: toBase64(iv),
    ciphertext: toBase64(ciphertext),
  };
  return utf8(`${JSON.stringify(file, null, 2)}\n`);
}

/** Reads the outside of a key file. Throws `KEY_DAMAGED`. */
export function parseKeyFile(bytes: Uint8Array, file: string): KeyFile {
  try {
    return keyFileShape(parseJson(bytes), file);
  } catch (cause) {
    throw new WriterError({
      code: 'KEY_DAMAGED',
      file,
      problem: 'is not a key file',
      advice: 'Put back the copy that its custodian keeps.',
      cause,
    });
  }
}

/** The secret inside. Throws `WRONG_PASSPHRASE`. */
export async function openKeyFile(file: KeyFile, path: string, passphrase: PassphraseKeys): Promise<Uint8Array> {
  const { kdf, kind, name } = file;
  try {
    return await openAesGcm(
      await passphrase.keyFor(kdf.salt, kdf),
      file.iv,
      file.ciphertext,
      boundHead({ kind, name, public: file.public }),
    );
  } catch (cause) {
    throw new WriterError({
      code: 'WRONG_PASSPHRASE',
      file: path,
      problem: 'does not open with this passphrase',
      advice: 'Check the passphrase (capital letters, spaces at the end of a passphrase file) and try again.',
      cause,
    });
  }
}

/** The text of a key that is text, such as an age identity. */
export function secretText(secret: Uint8Array): string {
  return fromUtf8(secret);
}

function boundHead(head: { readonly kind: string; readonly name: string; readonly public: string }): Uint8Array {
  return canonicalJson({ format: FORMAT, kind: head.kind, name: head.name, public: head.public });
}
