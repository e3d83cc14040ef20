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
  type Shape,
  ShapeError,
  string,
} from '#core/json/shape.ts';
import { type MetadataKey, parseKeys } from './keys.ts';
import { isSafeTargetPath } from './paths.ts';
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
  readonly keys: ReadonlyMap<string, MetadataKey>;
  readonly roles: Readonly<Record<TopLevelRole, RoleKeys>>;
}

/** What one metadata file says of another. */
export interface FileMeta {
  readonly version: number;
  readonly length: number | undefined;
  readonly sha256: string | undefined;
}

/** TUF 4.6: which snapshot is the newest. */
export interface Timestamp extends Common {
  readonly snapshot: FileMeta;
}

/** TUF 4.4: which versions of all targets metadata belong together; by role name. */
export interface Snapshot extends Common {
  readonly meta: ReadonlyMap<string, FileMeta>;
}

/** One published file. */
export interface TargetFile {
  /** In bytes. */
  readonly length: number;
  readonly hashes: { readonly sha256: string };
  /** What the publisher adds; unread here. */
  readonly custom: JsonValue | undefined;
}

/** One line of a delegation. Exactly one of `paths` and `pathHashPrefixes` is there. */
export interface DelegatedRole extends RoleKeys {
  readonly name: string;
  readonly terminating: boolean;
  readonly paths: readonly string[] | undefined;
  readonly pathHashPrefixes: readonly string[] | undefined;
}

/** TUF 4.5: to whom a role hands paths on, the first that covers a path first. */
export interface Delegations {
  readonly keys: ReadonlyMap<string, MetadataKey>;
  readonly roles: readonly DelegatedRole[];
}

/** TUF 4.5: published files, and who else may publish some. */
export interface Targets extends Common {
  readonly targets: ReadonlyMap<string, TargetFile>;
  readonly delegations: Delegations | undefined;
}

/** formats/repository.md 3.2: what a delegated role may be called; its name becomes a file name. */
export const ROLE_NAME = /^[a-z0-9][a-z0-9_-]{0,99}$/;

const LENIENT = { unknownKeys: 'ignore' } as const;
const version = integer({ min: 1 });

/** TUF 4.2.1: any 1.x.y; members that this client does not know are ignored, as the specification asks. */
function common<const T extends string>(type: T) {
  return {
    _type: literal(type),
    spec_version: string({ pattern: /^1\.\d{1,4}(\.\d{1,4})?$/ }),
    version,
    expires: isoInstantMs,
  };
}

const roleKeys = { keyids: array(hexString(32), { min: 1, max: 64 }), threshold: integer({ min: 1, max: 64 }) };
const keyEntries = record(hexString(32), json, { max: 4096 });
const hashes = object({ required: { sha256: hexString(32) } }, LENIENT);
const roleShape = object({ required: roleKeys }, LENIENT);
const metaShape = object({ required: { version }, optional: { length: integer(), hashes } }, LENIENT);

const rootShape = object(
  {
    required: {
      ...common('root'),
      // formats/repository.md 3.1: file names carry versions, so a host can publish while devices read
      consistent_snapshot: literal(true),
      keys: keyEntries,
      roles: object({ required: { root: roleShape, timestamp: roleShape, snapshot: roleShape, targets: roleShape } }),
    },
  },
  LENIENT,
);
const timestampShape = object(
  { required: { ...common('timestamp'), meta: object({ required: { 'snapshot.json': metaShape } }) } },
  LENIENT,
);
const snapshotShape = object(
  { required: { ...common('snapshot'), meta: record(string({ pattern: /^[a-z0-9_-]+\.json$/ }), metaShape) } },
  LENIENT,
);
const targetPath: Shape<string> = (value, path) => {
  if (typeof value !== 'string' || !isSafeTargetPath(value)) throw new ShapeError({ path, expected: 'a safe path' });
  return value;
};
const delegatedShape = object(
  {
    required: { ...roleKeys, name: string({ pattern: ROLE_NAME }), terminating: boolean },
    optional: {
      // A `[` would start a character class in some clients and not in others.
      paths: array(string({ minLength: 1, maxLength: 1024, pattern: /^[^[\]\\]+$/ }), { max: 1000 }),
      path_hash_prefixes: array(string({ minLength: 1, maxLength: 64, pattern: /^[0-9a-f]+$/ }), { max: 65_536 }),
    },
  },
  LENIENT,
);
const targetsShape = object(
  {
    required: {
      ...common('targets'),
      targets: record(
        targetPath,
        object({ required: { length: integer(), hashes }, optional: { custom: json } }, LENIENT),
      ),
    },
    optional: { delegations: object({ required: { keys: keyEntries, roles: array(delegatedShape) } }, LENIENT) },
  },
  LENIENT,
);

