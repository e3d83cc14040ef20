import type { FileHashes } from '#core/crypto/verified-bytes.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import {
  array,
  boolean,
  hexString,
  type Infer,
  integer,
  isoInstantMs,
  json,
  literal,
  object,
  record,
  ShapeError,
  string,
} from '#core/json/shape.ts';
import { demandHouseRoot, demandHouseSnapshot, demandHouseTargets } from './house-rules.ts';
import { type MetadataKey, parseKeys } from './keys.ts';
import { LEESLICHT, type Profile } from './profile.ts';
import { RepositoryError } from './repository-error.ts';

/** The four roles that root names. */
export type TopLevelRole = 'root' | 'timestamp' | 'snapshot' | 'targets';
/** The four roles that root names. */
export const TOP_LEVEL_ROLES: readonly TopLevelRole[] = ['root', 'timestamp', 'snapshot', 'targets'];

/** What all metadata says about itself. */
export interface Common {
  readonly version: number;
  /** Metadata is valid before this instant, not at it. */
  readonly expiresAtMs: number;
}

/** Whose signatures a role needs, and how many different ones. */
export interface RoleKeys {
  readonly keyIds: readonly string[];
  readonly threshold: number;
}

/** TUF 4.3: who may sign what. */
export interface Root extends Common {
  /** Whether file names carry versions and hashes (TUF 6.2). */
  readonly consistentSnapshot: boolean;
  readonly keys: ReadonlyMap<string, MetadataKey>;
  readonly roles: Readonly<Record<TopLevelRole, RoleKeys>>;
}

/** What one metadata file says of another. */
export interface FileMeta extends FileHashes {
  readonly version: number;
  readonly length: number | undefined;
}

/** TUF 4.6: which snapshot is the newest. */
export interface Timestamp extends Common {
  readonly snapshot: FileMeta;
}

/** TUF 4.4: which versions of all targets metadata belong together; by role name. */
export interface Snapshot extends Common {
  readonly meta: ReadonlyMap<string, FileMeta>;
}

/** One published file, as a role lists it. */
export interface ListedFile {
  /** In bytes. */
  readonly length: number;
  readonly hashes: FileHashes;
  /** What the publisher adds; unread here. */
  readonly custom: JsonValue | undefined;
}

/** One published file of our own repositories, where every file has a SHA-256 (formats/repository.md 4.1). */
export interface TargetFile extends ListedFile {
  readonly hashes: FileHashes & { readonly sha256: string };
}

/** The file as one that has a SHA-256. Throws `RepositoryError` `MALFORMED` where it has none. */
export function withSha256({ length, hashes, custom }: ListedFile, role: string): TargetFile {
  const { sha256, sha512 } = hashes;
  if (sha256 === undefined) throw new RepositoryError({ code: 'MALFORMED', role });
  return { length, hashes: { sha256, sha512 }, custom };
}

/** One line of a delegation. Exactly one of `paths` and `pathHashPrefixes` is there. */
export interface DelegatedRole extends RoleKeys {
  readonly name: string;
  readonly terminating: boolean;
  readonly paths: readonly string[] | undefined;
  readonly pathHashPrefixes: readonly string[] | undefined;
}

/** TAP 15: 2 to the power of `bitLength` roles of one set of keys, each for the paths whose hash begins with its number. */
export interface SuccinctRoles extends RoleKeys {
  readonly bitLength: number;
  readonly namePrefix: string;
}

/** TUF 4.5: to whom a role hands paths on, the first that covers a path first; `roles` is empty beside `succinct`. */
export interface Delegations {
  readonly keys: ReadonlyMap<string, MetadataKey>;
  readonly roles: readonly DelegatedRole[];
  readonly succinct: SuccinctRoles | undefined;
}

/** TUF 4.5: published files, and who else may publish some. */
export interface Targets extends Common {
  readonly targets: ReadonlyMap<string, ListedFile>;
  readonly delegations: Delegations | undefined;
}

