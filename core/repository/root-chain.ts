import { equalBytes } from '#core/bytes/bytes.ts';
import { type Root, readRoot, type TopLevelRole } from './metadata.ts';
import { RepositoryError } from './repository-error.ts';
import { loadChecked, readStored, type Session } from './session.ts';
import { type Delegator, parseMetadata, requireFresh, requireSignatures, type UnverifiedMetadata } from './signed.ts';

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
  let current = await parseMetadata(trustedRoot, 'root', readRoot);
  await requireSignatures(current, delegatorOf(current.content, 'root'));
  const links = new Map<string, Uint8Array>();
  for (;;) {
    const next = await loadNextRoot(session, current);
    if (!next) break;
    // TUF 5.3.3: a host cannot keep a client busy with roots without end
    if (links.size >= session.limits.rootRotations) throw new RepositoryError({ code: 'TOO_MANY_ROOTS', role: 'root' });
    links.set(`${next.content.version}.root`, next.bytes);
    current = next;
  }
  // TUF 5.3.10: only the last root must be fresh; expired ones in between still lead on
  requireFresh(current.content, 'root', session.nowMs);
  await forgetRotatedRoles(session, current);
  return { root: current.content, links };
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
    name: `${version}.root`,
    path: `metadata/${version}.root.json`,
    role: 'root',
    maxBytes: session.limits.rootBytes,
  };
  return loadChecked(session, file, async (bytes) => {
    const next = await parseMetadata(bytes, 'root', readRoot);
    // TUF 5.3.4: signed by a threshold of the keys before it and of its own
    await requireSignatures(next, delegatorOf(current.content, 'root'));
    await requireSignatures(next, delegatorOf(next.content, 'root'));
    // TUF 5.3.5: exactly the next version, so no step of the chain is skipped or repeated
    if (next.content.version !== version) throw new RepositoryError({ code: 'WRONG_VERSION', role: 'root' });
    return next;
  });
}

/**
 * TUF 5.3.11: when root changes the keys of timestamp or snapshot, what the old keys signed is forgotten. It recovers a
 * repository whose stolen key announced a version so high that nothing honest could follow it.
 */
async function forgetRotatedRoles(session: Session, newest: UnverifiedMetadata<Root>): Promise<void> {
  const stored = await readStored(session, 'root');
  if (stored && equalBytes(stored, newest.bytes)) return;
  session.changes.set('root', newest.bytes);
  const before = stored && (await readIfSound(stored));
  if (!before) return;
  if (hasSameKeys(before, newest.content, 'timestamp') && hasSameKeys(before, newest.content, 'snapshot')) return;
  session.changes.set('timestamp', undefined);
  session.changes.set('snapshot', undefined);
}

async function readIfSound(stored: Uint8Array): Promise<Root | undefined> {
  try {
    return (await parseMetadata(stored, 'root', readRoot)).content;
  } catch (error) {
    // This copy only tells which keys were there before; a damaged one says nothing, and the chain proves itself.
    if (error instanceof RepositoryError) return undefined;
    throw error;
  }
}

function hasSameKeys(a: Root, b: Root, role: TopLevelRole): boolean {
  const keys = new Set(a.roles[role].keyIds);
  return keys.size === b.roles[role].keyIds.length && b.roles[role].keyIds.every((keyId) => keys.has(keyId));
}
