import { randomBytes } from 'node:crypto';
import { argon2id } from 'hash-wasm';
import { z } from 'zod';
import { StationError } from '../station-error.ts';

// OWASP's larger recommendation; 0.3 s on the slowest machine this was tried on.
const KDF = { name: 'argon2id', memoryKiB: 65_536, iterations: 3, parallelism: 1 } as const;
const FORMAT = 'leeslicht-station-keys-v1';

const hex = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length * 2}}$`));

const keyFileSchema = z.strictObject({
  format: z.literal(FORMAT),
  // The bounds keep a changed file from weakening the derivation or eating all memory.
  kdf: z.strictObject({
    name: z.literal('argon2id'),
    memoryKiB: z.int().min(KDF.memoryKiB).max(1_048_576),
    iterations: z.int().min(KDF.iterations).max(16),
    parallelism: z.int().min(1).max(4),
  }),
  salt: hex(16),
  iv: hex(12),
  ciphertext: z.base64(),
});

const secretsSchema = z.strictObject({
  licenceSeed: hex(32),
  receiptSeed: hex(32),
  ageIdentity: z.string().regex(/^AGE-SECRET-KEY-1[A-Z0-9]+$/),
  upstreamToken: z.string().min(1).max(4096).optional(),
});

/** The station's secrets: two Ed25519 seeds (hex), an age identity, and what opens the school's system, if there is one. */
export type StationSecrets = z.infer<typeof secretsSchema>;

type Sealing = Pick<z.infer<typeof keyFileSchema>, 'kdf' | 'salt' | 'iv'>;

/** Seals the secrets under the passphrase (Argon2id, AES-256-GCM); returns the file's text. */
export async function sealSecrets(secrets: StationSecrets, passphrase: string): Promise<string> {
  const sealing = { kdf: KDF, salt: randomBytes(16).toString('hex'), iv: randomBytes(12).toString('hex') };
  const key = await deriveKey(passphrase, sealing, 'encrypt');
  const plaintext = new TextEncoder().encode(JSON.stringify(secrets));
  const ciphertext = await crypto.subtle.encrypt(gcm(sealing), key, plaintext);
  const file = { format: FORMAT, ...sealing, ciphertext: Buffer.from(ciphertext).toString('base64') };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Opens a key file. Throws StationError BAD_KEY_FILE or WRONG_PASSPHRASE. */
export async function openSecrets(text: string, passphrase: string): Promise<StationSecrets> {
  const file = parseKeyFile(text);
  const key = await deriveKey(passphrase, file, 'decrypt');
  let plaintext: ArrayBuffer;
  try {
    plaintext = await crypto.subtle.decrypt(gcm(file), key, Buffer.from(file.ciphertext, 'base64'));
  } catch (cause) {
    throw new StationError({ code: 'WRONG_PASSPHRASE', cause });
  }
  return secretsSchema.parse(JSON.parse(new TextDecoder().decode(plaintext)));
}

function parseKeyFile(text: string): z.infer<typeof keyFileSchema> {
  try {
    return keyFileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StationError({ code: 'BAD_KEY_FILE', cause });
  }
}

async function deriveKey(passphrase: string, { kdf, salt }: Sealing, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  const raw = await argon2id({
    password: passphrase.normalize('NFC'),
    salt: Buffer.from(salt, 'hex'),
    parallelism: kdf.parallelism,
    iterations: kdf.iterations,
    memorySize: kdf.memoryKiB,
    hashLength: 32,
    outputType: 'binary',
  });
  return crypto.subtle.importKey('raw', new Uint8Array(raw), 'AES-GCM', false, [use]);
}

// The parameters are authenticated too, so a changed one shows as a wrong passphrase.
function gcm({ kdf, salt, iv }: Sealing): AesGcmParams {
  const associated = [FORMAT, kdf.name, kdf.memoryKiB, kdf.iterations, kdf.parallelism, salt].join('\n');
  return { name: 'AES-GCM', iv: Buffer.from(iv, 'hex'), additionalData: new TextEncoder().encode(associated) };
}