const LENIENT = { unknownKeys: 'ignore' } as const;
const version = integer({ min: 1 });

/** TUF 4.3 SPEC_VERSION: any 1.x.y; members that this client does not know are ignored, as the specification asks. */
function common<const T extends string>(type: T) {
  return {
    _type: literal(type),
    spec_version: string({ pattern: /^1\.\d{1,4}(\.\d{1,4})?$/ }),
    version,
    expires: isoInstantMs,
  };
}

const roleKeys = { keyids: array(string({ maxLength: 1024 }), { max: 1024 }), threshold: integer({ min: 1 }) };
const keyEntries = record(string({ maxLength: 1024 }), json, { max: 4096 });
/** TUF 4.4 HASHES: other algorithms are ignored beside one that this client knows. */
const hashes = object({ required: {}, optional: { sha256: hexString(32), sha512: hexString(64) } }, LENIENT);
const roleShape = object({ required: roleKeys }, LENIENT);
const metaShape = object({ required: { version }, optional: { length: integer(), hashes } }, LENIENT);

const rootShape = object(
  {
    required: {
      ...common('root'),
      keys: keyEntries,
      roles: object(
        { required: { root: roleShape, timestamp: roleShape, snapshot: roleShape, targets: roleShape } },
        LENIENT,
      ),
    },
    optional: { consistent_snapshot: boolean },
  },
  LENIENT,
);
const timestampShape = object(
  // TUF 4.6: "MUST only include a description of the snapshot.json file"
  { required: { ...common('timestamp'), meta: object({ required: { 'snapshot.json': metaShape } }) } },
  LENIENT,
);
const snapshotShape = object(
  { required: { ...common('snapshot'), meta: record(string({ pattern: /\.json$/ }), metaShape) } },
  LENIENT,
);
const delegatedShape = object(
  {
    required: { ...roleKeys, name: string({ minLength: 1, maxLength: 1024 }) },
    optional: {
      terminating: boolean,
      paths: array(string({ maxLength: 4096 }), { max: 1000 }),
      path_hash_prefixes: array(string({ minLength: 1, maxLength: 64, pattern: /^[0-9a-f]+$/ }), { max: 65_536 }),
    },
  },
  LENIENT,
);
const succinctShape = object(
  {
    required: {
      ...roleKeys,
      bit_length: integer({ min: 1, max: 32 }),
      name_prefix: string({ minLength: 1, maxLength: 1024 }),
    },
  },
  LENIENT,
);
const delegationsShape = object(
  { required: { keys: keyEntries }, optional: { roles: array(delegatedShape), succinct_roles: succinctShape } },
  LENIENT,
);
const fileShape = object({ required: { length: integer(), hashes }, optional: { custom: json } }, LENIENT);
const targetsShape = object(
  {
    required: { ...common('targets'), targets: record(string(), fileShape) },
    optional: { delegations: delegationsShape },
  },
  LENIENT,
);

/**
 * Reads the signed part of one type of metadata: by TUF 4, and by our own rules if the profile says so.
 * Throws `ShapeError` or `RepositoryError`.
 */
export type MetadataReader<T> = (signed: JsonValue, role: string, profile: Profile) => Promise<T>;

/** Reads root metadata. Throws `ShapeError` or `RepositoryError`. */
export async function readRoot(signed: JsonValue, _role = 'root', profile = LEESLICHT): Promise<Root> {
  const read = rootShape(signed, 'signed');
  const keys = parseKeys(read.keys, profile.verifiers);
  const { root: own, timestamp, snapshot, targets } = read.roles;
  const root: Root = {
    version: read.version,
    expiresAtMs: read.expires,
    // TUF 4.3 CONSISTENT_SNAPSHOT: left out means no
    consistentSnapshot: read.consistent_snapshot ?? false,
    keys,
    roles: {
      root: keysOfRole(own),
      timestamp: keysOfRole(timestamp),
      snapshot: keysOfRole(snapshot),
      targets: keysOfRole(targets),
    },
  };
  if (profile.rules === 'leeslicht') demandHouseRoot(root);
  return root;
}

