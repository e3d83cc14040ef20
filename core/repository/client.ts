import { toBytes } from '#core/bytes/bytes.ts';
import { matchHashes, type VerifiedBytes } from '#core/crypto/verified-bytes.ts';
import { createDelegationTree, type DelegationTree, unlessRefused } from './delegations.ts';
import { type Common, type ListedFile, type TargetFile, withSha256 } from './metadata.ts';
import { type MetadataParsers, metadataParsers } from './parsers.ts';
import { publishedPath } from './paths.ts';
import { RepositoryError } from './repository-error.ts';
import { delegatorOf, followRoots, type RootChain } from './root-chain.ts';
import {
  commitChanges,
  DEFAULT_LIMITS,
  fetchLimited,
  type MetadataStore,
  type RepositoryFetch,
  type RepositoryLimits,
  type Session,
} from './session.ts';
import { loadSnapshot, loadTargets, loadTimestamp } from './top-level.ts';

export type { TargetFile } from './metadata.ts';
export { publishedPath } from './paths.ts';
export { RepositoryError, type RepositoryErrorCode } from './repository-error.ts';
export { DEFAULT_LIMITS, type MetadataStore, type RepositoryFetch, type RepositoryLimits } from './session.ts';

/** A repository whose top-level metadata has passed every check. Delegated roles are checked when first needed. */
export interface TrustedRepository {
  readonly rootVersion: number;
  /** Version of every role loaded so far. */
  readonly versions: Readonly<Record<string, number>>;
  /** Expiry of every role loaded so far. */
  readonly expiresAtMs: Readonly<Record<string, number>>;
  /** Delegated roles that were refused when last tried, and why; their targets are missing from `listTargets`. */
  readonly failures: ReadonlyMap<string, RepositoryError>;
  /** The target of a path, or undefined if nobody publishes one. Throws `RepositoryError` if a role on the way fails. */
  findTarget(path: string): Promise<(TargetFile & { readonly role: string }) | undefined>;
  /** All targets whose path starts with `prefix`, by path. Roles that fail are left out: see `failures`. */
  listTargets(prefix: string): Promise<ReadonlyMap<string, TargetFile & { readonly role: string }>>;
  /** The bytes of a target, its length and hash checked. Throws `RepositoryError`. */
  downloadTarget(path: string): Promise<VerifiedBytes>;
  /** The same bytes, now trusted, if they are what is published at this path; undefined if not. Throws `RepositoryError`. */
  matchTarget(path: string, bytes: Uint8Array): Promise<VerifiedBytes | undefined>;
  /** The role that publishes a path. */
  roleOf(path: string): Promise<string | undefined>;
  /**
   * All metadata that leads to a path, by store name: put in a store of its own, `openCached` can prove the target again
   * for as long as somebody reads it, whatever is published later. Throws `RepositoryError` `NO_SUCH_TARGET`.
   */
  chainOf(path: string): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** What both ways of opening a repository need. */
export interface OpenOptions {
  readonly store: MetadataStore;
  /** Milliseconds since 1970; fixed for the whole cycle. */
  readonly now: number;
  /** The root that came with the app: the only thing trusted from the start. */
  readonly trustedRoot: Uint8Array;
  readonly ignoreExpiry?: boolean;
  readonly limits?: Partial<RepositoryLimits>;
  /** Those of our own repositories unless told. */
  readonly parsers?: MetadataParsers;
}

/**
 * TUF 5: brings the stored metadata up to date with a repository, which may be hostile. Nothing is stored before every
 * check has passed, and then everything in one step. Throws `RepositoryError`, or what `fetch` throws.
 */
export async function refreshRepository(
  options: OpenOptions & { readonly fetch: RepositoryFetch },
): Promise<TrustedRepository> {
  const session = createSession(options, options.fetch);
  const { repository, tree } = await open(session, options.trustedRoot);
  if (session.store.writes !== 'file') {
    // Delegated roles in use move along in the same step, else they would not fit the new snapshot without a network.
    await tree.preload(async (role) => (await session.store.read(role)) !== undefined);
  }
  await commitChanges(session);
  return repository;
}

/**
 * Proves the stored metadata again from the root that came with the app, without a network and without storing
 * anything. Throws `RepositoryError`; `MISSING` where nothing was stored yet.
 */
export async function openCached(options: OpenOptions): Promise<TrustedRepository> {
  const session = createSession(options, undefined);
  const { repository } = await open(session, options.trustedRoot);
  return repository;
}

function createSession(options: OpenOptions, fetch: RepositoryFetch | undefined): Session {
  return {
    store: options.store,
    fetch,
    nowMs: options.ignoreExpiry ? undefined : options.now,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    parsers: options.parsers ?? metadataParsers(),
    changes: new Map(),
  };
}

async function open(
  session: Session,
  trustedRoot: Uint8Array,
): Promise<{ repository: TrustedRepository; tree: DelegationTree }> {
  const chain = await followRoots(session, trustedRoot);
  const timestamp = await loadTimestamp(session, chain.root);
  const snapshot = await loadSnapshot(session, chain.root, timestamp.content.snapshot);
  const { consistentSnapshot } = chain.root;
  const delegator = delegatorOf(chain.root, 'targets');
  const targets = await loadTargets(session, 'targets', delegator, snapshot.content, consistentSnapshot);
  const tree = createDelegationTree(session, snapshot.content, consistentSnapshot, targets);
  const topLevel = new Map<string, Common>([
    ['root', chain.root],
    ['timestamp', timestamp.content],
    ['snapshot', snapshot.content],
    ['targets', targets.content],
  ]);
  const links = new Map([...chain.links, ['timestamp', timestamp.bytes], ['snapshot', snapshot.bytes]]);
  return { repository: createRepository(session, chain, topLevel, links, tree), tree };
}

function createRepository(
  session: Session,
  chain: RootChain,
  topLevel: ReadonlyMap<string, Common>,
  links: ReadonlyMap<string, Uint8Array>,
  tree: DelegationTree,
): TrustedRepository {
  /** Searches, then keeps the delegated metadata that passed its checks on the way. */
  async function find(path: string) {
    const found = await tree.find(path);
    if (session.fetch) await commitChanges(session);
    return found;
  }

  async function requireTarget(path: string) {
    const found = await find(path);
    if (!found) throw new RepositoryError({ code: 'NO_SUCH_TARGET', role: path });
    return found;
  }

  async function findTarget(path: string) {
    const found = await find(path);
    if (!found) return undefined;
    const role = found.roles.at(-1)?.role ?? 'targets';
    return { ...withSha256(found.file, role), role };
  }

  function ofEveryRole(read: (content: Common) => number): Record<string, number> {
    const delegated = [...tree.loaded].map(([role, { content }]): [string, number] => [role, read(content)]);
    return Object.fromEntries([...[...topLevel].map(([role, content]) => [role, read(content)]), ...delegated]);
  }

  return {
    rootVersion: chain.root.version,
    get versions() {
      return ofEveryRole((content) => content.version);
    },
    get expiresAtMs() {
      return ofEveryRole((content) => content.expiresAtMs);
    },
    failures: tree.failures,
    findTarget,
    roleOf: async (path) => (await findTarget(path))?.role,
    listTargets: async (prefix) => {
      const targets = new Map<string, TargetFile & { readonly role: string }>();
      for (const path of await tree.candidates(prefix)) {
        // Listed is not enough: only the search decides whose word counts for a path.
        const target = await unlessRefused(() => findTarget(path));
        if (target) targets.set(path, target);
      }
      return targets;
    },
    downloadTarget: async (path) =>
      download(session, path, (await requireTarget(path)).file, chain.root.consistentSnapshot),
    matchTarget: async (path, bytes) => {
      const { length, hashes } = (await requireTarget(path)).file;
      return bytes.length === length ? matchHashes(toBytes(bytes), hashes) : undefined;
    },
    chainOf: async (path) => {
      const { roles } = await requireTarget(path);
      return new Map([...links, ...roles.map(({ role, bytes }): [string, Uint8Array] => [role, bytes])]);
    },
  };
}

/** TUF 5.7: a target is what the metadata says, to the byte. */
async function download(
  session: Session,
  path: string,
  { length, hashes }: ListedFile,
  isConsistent: boolean,
): Promise<VerifiedBytes> {
  // A file whose hashes this client cannot check could be anything
  const hash = hashes.sha256 ?? hashes.sha512;
  if (hash === undefined) throw new RepositoryError({ code: 'HASH_MISMATCH', role: path });
  if (length > session.limits.targetFileBytes) throw new RepositoryError({ code: 'TOO_LARGE', role: path });
  const file = { path: publishedPath(path, isConsistent ? hash : undefined), role: path, maxBytes: length };
  const bytes = await fetchLimited(session, file);
  if (!bytes) throw new RepositoryError({ code: 'MISSING', role: path });
  if (bytes.length !== length) throw new RepositoryError({ code: 'LENGTH', role: path });
  const verified = await matchHashes(toBytes(bytes), hashes);
  if (!verified) throw new RepositoryError({ code: 'HASH_MISMATCH', role: path });
  return verified;
}
