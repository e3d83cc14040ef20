import { type Bytes, BytesError, toBytes } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { matchHashes } from '#core/crypto/verified-bytes.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { array, json, object, ShapeError, string } from '#core/json/shape.ts';
import { JsonError, parseJson } from '#core/json/strict-json.ts';
import type { MetadataKey } from './keys.ts';
import type { Common, FileMeta, MetadataReader, RoleKeys } from './metadata.ts';
import { LEESLICHT } from './profile.ts';
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
          { required: { keyid: string({ maxLength: 1024 }), sig: string({ maxLength: 16_384 }) } },
          { unknownKeys: 'ignore' },
        ),
        { max: 1024 },
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
    // TUF 4.2.1: "multiple signatures with the same keyid are not allowed", even where enough others sign
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
  read: MetadataReader<T>,
  profile = LEESLICHT,
): Promise<UnverifiedMetadata<T>> {
  const { signed, signatures } = parseSigned(bytes, role);
  try {
    return { role, bytes, content: await read(signed, role, profile), signedBytes: canonicalJson(signed), signatures };
  } catch (cause) {
    throw malformed(role, cause);
  }
}

/** A check of a file's signatures against a set of keys: done, or under way for whoever else asks meanwhile. */
interface SignatureCheck {
  readonly keys: Delegator['keys'];
  readonly outcome: Promise<void>;
}

/** The same file and the same keys, as objects, need no second look. */
const checks = new WeakMap<UnverifiedMetadata<unknown>, WeakMap<RoleKeys, SignatureCheck>>();

/**
 * TUF 5.3.4, 5.4.2, 5.5.3 and 5.6.3. Throws `RepositoryError` unless enough different keys of the delegator signed:
 * `BAD_SIGNATURE` if none did, `THRESHOLD` if too few. Signatures beyond that, valid or not, do not matter.
 */
export function requireSignatures(metadata: UnverifiedMetadata<unknown>, delegator: Delegator): Promise<void> {
  const ofFile = checks.get(metadata) ?? new WeakMap<RoleKeys, SignatureCheck>();
  checks.set(metadata, ofFile);
  const known = ofFile.get(delegator.role);
  if (known?.keys === delegator.keys) return known.outcome;
  const outcome = countSigners(metadata, delegator);
  ofFile.set(delegator.role, { keys: delegator.keys, outcome });
  return outcome;
}

async function countSigners(metadata: UnverifiedMetadata<unknown>, delegator: Delegator): Promise<void> {
  const signers = new Set<string>();
  for (const { keyid, sig } of metadata.signatures) {
    // TUF 4.3: only the keys that the role lists, however many others sign
    const key = delegator.role.keyIds.includes(keyid) ? delegator.keys.get(keyid) : undefined;
    const signature = readSignature(sig);
    // A key counts once, also where members that nobody reads give it a second id
    if (key && signature && (await key.verify(metadata.signedBytes, signature))) signers.add(key.material);
    if (signers.size >= delegator.role.threshold) return;
  }
  throw new RepositoryError({ code: signers.size === 0 ? 'BAD_SIGNATURE' : 'THRESHOLD', role: metadata.role });
}

/** The bytes of a signature; undefined for what is no hexadecimal or empty, as of somebody who has yet to sign. */
function readSignature(sig: string): Bytes | undefined {
  return sig.length > 0 && sig.length % 2 === 0 && /^[0-9a-f]*$/.test(sig) ? fromHex(sig) : undefined;
}

/** Throws `RepositoryError` `LENGTH` or `HASH_MISMATCH` if the file is not the one that was announced. */
export async function requireAnnounced(bytes: Uint8Array, meta: FileMeta, role: string): Promise<void> {
  if (meta.length !== undefined && bytes.length !== meta.length) throw new RepositoryError({ code: 'LENGTH', role });
  const isAnnounced = meta.sha256 !== undefined || meta.sha512 !== undefined;
  if (isAnnounced && !(await matchHashes(toBytes(bytes), meta))) {
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
