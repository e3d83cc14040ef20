import { type Bytes, BytesError } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { array, hexString, json, object, ShapeError, string } from '#core/json/shape.ts';
import { JsonError, parseJson } from '#core/json/strict-json.ts';
import type { MetadataKey } from './keys.ts';
import type { Common, FileMeta, RoleKeys } from './metadata.ts';
import { RepositoryError } from './repository-error.ts';

/** One signature of a metadata file. */
export interface MetadataSignature {
  readonly keyid: string;
  /** Hexadecimal. */
  readonly sig: string;
}

/** A metadata file as it came: read, not yet believed. */
export interface UnverifiedMetadata<T> {
  readonly role: string;
  readonly bytes: Uint8Array;
  readonly content: T;
  /** The canonical form of `signed`, members unknown to this client included: what the signatures are over. */
  readonly signedBytes: Bytes;
  readonly signatures: readonly MetadataSignature[];
}

/** A set of keys as root or a delegation hands it out. */
export interface Delegator {
  readonly keys: ReadonlyMap<string, MetadataKey>;
  readonly role: RoleKeys;
}

const fileShape = object(
  {
    required: {
      signatures: array(
        object(
          { required: { keyid: hexString(32), sig: string({ maxLength: 16_384, pattern: /^[0-9a-f]*$/ }) } },
          { unknownKeys: 'ignore' },
        ),
        { max: 64 },
      ),
      signed: json,
    },
  },
  { unknownKeys: 'ignore' },
);

/** Splits a metadata file into what is signed and the signatures (TUF 4.2.1). Throws `RepositoryError` `MALFORMED`. */
export function parseSigned(bytes: Uint8Array, role: string): { signed: JsonValue; signatures: MetadataSignature[] } {
  return guard(role, () => {
    const { signed, signatures } = fileShape(parseJson(bytes, { integersOnly: true }), '');
    // TUF 5.3.4 and others: "each key only once"; two signatures under one id are never needed
    if (new Set(signatures.map(({ keyid }) => keyid)).size !== signatures.length) {
      throw new RepositoryError({ code: 'MALFORMED', role });
    }
    return { signed, signatures };
  });
}

/** Reads a metadata file with the reader of its type. Throws `RepositoryError` `MALFORMED`. */
export async function parseMetadata<T>(
  bytes: Uint8Array,
  role: string,
  read: (signed: JsonValue, role: string) => Promise<T>,
): Promise<UnverifiedMetadata<T>> {
  const { signed, signatures } = parseSigned(bytes, role);
  try {
    return { role, bytes, content: await read(signed, role), signedBytes: canonicalJson(signed), signatures };
  } catch (cause) {
    throw malformed(role, cause);
  }
}

/**
 * Throws `RepositoryError` unless enough different keys of the delegator signed: `BAD_SIGNATURE` if none did,
 * `THRESHOLD` if too few.
 */
export async function requireSignatures(metadata: UnverifiedMetadata<unknown>, delegator: Delegator): Promise<void> {
  const valid = new Set<string>();
  for (const { keyid, sig } of metadata.signatures) {
    // TUF 4.3: only the keys that the role lists, however many others sign
    const key = delegator.role.keyIds.includes(keyid) ? delegator.keys.get(keyid) : undefined;
    if (key && sig.length % 2 === 0 && (await key.verify(metadata.signedBytes, fromHex(sig)))) valid.add(keyid);
  }
  if (valid.size >= delegator.role.threshold) return;
  throw new RepositoryError({ code: valid.size === 0 ? 'BAD_SIGNATURE' : 'THRESHOLD', role: metadata.role });
}

/** Throws `RepositoryError` `LENGTH` or `HASH_MISMATCH` if the file is not the one that was announced. */
export async function requireAnnounced(bytes: Uint8Array, meta: FileMeta, role: string): Promise<void> {
  if (meta.length !== undefined && bytes.length !== meta.length) throw new RepositoryError({ code: 'LENGTH', role });
  if (meta.sha256 !== undefined && (await sha256Hex(bytes)) !== meta.sha256) {
    throw new RepositoryError({ code: 'HASH_MISMATCH', role });
  }
}

/** Throws `RepositoryError` `EXPIRED` at the instant of expiry and after it; never when `nowMs` is undefined. */
export function requireFresh(content: Common, role: string, nowMs: number | undefined): void {
  if (nowMs !== undefined && nowMs >= content.expiresAtMs) throw new RepositoryError({ code: 'EXPIRED', role });
}

function guard<T>(role: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw malformed(role, cause);
  }
}

function malformed(role: string, cause: unknown): unknown {
  const isReadingError = cause instanceof JsonError || cause instanceof ShapeError || cause instanceof BytesError;
  return isReadingError ? new RepositoryError({ code: 'MALFORMED', role, cause }) : cause;
}
