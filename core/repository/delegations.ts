import { roleNamed, rolesBelow, rolesFor } from './covers.ts';
import type { DelegatedRole, ListedFile, Snapshot, Targets } from './metadata.ts';
import { RepositoryError } from './repository-error.ts';
import type { Session } from './session.ts';
import type { UnverifiedMetadata } from './signed.ts';
import { loadTargets } from './top-level.ts';

/** A target, and the roles that lead to it, `targets` first and the one that lists it last. */
export interface FoundTarget {
  readonly file: ListedFile;
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
  isConsistent: boolean,
  top: UnverifiedMetadata<Targets>,
): DelegationTree {
  const loaded = new Map<string, UnverifiedMetadata<Targets>>();
  const failures = new Map<string, RepositoryError>();
  const checkedFor = new Map<UnverifiedMetadata<Targets>, Map<string, Promise<UnverifiedMetadata<Targets>>>>();

  /** Checked against the delegator that asks: one role can have two delegators with different keys. */
  function load(delegator: UnverifiedMetadata<Targets>, role: DelegatedRole): Promise<UnverifiedMetadata<Targets>> {
    const checked = checkedFor.get(delegator) ?? new Map<string, Promise<UnverifiedMetadata<Targets>>>();
    checkedFor.set(delegator, checked);
    const pending = checked.get(role.name) ?? loadOnce(delegator, role);
    checked.set(role.name, pending);
    return pending.catch((error: unknown) => {
      checked.delete(role.name);
      if (error instanceof RepositoryError) failures.set(role.name, error);
      throw error;
    });
  }

  async function loadOnce(delegator: UnverifiedMetadata<Targets>, role: DelegatedRole) {
    const keys = delegator.content.delegations?.keys ?? new Map();
    const metadata = await loadTargets(session, role.name, { keys, role }, snapshot, isConsistent);
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
    for (const role of await rolesFor(metadata.content.delegations, path)) {
      // TUF 5.6.7.1: each role once, and not without end
      if (visited.has(role.name)) continue;
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
    const idOf = (role: DelegatedRole) => JSON.stringify([metadata.role, role.name]);
    const roles = rolesBelow(metadata.content.delegations, prefix, snapshot.meta.keys());
    const fresh = roles.filter((role) => !visited.has(idOf(role)));
    for (const role of fresh) visited.add(idOf(role));
    const below = await inParallel(fresh, (role) => unlessRefused(() => load(metadata, role)));
    for (const targets of below) if (targets) await collect(prefix, targets, visited, paths);
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
      await inParallel([...snapshot.meta.keys()], async (name) => {
        const role = roleNamed(top.content.delegations, name);
        if (role && (await isWanted(name))) await unlessRefused(() => load(top, role));
      });
    },
  };
}

/** Does a job for every item, a few at a time: enough to keep host and signature checks busy, not to flood them. */
async function inParallel<T, R>(items: readonly T[], job: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const work = async () => {
    for (const [index, item] of rest) results[index] = await job(item);
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return results;
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
