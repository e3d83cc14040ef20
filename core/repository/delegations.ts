import type { DelegatedRole, Snapshot, TargetFile, Targets } from './metadata.ts';
import { delegationCovers, delegationMayReach } from './paths.ts';
import { RepositoryError } from './repository-error.ts';
import type { Session } from './session.ts';
import type { UnverifiedMetadata } from './signed.ts';
import { loadTargets } from './top-level.ts';

/** A target, and the roles that lead to it, `targets` first and the one that lists it last. */
export interface FoundTarget {
  readonly file: TargetFile;
  readonly roles: readonly UnverifiedMetadata<Targets>[];
}

/** The tree of delegated roles below `targets`, loaded as far as somebody asked. */
export interface DelegationTree {
  /** TUF 5.6.7: the target of this path, searched depth first. Throws `RepositoryError` if a role on the way fails. */
  find(path: string): Promise<FoundTarget | undefined>;
  /** Paths below `prefix` that any reachable role lists; roles that fail are left out and kept in `failures`. */
  candidates(prefix: string): Promise<ReadonlySet<string>>;
  /** Loads the roles of these names directly below `targets`; failures are kept, not thrown. */
  preload(isWanted: (role: string) => Promise<boolean>): Promise<void>;
  /** Every delegated role that passed its checks so far. */
  readonly loaded: ReadonlyMap<string, UnverifiedMetadata<Targets>>;
  /** Why a role could not be used when it was last tried. */
  readonly failures: ReadonlyMap<string, RepositoryError>;
}

type Visit = { readonly kind: 'found'; readonly target: FoundTarget } | { readonly kind: 'goOn' | 'stop' };

/** The tree below a top-level targets metadata that has passed its own checks. */
export function createDelegationTree(
  session: Session,
  snapshot: Snapshot,
  top: UnverifiedMetadata<Targets>,
): DelegationTree {
  const loaded = new Map<string, UnverifiedMetadata<Targets>>();
  const failures = new Map<string, RepositoryError>();
  const checked = new Map<string, Promise<UnverifiedMetadata<Targets>>>();

  /** Checked against the delegator that asks: one role can have two delegators with different keys. */
  function load(delegator: UnverifiedMetadata<Targets>, role: DelegatedRole): Promise<UnverifiedMetadata<Targets>> {
    const id = `${delegator.role}/${role.name}`;
    const pending = checked.get(id) ?? loadOnce(delegator, role);
    checked.set(id, pending);
    return pending.catch((error: unknown) => {
      checked.delete(id);
      if (error instanceof RepositoryError) failures.set(role.name, error);
      throw error;
    });
  }

  async function loadOnce(delegator: UnverifiedMetadata<Targets>, role: DelegatedRole) {
    const keys = delegator.content.delegations?.keys ?? new Map();
    const metadata = await loadTargets(session, role.name, { keys, role }, snapshot);
    loaded.set(role.name, metadata);
    failures.delete(role.name);
    return metadata;
  }

  async function visit(
    path: string,
    roles: readonly UnverifiedMetadata<Targets>[],
    metadata: UnverifiedMetadata<Targets>,
    visited: Set<string>,
  ): Promise<Visit> {
    const here = [...roles, metadata];
    const file = metadata.content.targets.get(path);
    if (file) return { kind: 'found', target: { file, roles: here } };
    for (const role of metadata.content.delegations?.roles ?? []) {
      // TUF 5.6.7.1: each role once, and not without end
      if (visited.has(role.name) || !(await delegationCovers(role, path))) continue;
      if (visited.size >= session.limits.delegations) {
        throw new RepositoryError({ code: 'TOO_MANY_DELEGATIONS', role: role.name });
      }
      visited.add(role.name);
      const result = await visit(path, here, await load(metadata, role), visited);
      if (result.kind !== 'goOn') return result;
      // TUF 5.6.7.2: what a terminating role does not list does not exist
      if (role.terminating) return { kind: 'stop' };
    }
    return { kind: 'goOn' };
  }

  async function collect(
    prefix: string,
    metadata: UnverifiedMetadata<Targets>,
    visited: Set<string>,
    paths: Set<string>,
  ): Promise<void> {
    for (const path of metadata.content.targets.keys()) if (path.startsWith(prefix)) paths.add(path);
    for (const role of metadata.content.delegations?.roles ?? []) {
      if (visited.has(`${metadata.role}/${role.name}`) || !delegationMayReach(role, prefix)) continue;
      visited.add(`${metadata.role}/${role.name}`);
      const below = await unlessRefused(() => load(metadata, role));
      if (below) await collect(prefix, below, visited, paths);
    }
  }

  return {
    loaded,
    failures,
    find: async (path) => {
      const result = await visit(path, [], top, new Set());
      return result.kind === 'found' ? result.target : undefined;
    },
    candidates: async (prefix) => {
      const paths = new Set<string>();
      await collect(prefix, top, new Set(), paths);
      return paths;
    },
    preload: async (isWanted) => {
      for (const role of top.content.delegations?.roles ?? []) {
        if (await isWanted(role.name)) await unlessRefused(() => load(top, role));
      }
    },
  };
}

/** Undefined where a role was refused: the tree keeps the reason, and one bad course must not hide the others. */
export async function unlessRefused<T>(attempt: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof RepositoryError) return undefined;
    throw error;
  }
}
