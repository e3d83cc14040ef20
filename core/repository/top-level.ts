import type { FileMeta, Root, Snapshot, Targets, Timestamp } from './metadata.ts';
import type { ParseMetadata } from './parsers.ts';
import { metadataPath } from './paths.ts';
import { RepositoryError } from './repository-error.ts';
import { delegatorOf } from './root-chain.ts';
import { fetchLimited, keep, loadChecked, readStored, type Session } from './session.ts';
import {
  type Delegator,
  requireAnnounced,
  requireFresh,
  requireSignatures,
  type UnverifiedMetadata,
} from './signed.ts';

/** TUF 5.4: the newest timestamp. Throws `RepositoryError`. */
export async function loadTimestamp(session: Session, root: Root): Promise<UnverifiedMetadata<Timestamp>> {
  const prior = await readPrior(session, 'timestamp', session.parsers.timestamp, delegatorOf(root, 'timestamp'));
  const current = session.fetch ? await fetchTimestamp(session, root, prior) : prior;
  if (!current) throw new RepositoryError({ code: 'MISSING', role: 'timestamp' });
  // TUF 5.4.4: an old timestamp cannot be shown for ever
  requireFresh(current.content, 'timestamp', session.nowMs);
  // TUF 5.4.5
  if (current !== prior) await keep(session, ['timestamp', current.bytes]);
  return current;
}

async function fetchTimestamp(
  session: Session,
  root: Root,
  prior: UnverifiedMetadata<Timestamp> | undefined,
): Promise<UnverifiedMetadata<Timestamp>> {
  // TUF 5.4.1: nothing announces its length, so a fixed limit
  const file = {
    path: metadataPath('timestamp', undefined),
    role: 'timestamp',
    maxBytes: session.limits.timestampBytes,
  };
  const bytes = await fetchLimited(session, file);
  if (!bytes) throw new RepositoryError({ code: 'MISSING', role: 'timestamp' });
  const next = await session.parsers.timestamp(bytes, 'timestamp');
  // TUF 5.4.2
  await requireSignatures(next, delegatorOf(root, 'timestamp'));
  if (!prior) return next;
  // TUF 5.4.3.1: never an older timestamp; the same version changes nothing
  if (next.content.version < prior.content.version) throw new RepositoryError({ code: 'ROLLBACK', role: 'timestamp' });
  if (next.content.version === prior.content.version) return prior;
  // TUF 5.4.3.2: nor a newer timestamp of an older snapshot
  if (next.content.snapshot.version < prior.content.snapshot.version) {
    throw new RepositoryError({ code: 'ROLLBACK', role: 'snapshot' });
  }
  return next;
}

/** TUF 5.5: the snapshot that the timestamp announces. Throws `RepositoryError`. */
export async function loadSnapshot(
  session: Session,
  root: Root,
  announced: FileMeta,
): Promise<UnverifiedMetadata<Snapshot>> {
  const delegator = delegatorOf(root, 'snapshot');
  // Without a network nothing takes the place of what is stored, which cannot be older than itself.
  const prior = session.fetch && (await readPrior(session, 'snapshot', session.parsers.snapshot, delegator));
  const file = { role: 'snapshot', announced, isConsistent: root.consistentSnapshot };
  return loadAnnounced(session, file, session.limits.snapshotBytes, async (bytes) => {
    const snapshot = await checkAnnounced(session, bytes, 'snapshot', announced, delegator, session.parsers.snapshot);
    if (prior) requireNoRollback(prior.content, snapshot.content);
    return snapshot;
  });
}

/** TUF 5.6: the targets metadata that the snapshot announces. Throws `RepositoryError`. */
export function loadTargets(
  session: Session,
  role: string,
  delegator: Delegator,
  snapshot: Snapshot,
  isConsistent: boolean,
): Promise<UnverifiedMetadata<Targets>> {
  const announced = snapshot.meta.get(role);
  // A role that the snapshot does not name could be any version: mix-and-match
  if (!announced) throw new RepositoryError({ code: 'MISSING', role });
  return loadAnnounced(session, { role, announced, isConsistent }, session.limits.targetsBytes, (bytes) =>
    checkAnnounced(session, bytes, role, announced, delegator, session.parsers.targets),
  );
}

async function loadAnnounced<T>(
  session: Session,
  { role, announced, isConsistent }: { role: string; announced: FileMeta; isConsistent: boolean },
  limitBytes: number,
  check: (bytes: Uint8Array) => Promise<T>,
): Promise<T> {
  const file = {
    name: role,
    // TUF 5.5.1 and 5.6.1: the version is in the name where snapshots are consistent
    path: metadataPath(role, isConsistent ? announced.version : undefined),
    role,
    // TUF 5.5.1 and 5.6.1: the announced length, or the limit
    maxBytes: Math.min(announced.length ?? limitBytes, limitBytes),
  };
  const loaded = await loadChecked(session, file, check);
  if (loaded === undefined) throw new RepositoryError({ code: 'MISSING', role });
  return loaded;
}

async function checkAnnounced<T extends Snapshot | Targets>(
  session: Session,
  bytes: Uint8Array,
  role: string,
  announced: FileMeta,
  delegator: Delegator,
  parse: ParseMetadata<T>,
): Promise<UnverifiedMetadata<T>> {
  // TUF 5.5.2 and 5.6.2
  await requireAnnounced(bytes, announced, role);
  const metadata = await parse(bytes, role, announced.sha256);
  // TUF 5.5.3 and 5.6.3
  await requireSignatures(metadata, delegator);
  // TUF 5.5.4 and 5.6.4: the announced version, neither older nor newer
  if (metadata.content.version !== announced.version) throw new RepositoryError({ code: 'WRONG_VERSION', role });
  // TUF 5.5.6 and 5.6.5
  requireFresh(metadata.content, role, session.nowMs);
  return metadata;
}

/** TUF 5.5.5: every role that was listed still is, with no older version. */
function requireNoRollback(prior: Snapshot, next: Snapshot): void {
  for (const [role, before] of prior.meta) {
    const after = next.meta.get(role);
    if (!after || after.version < before.version) throw new RepositoryError({ code: 'ROLLBACK', role });
  }
}

/** What an earlier cycle stored, if today's root still stands behind it. Its expiry does not matter here. */
async function readPrior<T>(
  session: Session,
  role: string,
  parse: ParseMetadata<T>,
  delegator: Delegator,
): Promise<UnverifiedMetadata<T> | undefined> {
  const bytes = await readStored(session, role);
  if (!bytes) return undefined;
  try {
    const prior = await parse(bytes, role);
    await requireSignatures(prior, delegator);
    return prior;
  } catch (error) {
    // Without a network there is nothing else to trust. With one, damaged or disowned metadata counts as none.
    if (!session.fetch || !(error instanceof RepositoryError)) throw error;
    return undefined;
  }
}