/** Reads the signed part of root metadata. Throws `ShapeError` or `RepositoryError`. */
export async function readRoot(signed: JsonValue): Promise<Root> {
  const root = rootShape(signed, 'signed');
  const keys = await parseKeys(root.keys, 'root');
  const role = (name: TopLevelRole) => readRoleKeys(root.roles[name], keys, 'root');
  const roles = {
    root: role('root'),
    timestamp: role('timestamp'),
    snapshot: role('snapshot'),
    targets: role('targets'),
  };
  return { version: root.version, expiresAtMs: root.expires, keys, roles };
}

/** Reads the signed part of timestamp metadata. Throws `ShapeError`. */
export async function readTimestamp(signed: JsonValue): Promise<Timestamp> {
  const read = timestampShape(signed, 'signed');
  return { version: read.version, expiresAtMs: read.expires, snapshot: readMeta(read.meta['snapshot.json']) };
}

/** Reads the signed part of snapshot metadata. Throws `ShapeError`. */
export async function readSnapshot(signed: JsonValue): Promise<Snapshot> {
  const read = snapshotShape(signed, 'signed');
  const meta = new Map([...read.meta].map(([file, entry]) => [file.slice(0, -'.json'.length), readMeta(entry)]));
  return { version: read.version, expiresAtMs: read.expires, meta };
}

/** Reads the signed part of targets metadata, top-level or delegated. Throws `ShapeError` or `RepositoryError`. */
export async function readTargets(signed: JsonValue, role: string): Promise<Targets> {
  const read = targetsShape(signed, 'signed');
  const targets = new Map(
    [...read.targets].map(([path, { length, hashes, custom }]) => [
      path,
      { length, hashes: { sha256: hashes.sha256 }, custom },
    ]),
  );
  const delegations = read.delegations && (await readDelegations(read.delegations, role));
  return { version: read.version, expiresAtMs: read.expires, targets, delegations };
}

async function readDelegations(
  read: { keys: ReadonlyMap<string, JsonValue>; roles: readonly Infer<typeof delegatedShape>[] },
  role: string,
): Promise<Delegations> {
  const keys = await parseKeys(read.keys, role);
  const names = new Set<string>();
  const roles = read.roles.map((delegated) => {
    const { name, terminating, paths, path_hash_prefixes: pathHashPrefixes } = delegated;
    const isTopLevel = TOP_LEVEL_ROLES.some((topLevel) => topLevel === name);
    // TUF 4.5: exactly one of both; a name twice in one delegation would leave open whose keys count
    if (isTopLevel || names.has(name) || (paths === undefined) === (pathHashPrefixes === undefined)) {
      throw new RepositoryError({ code: 'MALFORMED', role });
    }
    names.add(name);
    return { ...readRoleKeys(delegated, keys, role), name, terminating, paths, pathHashPrefixes };
  });
  return { keys, roles };
}

function readRoleKeys(
  read: { readonly keyids: readonly string[]; readonly threshold: number },
  keys: ReadonlyMap<string, MetadataKey>,
  role: string,
): RoleKeys {
  const distinct = new Set(read.keyids);
  // formats/repository.md 2.4: a threshold that cannot be met, or a key listed twice or not at all, is a mistake
  const isSound =
    distinct.size === read.keyids.length && read.threshold <= distinct.size && read.keyids.every((id) => keys.has(id));
  if (!isSound) throw new RepositoryError({ code: 'MALFORMED', role });
  return { keyIds: read.keyids, threshold: read.threshold };
}

function readMeta(read: Infer<typeof metaShape>): FileMeta {
  return { version: read.version, length: read.length, sha256: read.hashes?.sha256 };
}
