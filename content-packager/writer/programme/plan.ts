import type { JsonValue } from '#core/json/json-value.ts';
import type { MetadataKey } from '#core/repository/keys.ts';
import { type RoleKeys, type Targets, type TopLevelRole, withSha256 } from '#core/repository/metadata.ts';
import { type DelegatedRoleInput, rootDocument, targetsDocument } from '#core/repository/sign.ts';
import { WriterError } from '../writer-error.ts';
import type { ProgrammeEdit } from './programme-edit.ts';
import { delegationInput, type RepositoryState } from './repository-state.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long each role's word holds, in days. */
export const LIFETIME_DAYS = {
  root: 365,
  targets: 365,
  authorities: 182,
  status: 40,
  snapshot: 40,
  timestamp: 40,
  course: 365,
} as const;

/** Versions above this are not honest work: somebody ran them up with a stolen key, to leave no room above. */
const RUN_UP = 1_000_000_000;

/** A file that a role vouches for. */
export interface PublishedFile {
  readonly length: number;
  readonly sha256: string;
  readonly custom?: JsonValue;
}

/** A document that its custodians have to sign. */
export interface UnsignedDocument {
  readonly role: string;
  readonly signed: JsonValue;
}

/**
 * What a change of the programme will sign anew. It starts as the published state; every method takes one step away
 * from it, and only roles that were touched get a new version.
 */
export interface Plan {
  /** The keys of a role as they will be: top-level or delegated. Undefined where there is no such role. */
  keysOf(role: string): RoleKeys | undefined;
  /** Gives a role other keys. Touches root, or targets, and the role itself. */
  setKeys(role: string, keys: readonly MetadataKey[], threshold: number): void;
  /** Adds or replaces a delegated role. */
  delegate(role: DelegatedRoleInput, keys: readonly MetadataKey[]): void;
  /** Ends a delegation. What the role published stays in the snapshot, for no role may vanish from it (TUF 5.5.5). */
  undelegate(role: string): void;
  /** What the role will publish. */
  publish(role: string, files: ReadonlyMap<string, PublishedFile>): void;
  /** Signs a role anew as it is. */
  renew(role: string): void;
  /** Books a change of `programme.json`, made when the metadata is published. */
  edit(...edits: readonly ProgrammeEdit[]): void;
  readonly edits: readonly ProgrammeEdit[];
  /** Whether devices will forget timestamp and snapshot (TUF 5.3.11), so that their versions may start again. */
  readonly restarts: boolean;
  /** The documents to be signed, root first and targets before what it delegates to. */
  documents(nowMs: number): readonly UnsignedDocument[];
}

