import { argon2id } from 'hash-wasm';
import { type Bytes, toBytes } from '#core/bytes/bytes.ts';

/** The price of one guess. */
export interface Argon2Cost {
  /** Memory in KiB; never below `MIN_MEMORY_KIB`. */
  readonly memoryKiB: number;
  /** Passes over that memory; at least 1. */
  readonly passes: number;
}

/** What a new secret gets on a machine that manages it within a second. */
export const DEFAULT_ARGON2_COST: Argon2Cost = { memoryKiB: 64 * 1024, passes: 3 };
/** The cheapest setting that is ever accepted: OWASP's first choice for Argon2id with one pass. */
export const MIN_MEMORY_KIB = 46 * 1024;

/**
 * Argon2id (RFC 9106, one lane) of a secret: `length` bytes, 32 unless told.
 * Throws `RangeError` for a cost below the minimum or a salt under 16 bytes, so that no stored setting can weaken it.
 */
export async function deriveArgon2id(
  secret: Uint8Array,
  salt: Uint8Array,
  cost: Argon2Cost = DEFAULT_ARGON2_COST,
  length = 32,
): Promise<Bytes> {
  if (cost.memoryKiB < MIN_MEMORY_KIB || cost.passes < 1) throw new RangeError('Argon2id cost below the minimum');
  if (salt.length < 16) throw new RangeError('Argon2id salt below 16 bytes');
  const derived = await argon2id({
    password: secret,
    salt,
    iterations: cost.passes,
    parallelism: 1,
    memorySize: cost.memoryKiB,
    hashLength: length,
    outputType: 'binary',
  });
  return toBytes(derived);
}
