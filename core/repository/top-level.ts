import {
  type FileMeta,
  type Root,
  readSnapshot,
  readTargets,
  readTimestamp,
  type Snapshot,
  type Targets,
  type Timestamp,
} from './metadata.ts';
import { RepositoryError } from './repository-error.ts';
import { delegatorOf } from './root-chain.ts';
import { fetchLimited, loadChecked, readStored, type Session } from './session.ts';
import {
  type Delegator,
  parseMetadata,
  requireAnnounced,
  requireFresh,
  requireSignatures,
  type UnverifiedMetadata,
} from './signed.ts';

/** TUF 5.4: the newest timestamp. Throws `RepositoryError`. */
export async function loadTimestamp(session: Session, root: Root): Promise<UnverifiedMetadata<Timestamp>> {
  const prior = await readPrior(session, 'timestamp', readTimestamp, delegatorOf(root, 'timestamp'));
  const current = session.fetch ? await fetchTimestamp(session, root, prior) : prior;
  if (!current) throw new RepositoryError({ code: 'MISSING', role: 'timestamp' });
  // TUF 5.4.4: an old timestamp cannot be shown for ever
  requireFresh(current.content, 'timestamp', session.nowMs);
  if (current !== prior) session.changes.set('timestamp', current.bytes);
  return current;
}

async function fetchTimestamp(
  session: Session,
  root: Root,
  prior: UnverifiedMetadata<Timestamp> | undefined,
): Promise<UnverifiedMetadata<Timestamp>> {
  // TUF 5.4.1: nothing announces its length, so a fixed limit
  const file = { path: 'metadata/timestamp.json', role: 'timestamp', maxBytes: session.limits.timestampBytes };
  const bytes = await fetchLimited(session, file);
  if (!bytes) throw new RepositoryError({ code: 'MISSING', role: 'timestamp' });
  const next = await parseMetadata(bytes, 'timestamp', readTimestamp);
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
  const prior = await readPrior(session, 'snapshot', readSnapshot, delegator);
  return loadAnnounced(session, 'snapshot', announced, session.limits.snapshotBytes, async (bytes) => {
    const snapshot = await checkAnnounced(session, bytes, 'snapshot', announced, delegator, readSnapshot);
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
): Promise<UnverifiedMetadata<Targets>> {
  const announced = snapshot.meta.get(role);
  // A role that the snapshot does not name could be any version: mix-and-match
  if (!announced) throw new RepositoryError({ code: 'MISSING', role });
  return loadAnnounced(session, role, announced, session.limits.targetsBytes, (bytes) =>
    checkAnnounced(session, bytes, role, announced, delegator, readTargets),
  );
}

async function loadAnnounced<T>(
  session: Session,
  role: string,
  announced: FileMeta,
  limitBytes: number,
  check: (bytes: Uint8Array) => Promise<T>,
): Promise<T> {
  const file = {
    name: role,
    // formats/repository.md 3.1: consistent snapshots
    path: `metadata/${announced.version}.${role}.json`,
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
  read: Parameters<typeof parseMetadata<T>>[2],
): Promise<UnverifiedMetadata<T>> {
  // TUF 5.5.2 and 5.6.2
  await requireAnnounced(bytes, announced, role);
  const metadata = await parseMetadata(bytes, role, read);
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
  read: (signed: Parameters<Parameters<typeof parseMetadata<T>>[2]>[0], role: string) => Promise<T>,
  delegator: Delegator,
): Promise<UnverifiedMetadata<T> | undefined> {
  const bytes = await readStored(session, role);
  if (!bytes) return undefined;
  try {
    const prior = await parseMetadata(bytes, role, read);
    await requireSignatures(prior, delegator);
    return prior;
  } catch (error) {
    // Without a network there is nothing else to trust. With one, damaged or disowned metadata counts as none.
    if (!session.fetch || !(error instanceof RepositoryError)) throw error;
    return undefined;
  }
}