/** A plan that changes nothing yet. Without a state it is that of a new programme. */
export function openPlan(state: RepositoryState | undefined): Plan {
  const keys = new Map<string, MetadataKey>();
  const topLevel = new Map<TopLevelRole, RoleKeys>();
  const delegated = new Map<string, DelegatedRoleInput>();
  const published = new Map<string, ReadonlyMap<string, PublishedFile>>();
  const touched = new Set<string>();
  const edits: ProgrammeEdit[] = [];
  let restarts = false;
  if (state !== undefined) {
    const targets = state.roles.get('targets');
    for (const [keyId, key] of [...state.root.keys, ...(targets?.delegations?.keys ?? [])]) keys.set(keyId, key);
    for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const)
      topLevel.set(role, state.root.roles[role]);
    for (const role of targets?.delegations?.roles ?? []) delegated.set(role.name, delegationInput(role));
    for (const [role, content] of state.roles) published.set(role, publishedFiles(content));
  }
  const remember = (added: readonly MetadataKey[]): string[] => {
    for (const key of added) keys.set(key.keyId, key);
    return added.map(({ keyId }) => keyId);
  };
  const versionOf = (role: string): number => {
    const before = (role === 'root' ? state?.root.version : state?.announced.get(role)?.version) ?? 0;
    return nextVersion(role, before, restarts);
  };
  const documentOf = (role: string, nowMs: number): JsonValue => {
    const issue = { version: versionOf(role), expiresAtMs: nowMs + lifetimeDays(role) * DAY_MS };
    if (role === 'root') {
      const roles = {
        root: top('root'),
        timestamp: top('timestamp'),
        snapshot: top('snapshot'),
        targets: top('targets'),
      };
      return rootDocument(issue, keysIn(keys, Object.values(roles)), roles);
    }
    const files = published.get(role) ?? new Map();
    if (role !== 'targets') return targetsDocument(issue, files);
    const roles = [...delegated.values()];
    return targetsDocument(issue, files, { keys: keysIn(keys, roles), roles });
  };
  const top = (role: TopLevelRole): RoleKeys => topLevel.get(role) ?? { keyIds: [], threshold: 1 };
  return {
    keysOf: (role) => (isTopLevel(role) ? topLevel.get(role) : delegated.get(role)),
    setKeys(role, roleKeys, threshold) {
      const keyIds = remember(roleKeys);
      const line = delegated.get(role);
      if (isTopLevel(role)) {
        topLevel.set(role, { keyIds, threshold });
        touched.add('root');
        if (role === 'targets') touched.add('targets');
        if (role === 'snapshot' || role === 'timestamp') restarts = true;
      } else if (line !== undefined) {
        delegated.set(role, { ...line, keyIds, threshold });
        touched.add('targets').add(role);
      }
    },
    delegate(role, roleKeys) {
      remember(roleKeys);
      delegated.set(role.name, role);
      touched.add('targets');
    },
    undelegate(role) {
      delegated.delete(role);
      touched.delete(role);
      touched.add('targets');
    },
    publish(role, files) {
      published.set(role, files);
      touched.add(role);
    },
    renew: (role) => void touched.add(role),
    edit: (...more) => void edits.push(...more),
    edits,
    get restarts() {
      return restarts;
    },
    documents(nowMs) {
      const order = ['root', 'targets', ...[...touched].filter((role) => role !== 'root' && role !== 'targets')];
      const roles = order.filter((role) => touched.has(role));
      return roles.map((role) => ({ role, signed: documentOf(role, nowMs) }));
    },
  };
}

/** What a role published so far, ready to be changed. */
export function publishedFiles(targets: Targets | undefined): Map<string, PublishedFile> {
  return new Map(
    [...(targets?.targets ?? [])].map(([path, listed]) => {
      const { length, hashes, custom } = withSha256(listed, path);
      return [path, { length, sha256: hashes.sha256, ...(custom === undefined ? {} : { custom }) }];
    }),
  );
}

/** The next version of a role. One that was run up can only start again, and only when devices forget the old one. */
export function nextVersion(role: string, before: number, restarts: boolean): number {
  if (before < RUN_UP) return before + 1;
  if (restarts && role !== 'root') return 1;
  throw new WriterError({
    code: 'VERSIONS_SPENT',
    file: role,
    problem: `has version ${before}, which honest work never reaches: somebody signed with a stolen key`,
    advice:
      'Rotate this role together with snapshot and timestamp (docs/guides/ceremony.md): then versions start again.',
  });
}

/** How long the word of this role holds. */
export function lifetimeDays(role: string): number {
  switch (role) {
    case 'root':
    case 'targets':
    case 'authorities':
    case 'status':
    case 'snapshot':
    case 'timestamp':
      return LIFETIME_DAYS[role];
    default:
      return LIFETIME_DAYS.course;
  }
}

/** Whether root itself names the keys of this role. */
export function isTopLevel(role: string): role is TopLevelRole {
  return role === 'root' || role === 'timestamp' || role === 'snapshot' || role === 'targets';
}

function keysIn(keys: ReadonlyMap<string, MetadataKey>, roles: readonly RoleKeys[]): MetadataKey[] {
  const used = new Set(roles.flatMap(({ keyIds }) => keyIds));
  return [...keys.values()].filter(({ keyId }) => used.has(keyId));
}
