import { utf8 } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { type Signer, signerFromSeed } from '#core/crypto/signer.ts';
import { isJsonObject, type JsonValue } from '#core/json/json-value.ts';
import { publishedPath, type RepositoryFetch } from './client.ts';
import { metadataKeyOf } from './keys.ts';
import type { RoleKeys } from './metadata.ts';
import { metadataPath } from './paths.ts';
import {
  type AnnouncedFile,
  rootDocument,
  signMetadata,
  snapshotDocument,
  targetsDocument,
  timestampDocument,
} from './sign.ts';

/** The instant at which the tests take place. */
export const NOW_MS = 1_790_000_000_000;
/** A day in milliseconds. */
export const DAY_MS = 86_400_000;

/** Who may sign for a role, how many must, and who does. */
export interface RolePlan {
  readonly version: number;
  readonly expiresAtMs: number;
  readonly keys: readonly Signer[];
  readonly threshold: number;
  /** Everyone in `keys` unless told. */
  readonly signedBy?: readonly Signer[];
}

/** A delegated role: what it may publish and what it does. */
export interface DelegatedPlan extends RolePlan {
  readonly name: string;
  readonly by?: string;
  readonly terminating: boolean;
  readonly covers: { readonly paths: readonly string[] } | { readonly pathHashPrefixes: readonly string[] };
  readonly files: Readonly<Record<string, string>>;
}

/** Everything a test wants to publish; every part is really signed. */
export interface Plan {
  readonly root: RolePlan;
  readonly timestamp: RolePlan;
  readonly snapshot: RolePlan;
  readonly targets: RolePlan;
  readonly files: Readonly<Record<string, string>>;
  readonly delegated: readonly DelegatedPlan[];
  /** Roles that the snapshot leaves out. */
  readonly unlisted?: readonly string[];
  /** What the timestamp and snapshot say in place of the truth. */
  readonly announce?: Readonly<Record<string, Partial<AnnouncedFile>>>;
  /** Whether hashes and lengths are announced, or versions only. */
  readonly bareVersions?: boolean;
  /** Members that root gets in place of its own, or besides. */
  readonly inRoot?: Readonly<Record<string, JsonValue>>;
  /** Members that a targets role gets in place of its own, by role name. */
  readonly inTargets?: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
}

/** A signer of a test key; the same number gives the same key. */
export function testSigner(number: number): Promise<Signer> {
  return signerFromSeed(new Uint8Array(32).fill(number));
}

/** One of 1 role with a fresh version 1. */
export async function rolePlan(...keyNumbers: readonly number[]): Promise<RolePlan> {
  const keys = await Promise.all(keyNumbers.map(testSigner));
  return { version: 1, expiresAtMs: NOW_MS + 40 * DAY_MS, keys, threshold: Math.min(2, keys.length) };
}

/** Root 2 of 3, a course and the status list: the smallest repository of a real programme. */
export async function basicPlan(): Promise<Plan> {
  return {
    root: await rolePlan(1, 2, 3),
    timestamp: await rolePlan(4),
    snapshot: await rolePlan(5),
    targets: await rolePlan(6, 7),
    files: {},
    delegated: [
      {
        ...(await rolePlan(8)),
        name: 'status',
        terminating: true,
        covers: { paths: ['status/*'] },
        files: { 'status/status.json': '{}' },
      },
      {
        ...(await rolePlan(9)),
        name: 'course-maths',
        terminating: true,
        covers: { paths: ['courses/maths/*'] },
        files: { 'courses/maths/week-1.json': 'week one', 'courses/maths/week-2.json': 'week two' },
      },
    ],
  };
}

/** The same plan with a course of more changes. */
export function withCourse(plan: Plan, change: Partial<DelegatedPlan>): Plan {
  return {
    ...plan,
    delegated: plan.delegated.map((role) => (role.name === 'course-maths' ? { ...role, ...change } : role)),
  };
}

