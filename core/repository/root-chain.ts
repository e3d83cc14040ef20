import type { Root, TopLevelRole } from './metadata.ts';
import type { MetadataParsers } from './parsers.ts';
import { metadataPath } from './paths.ts';
import { RepositoryError } from './repository-error.ts';
import { keep, loadChecked, readStored, type Session } from './session.ts';
import { type Delegator, requireFresh, requireSignatures, type UnverifiedMetadata } from './signed.ts';

/** A root that follows from the one that came with the app. */
export interface RootChain {
  readonly root: Root;
  /** Store names of the versions after the first, with their bytes. */
  readonly links: ReadonlyMap<string, Uint8Array>;
}

/**
 * TUF 5.2 and 5.3: from the trusted root through every later version, stored or published, to the newest.
 * Throws `RepositoryError`.
 */
export async function followRoots(session: Session, trustedRoot: Uint8Array): Promise<RootChain> {
  let current = await readTrustedRoot(trustedRoot, session.parsers);
  let before = await readStoredRoot(session);
  before = await adopt(session, before, current);
  // TUF 5.3.3: a host cannot keep a client busy with roots without end; the next cycle goes on from here
  const last = Math.max(before.version, current.content.version) + session.limits.rootRotations;
  const links = new Map<string, Uint8Array>();
  while (current.content.version < last) {
    const next = await loadNextRoot(session, current);
    if (!next) break;
    links.set(linkName(next.content.version), next.bytes);
    before = await adopt(session, before, next);
    current = next;
  }
  // TUF 5.3.10: only the last root must be fresh; expired ones in between still lead on
  requireFresh(current.content, 'root', session.nowMs);
  return { root: current.content, links };
}

/** TUF 5.2: the root to begin with, which must be signed as it says itself; its expiry does not matter. Throws `RepositoryError`. */
export async function readTrustedRoot(bytes: Uint8Array, parsers: MetadataParsers): Promise<UnverifiedMetadata<Root>> {
  const root = await parsers.root(bytes, 'root');
  await requireSignatures(root, delegatorOf(root.content, 'root'));
  return root;
}

/** What a top-level role needs, as this root says. */
export function delegatorOf(root: Root, role: TopLevelRole): Delegator {
  return { keys: root.keys, role: root.roles[role] };
}

function loadNextRoot(
  session: Session,
  current: UnverifiedMetadata<Root>,
): Promise<UnverifiedMetadata<Root> | undefined> {
  const version = current.content.version + 1;
  const file = {
    name: linkName(version),
    path: metadataPath('root', version),
    role: 'root',
    maxBytes: session.limits.rootBytes,
  };
  return loadChecked(session, file, async (bytes) => {
    const next = await session.parsers.root(bytes, 'root');
    // TUF 5.3.4: signed by a threshold of the keys before it and of its own
    await requireSignatures(next, delegatorOf(current.content, 'root'));
    await requireSignatures(next, delegatorOf(next.content, 'root'));
    // TUF 5.3.5: exactly the next version, so no step of the chain is skipped or repeated
    if (next.content.version !== version) throw new RepositoryError({ code: 'WRONG_VERSION', role: 'root' });
    return next;
  });
}

/**
 * TUF 5.3.8 and 5.3.11: takes over a root that is newer than the one before. When it changes the keys of timestamp or
 * snapshot, what the old keys signed is forgotten in the same step. It recovers a repository whose stolen key announced
 * a version so high that nothing honest could follow it. Answers the newer of both.
 */
async function adopt(session: Session, before: Root | undefined, next: UnverifiedMetadata<Root>): Promise<Root> {
  if (before && before.version >= next.content.version) return before;
  const isRotated =
    before && !(hasSameKeys(before, next.content, 'timestamp') && hasSameKeys(before, next.content, 'snapshot'));
  if (isRotated) await keep(session, ['root', next.bytes], ['timestamp', undefined], ['snapshot', undefined]);
  else await keep(session, ['root', next.bytes]);
  return next.content;
}

/** The root that the cycle before this one ended with. It is not proof of anything: it tells which keys were there. */
async function readStoredRoot(session: Session): Promise<Root | undefined> {
  const stored = await readStored(session, 'root');
  if (!stored) return undefined;
  try {
    return (await session.parsers.root(stored, 'root')).content;
  } catch (error) {
    // A damaged copy says nothing, and the chain proves itself.
    if (error instanceof RepositoryError) return undefined;
    throw error;
  }
}

function linkName(version: number): string {
  return `${version}.root`;
}

function hasSameKeys(a: Root, b: Root, role: TopLevelRole): boolean {
  const keys = new Set(a.roles[role].keyIds);
  return keys.size === b.roles[role].keyIds.length && b.roles[role].keyIds.every((keyId) => keys.has(keyId));
}
