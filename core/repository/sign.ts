import { type Bytes, utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import type { Signer } from '#core/crypto/signer.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import type { MetadataKey } from './keys.ts';
import type { DelegatedRole, RoleKeys, TopLevelRole } from './metadata.ts';
import { type MetadataSignature, parseSigned } from './signed.ts';

/** The version of the specification that metadata written here follows. */
export const SPEC_VERSION = '1.0.34';

/** What all metadata says about itself; `expiresAtMs` is cut to whole seconds, as TUF writes instants. */
export interface Issue {
  readonly version: number;
  readonly expiresAtMs: number;
}

/** What `snapshotDocument` and `timestampDocument` say of another metadata file. */
export interface AnnouncedFile {
  readonly version: number;
  readonly length?: number;
  readonly sha256?: string;
}

/** A metadata file: the signed part with one signature of each signer, as bytes to publish. */
export async function signMetadata(signed: JsonValue, signers: readonly Signer[]): Promise<Bytes> {
  return encodeSigned(signed, await signAll(signed, signers));
}

/**
 * The same file with further signatures, for custodians who sign one after the other. A signature of the same key is
 * replaced. Throws `RepositoryError` `MALFORMED` if the bytes are no metadata file.
 */
export async function cosignMetadata(bytes: Uint8Array, signers: readonly Signer[]): Promise<Bytes> {
  const { signed, signatures } = parseSigned(bytes, 'cosign');
  const added = await signAll(signed, signers);
  const kept = signatures.filter(({ keyid }) => added.every((signature) => signature.keyid !== keyid));
  return encodeSigned(signed, [...kept, ...added]);
}

/** The bytes of a metadata file. */
export function encodeSigned(signed: JsonValue, signatures: readonly MetadataSignature[]): Bytes {
  const listed = signatures.map(({ keyid, sig }) => ({ keyid, sig }));
  return utf8(`${JSON.stringify({ signatures: listed, signed }, null, 1)}\n`);
}

/** The signed part of root metadata. */
export function rootDocument(
  issue: Issue,
  keys: readonly MetadataKey[],
  roles: Readonly<Record<TopLevelRole, RoleKeys>>,
): JsonValue {
  return {
    ...common('root', issue),
    consistent_snapshot: true,
    keys: keyMembers(keys),
    roles: {
      root: roleMembers(roles.root),
      timestamp: roleMembers(roles.timestamp),
      snapshot: roleMembers(roles.snapshot),
      targets: roleMembers(roles.targets),
    },
  };
}

/** The signed part of timestamp metadata. */
export function timestampDocument(issue: Issue, snapshot: AnnouncedFile): JsonValue {
  return { ...common('timestamp', issue), meta: { 'snapshot.json': fileMembers(snapshot) } };
}

/** The signed part of snapshot metadata; `files` by role name, `targets` and every delegated role. */
export function snapshotDocument(issue: Issue, files: ReadonlyMap<string, AnnouncedFile>): JsonValue {
  const meta = Object.fromEntries([...files].map(([role, file]) => [`${role}.json`, fileMembers(file)]));
  return { ...common('snapshot', issue), meta };
}

/** The signed part of targets metadata, top-level or delegated. */
export function targetsDocument(
  issue: Issue,
  targets: ReadonlyMap<string, { readonly length: number; readonly sha256: string; readonly custom?: JsonValue }>,
  delegations?: { readonly keys: readonly MetadataKey[]; readonly roles: readonly DelegatedRoleInput[] },
): JsonValue {
  const files = [...targets].map(([path, { length, sha256, custom }]): [string, JsonValue] => [
    path,
    { length, hashes: { sha256 }, ...(custom === undefined ? {} : { custom }) },
  ]);
  const delegated = delegations && {
    delegations: { keys: keyMembers(delegations.keys), roles: delegations.roles.map(delegatedMembers) },
  };
  return { ...common('targets', issue), targets: Object.fromEntries(files), ...delegated };
}

/** A line of a delegation to be written: `paths`, or else `pathHashPrefixes`. */
export type DelegatedRoleInput = Omit<DelegatedRole, 'paths' | 'pathHashPrefixes'> &
  ({ readonly paths: readonly string[] } | { readonly pathHashPrefixes: readonly string[] });

function delegatedMembers(role: DelegatedRoleInput): JsonValue {
  const covered = 'paths' in role ? { paths: role.paths } : { path_hash_prefixes: role.pathHashPrefixes };
  return { name: role.name, ...roleMembers(role), terminating: role.terminating, ...covered };
}

function common(type: string, issue: Issue) {
  const expires = formatInstant(issue.expiresAtMs - (issue.expiresAtMs % 1000));
  return { _type: type, spec_version: SPEC_VERSION, version: issue.version, expires };
}

function keyMembers(keys: readonly MetadataKey[]): JsonValue {
  return Object.fromEntries(keys.map((key) => [key.keyId, key.document]));
}

function roleMembers(role: RoleKeys) {
  return { keyids: role.keyIds, threshold: role.threshold };
}

function fileMembers({ version, length, sha256 }: AnnouncedFile): JsonValue {
  return {
    version,
    ...(length === undefined ? {} : { length }),
    ...(sha256 === undefined ? {} : { hashes: { sha256 } }),
  };
}

async function signAll(signed: JsonValue, signers: readonly Signer[]): Promise<MetadataSignature[]> {
  const message = canonicalJson(signed);
  const signatures: MetadataSignature[] = [];
  for (const signer of signers) {
    signatures.push({ keyid: signer.keyId, sig: toHex(await signer.sign(message)) });
  }
  return signatures;
}
