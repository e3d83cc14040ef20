import type { MetadataParsers } from './parsers.ts';
import { RepositoryError } from './repository-error.ts';

/**
 * Fetches `metadata/2.root.json`, `targets/…` and the like, at most `maxBytes`; undefined where there is no file.
 * Names of roles come percent-encoded, which is also what their files are called; paths of targets come as they are.
 */
export type RepositoryFetch = (path: string, maxBytes: number) => Promise<Uint8Array | undefined>;

/**
 * Where a client keeps the metadata it trusts. Names: `root` (the newest), `2.root`, `3.root` … (the chain), `timestamp`,
 * `snapshot`, `targets`, and delegated roles by their own name.
 */
export interface MetadataStore {
  /**
   * When the client writes: `cycle` (also where left out), in one step when every check has passed, or `file`, each file
   * as soon as it has passed its own, which is what TUF 5.3.8, 5.4.5, 5.5.7 and 5.6.6 say.
   */
  readonly writes?: 'cycle' | 'file';
  read(name: string): Promise<Uint8Array | undefined>;
  /** Writes (or with undefined deletes) all of these or none, durably. */
  commit(changes: ReadonlyMap<string, Uint8Array | undefined>): Promise<void>;
}

/** How much a client takes from a repository that may be hostile (TUF 5: "some arbitrary limit"). */
export interface RepositoryLimits {
  readonly rootBytes: number;
  readonly timestampBytes: number;
  readonly snapshotBytes: number;
  readonly targetsBytes: number;
  /** Largest single target, such as a module's manifest. */
  readonly targetFileBytes: number;
  /** How many new root versions one refresh follows. */
  readonly rootRotations: number;
  /** How many delegated roles the search for one path visits. */
  readonly delegations: number;
}

/** Generous for any school, small for any machine. */
export const DEFAULT_LIMITS: RepositoryLimits = {
  rootBytes: 512 * 1024,
  timestampBytes: 16 * 1024,
  snapshotBytes: 2 * 1024 * 1024,
  targetsBytes: 8 * 1024 * 1024,
  targetFileBytes: 64 * 1024 * 1024,
  rootRotations: 256,
  delegations: 32,
};

/** One update cycle: what it may ask, and what it wants to keep once every check has passed. */
export interface Session {
  readonly store: MetadataStore;
  /** Undefined when only the stored chain is opened. */
  readonly fetch: RepositoryFetch | undefined;
  /** TUF 5.1: the fixed start time; undefined when expiry is ignored. */
  readonly nowMs: number | undefined;
  readonly limits: RepositoryLimits;
  readonly parsers: MetadataParsers;
  /** What the checks so far would change in the store. */
  readonly changes: Map<string, Uint8Array | undefined>;
}

/** A stored file as this session sees it: its own changes first. */
export async function readStored(session: Session, name: string): Promise<Uint8Array | undefined> {
  return session.changes.has(name) ? session.changes.get(name) : session.store.read(name);
}

/** Takes over files that have passed their checks, or with undefined forgets them; when they are written is the store's. */
export async function keep(
  session: Session,
  ...changes: [name: string, bytes: Uint8Array | undefined][]
): Promise<void> {
  for (const [name, bytes] of changes) session.changes.set(name, bytes);
  if (session.fetch && session.store.writes === 'file') await commitChanges(session);
}

/** formats/repository.md 5.6: one atomic step, and only where something changed. */
export async function commitChanges(session: Session): Promise<void> {
  if (session.changes.size === 0) return;
  const changes = new Map(session.changes);
  await session.store.commit(changes);
  for (const [name, bytes] of changes) if (session.changes.get(name) === bytes) session.changes.delete(name);
}

/** Fetches at most `maxBytes`. Throws `RepositoryError` `TOO_LARGE`, for an endless file must not fill a device. */
export async function fetchLimited(
  session: Session,
  file: { readonly path: string; readonly role: string; readonly maxBytes: number },
): Promise<Uint8Array | undefined> {
  const bytes = await session.fetch?.(file.path, file.maxBytes);
  if (bytes && bytes.length > file.maxBytes) throw new RepositoryError({ code: 'TOO_LARGE', role: file.role });
  return bytes;
}

/**
 * The stored file if it passes `check`, else the published one if that does; undefined if neither is there.
 * What was fetched is put among the changes only after its check.
 */
export async function loadChecked<T>(
  session: Session,
  file: { readonly name: string; readonly path: string; readonly role: string; readonly maxBytes: number },
  check: (bytes: Uint8Array) => Promise<T>,
): Promise<T | undefined> {
  const stored = await readStored(session, file.name);
  if (stored) {
    try {
      return await check(stored);
    } catch (error) {
      // A stored file that is outdated or damaged is replaced by the published one, if there is a way to get it.
      if (!session.fetch || !(error instanceof RepositoryError)) throw error;
    }
  }
  const fetched = await fetchLimited(session, file);
  if (!fetched) return undefined;
  const checked = await check(fetched);
  await keep(session, [file.name, fetched]);
  return checked;
}
