import type { DelegatedRole, Delegations, Root, Snapshot, Targets } from './metadata.ts';
import { isSafeTargetPath } from './paths.ts';
import { RepositoryError } from './repository-error.ts';

/**
 * What formats/repository.md demands of our own repositories beyond the specification. Every function throws
 * `RepositoryError` `MALFORMED`: a file that breaks a rule is refused as a whole.
 */
function demand(isKept: boolean, role: string): void {
  if (!isKept) throw new RepositoryError({ code: 'MALFORMED', role });
}

/** formats/repository.md 3.2: what a delegated role may be called; its name becomes a file name. */
export const ROLE_NAME = /^[a-z0-9][a-z0-9_-]{0,99}$/;

/** formats/repository.md 3.1 and 2.4. */
export function demandHouseRoot(root: Root): void {
  // 3.1: file names carry versions, so a host can publish while devices read
  demand(root.consistentSnapshot, 'root');
  for (const role of Object.values(root.roles)) demand(isSoundRole(role, root.keys), 'root');
}

/** formats/repository.md 3.2. */
export function demandHouseSnapshot(snapshot: Snapshot): void {
  for (const [role, meta] of snapshot.meta) {
    demand(ROLE_NAME.test(role), 'snapshot');
    demand(meta.sha256 !== undefined || meta.sha512 === undefined, 'snapshot');
  }
}

/** formats/repository.md 2.4, 3.2, 3.3, 3.4 and 4.1. */
export function demandHouseTargets(targets: Targets, role: string): void {
  for (const [path, file] of targets.targets) {
    demand(isSafeTargetPath(path), role);
    demand(file.hashes.sha256 !== undefined, role);
  }
  const { delegations } = targets;
  if (!delegations) return;
  if (delegations.succinct) demand(ROLE_NAME.test(delegations.succinct.namePrefix), role);
  for (const delegated of delegatedRoles(delegations)) demand(isSoundRole(delegated, delegations.keys), role);
  for (const { name, paths } of delegations.roles) {
    demand(ROLE_NAME.test(name), role);
    // 3.4: a `[` starts a character class in some clients and not in others
    for (const pattern of paths ?? []) demand(/^[^[\]\\]{1,1024}$/.test(pattern), role);
  }
}

function delegatedRoles(delegations: Delegations): readonly Pick<DelegatedRole, 'keyIds' | 'threshold'>[] {
  return delegations.succinct ? [delegations.succinct] : delegations.roles;
}

/** 2.4: a threshold that cannot be met, or a key listed twice or not at all, is a mistake. */
function isSoundRole(role: Pick<DelegatedRole, 'keyIds' | 'threshold'>, keys: Delegations['keys']): boolean {
  const isEachThereOnce = role.keyIds.every((keyId, at) => keys.has(keyId) && role.keyIds.indexOf(keyId) === at);
  return isEachThereOnce && role.threshold <= role.keyIds.length;
}