/** The same plan, every version below root raised to `version`. */
export function atVersion(plan: Plan, version: number): Plan {
  return {
    ...plan,
    timestamp: { ...plan.timestamp, version },
    snapshot: { ...plan.snapshot, version },
    targets: { ...plan.targets, version },
    delegated: plan.delegated.map((role) => ({ ...role, version })),
  };
}

/** The root metadata file of a plan. */
export async function signRoot(plan: Plan, alsoSignedBy: readonly Signer[] = []): Promise<Uint8Array> {
  const { root, timestamp, snapshot, targets } = plan;
  const signers = [...root.keys, ...timestamp.keys, ...snapshot.keys, ...targets.keys];
  const keys = await Promise.all(signers.map(metadataKeyOf));
  const roles = {
    root: roleKeys(root),
    timestamp: roleKeys(timestamp),
    snapshot: roleKeys(snapshot),
    targets: roleKeys(targets),
  };
  const own = root.signedBy ?? root.keys;
  const others = alsoSignedBy.filter((signer) => own.every((other) => other.keyId !== signer.keyId));
  const document = { ...members(rootDocument(root, keys, roles)), ...plan.inRoot };
  return signMetadata(document, [...own, ...others]);
}

/** All files of a repository, by the path at which a client asks for them. Root is not among them. */
export async function publish(plan: Plan): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const listed = new Map<string, AnnouncedFile>();
  const announce = async (role: string, version: number, bytes: Uint8Array): Promise<AnnouncedFile> => {
    const whole = plan.bareVersions ? { version } : { version, length: bytes.length, sha256: await sha256Hex(bytes) };
    return { ...whole, ...plan.announce?.[role] };
  };
  const top = { ...plan.targets, name: 'targets', files: plan.files };
  for (const role of [top, ...plan.delegated]) {
    const below = plan.delegated.filter((other) => (other.by ?? 'targets') === role.name);
    const targets = new Map<string, { length: number; sha256: string }>();
    for (const [path, text] of Object.entries(role.files)) {
      const sha256 = await sha256Hex(utf8(text));
      targets.set(path, { length: utf8(text).length, sha256 });
      files.set(publishedPath(path, sha256), utf8(text));
    }
    const delegations = {
      keys: await Promise.all(below.flatMap((other) => other.keys).map(metadataKeyOf)),
      roles: below.map((other) => ({
        ...roleKeys(other),
        ...other.covers,
        name: other.name,
        terminating: other.terminating,
      })),
    };
    const document = targetsDocument(role, targets, below.length > 0 ? delegations : undefined);
    const changed = { ...members(document), ...plan.inTargets?.[role.name] };
    const bytes = await signMetadata(changed, role.signedBy ?? role.keys);
    files.set(metadataPath(role.name, role.version), bytes);
    if (!plan.unlisted?.includes(role.name)) listed.set(role.name, await announce(role.name, role.version, bytes));
  }
  const { snapshot, timestamp } = plan;
  const snapshotBytes = await signMetadata(snapshotDocument(snapshot, listed), snapshot.signedBy ?? snapshot.keys);
  files.set(`metadata/${snapshot.version}.snapshot.json`, snapshotBytes);
  const document = timestampDocument(timestamp, await announce('snapshot', snapshot.version, snapshotBytes));
  files.set('metadata/timestamp.json', await signMetadata(document, timestamp.signedBy ?? timestamp.keys));
  return files;
}

/** A fetch port over such files. */
export function fetchFrom(files: ReadonlyMap<string, Uint8Array>): RepositoryFetch {
  return async (path) => files.get(path);
}

/** The files under the names that they have where snapshots are not consistent. */
export async function withoutVersions(plan: Plan): Promise<Map<string, Uint8Array>> {
  return new Map(
    [...(await publish(plan))].map(([path, bytes]) => [path.replace(/\/(?:[0-9]+|[0-9a-f]{64})\./, '/'), bytes]),
  );
}

function members(document: JsonValue): Readonly<Record<string, JsonValue>> {
  return isJsonObject(document) ? document : {};
}

function roleKeys(role: RolePlan): RoleKeys {
  return { keyIds: role.keys.map((signer) => signer.keyId), threshold: role.threshold };
}