/** Reads timestamp metadata. Throws `ShapeError`. */
export async function readTimestamp(signed: JsonValue): Promise<Timestamp> {
  const read = timestampShape(signed, 'signed');
  return { version: read.version, expiresAtMs: read.expires, snapshot: fileMeta(read.meta['snapshot.json']) };
}

/** Reads snapshot metadata. Throws `ShapeError` or `RepositoryError`. */
export async function readSnapshot(signed: JsonValue, _role = 'snapshot', profile = LEESLICHT): Promise<Snapshot> {
  const read = snapshotShape(signed, 'signed');
  const meta = new Map([...read.meta].map(([file, entry]) => [file.slice(0, -'.json'.length), fileMeta(entry)]));
  const snapshot: Snapshot = { version: read.version, expiresAtMs: read.expires, meta };
  if (profile.rules === 'leeslicht') demandHouseSnapshot(snapshot);
  return snapshot;
}

/** Reads targets metadata, top-level or delegated. Throws `ShapeError` or `RepositoryError`. */
export async function readTargets(signed: JsonValue, role: string, profile = LEESLICHT): Promise<Targets> {
  const read = targetsShape(signed, 'signed');
  const files = [...read.targets].map(([path, { length, hashes: announced, custom }]): [string, ListedFile] => [
    path,
    { length, hashes: fileHashes(announced), custom },
  ]);
  const targets: Targets = {
    version: read.version,
    expiresAtMs: read.expires,
    targets: new Map(files),
    delegations: read.delegations && readDelegations(read.delegations, role, profile),
  };
  if (profile.rules === 'leeslicht') demandHouseTargets(targets, role);
  return targets;
}

function readDelegations(read: Infer<typeof delegationsShape>, role: string, profile: Profile): Delegations {
  const keys = parseKeys(read.keys, profile.verifiers);
  const { succinct_roles: succinct, roles } = read;
  // TAP 15: either a list of roles or succinct ones
  if ((succinct === undefined) === (roles === undefined)) throw new RepositoryError({ code: 'MALFORMED', role });
  if (succinct) {
    const { bit_length: bitLength, name_prefix: namePrefix } = succinct;
    return { keys, roles: [], succinct: { ...keysOfRole(succinct), bitLength, namePrefix } };
  }
  const names = new Set<string>();
  const listed = (roles ?? []).map((delegated) => {
    const { name, terminating = false, paths, path_hash_prefixes: pathHashPrefixes } = delegated;
    // TUF 4.5: exactly one of both; a name twice in one delegation would leave open whose keys count
    if (isReservedName(name) || names.has(name) || (paths === undefined) === (pathHashPrefixes === undefined)) {
      throw new RepositoryError({ code: 'MALFORMED', role });
    }
    names.add(name);
    return { ...keysOfRole(delegated), name, terminating, paths, pathHashPrefixes };
  });
  return { keys, roles: listed, succinct: undefined };
}

/** A delegated role of such a name could take the place of top-level metadata, or of an older root, in a store. */
function isReservedName(name: string): boolean {
  return TOP_LEVEL_ROLES.some((role) => role === name) || /^\d+\.root$/.test(name);
}

function keysOfRole(read: { readonly keyids: readonly string[]; readonly threshold: number }): RoleKeys {
  return { keyIds: read.keyids, threshold: read.threshold };
}

function fileMeta(read: Infer<typeof metaShape>): FileMeta {
  const announced = fileHashes(read.hashes ?? {});
  // TUF 5.5.2 and 5.6.2: hashes of which this client can check none cannot match
  if (read.hashes && announced.sha256 === undefined && announced.sha512 === undefined) {
    throw new ShapeError({ path: 'hashes', expected: 'sha256 or sha512' });
  }
  return { version: read.version, length: read.length, ...announced };
}

function fileHashes(read: Infer<typeof hashes>): FileHashes {
  return { sha256: read.sha256, sha512: read.sha512 };
}
