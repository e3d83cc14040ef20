import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  type DelegatedRole,
  type FileMeta,
  type Root,
  readRoot,
  readSnapshot,
  readTargets,
  readTimestamp,
  type Targets,
} from '#core/repository/metadata.ts';
import { RepositoryError } from '#core/repository/repository-error.ts';
import type { DelegatedRoleInput } from '#core/repository/sign.ts';
import { type Delegator, parseMetadata, requireAnnounced, requireSignatures } from '#core/repository/signed.ts';
import { WriterError } from '../writer-error.ts';
import { readIfThere } from './disk.ts';
import type { ProgrammeFile } from './programme-file.ts';

/** The published metadata of a programme, with every signature checked. Expiry is not judged: it is what re-signing mends. */
export interface RepositoryState {
  readonly root: Root;
  readonly timestampVersion: number;
  readonly timestampExpiresAtMs: number;
  readonly snapshotVersion: number;
  readonly snapshotExpiresAtMs: number;
  /** By role name: `targets` and every delegated role. */
  readonly announced: ReadonlyMap<string, FileMeta>;
  readonly roles: ReadonlyMap<string, Targets>;
}

/** Loads and checks the whole chain from the first root, so that nothing is ever signed on top of a forged file. */
export async function loadRepository(dir: string, programme: ProgrammeFile): Promise<RepositoryState> {
  const root = await loadRoot(dir, programme);
  const timestamp = await load(
    dir,
    'timestamp.json',
    'timestamp',
    { keys: root.keys, role: root.roles.timestamp },
    readTimestamp,
  );
  const snapshotMeta = timestamp.content.snapshot;
  const snapshot = await load(
    dir,
    `${snapshotMeta.version}.snapshot.json`,
    'snapshot',
    { keys: root.keys, role: root.roles.snapshot },
    readSnapshot,
    snapshotMeta,
  );
  const announced = snapshot.content.meta;
  const roles = new Map<string, Targets>();
  const targets = await loadRole(dir, 'targets', { keys: root.keys, role: root.roles.targets }, announced);
  roles.set('targets', targets);
  for (const role of targets.delegations?.roles ?? []) {
    roles.set(
      role.name,
      await loadRole(dir, role.name, { keys: targets.delegations?.keys ?? new Map(), role }, announced),
    );
  }
  return {
    root,
    timestampVersion: timestamp.content.version,
    timestampExpiresAtMs: timestamp.content.expiresAtMs,
    snapshotVersion: snapshot.content.version,
    snapshotExpiresAtMs: snapshot.content.expiresAtMs,
    announced,
    roles,
  };
}

/** A delegation as the writer of targets metadata wants it. */
export function delegationInput(role: DelegatedRole): DelegatedRoleInput {
  const { name, terminating, keyIds, threshold } = role;
  const head = { name, terminating, keyIds, threshold };
  return role.pathHashPrefixes === undefined
    ? { ...head, paths: role.paths ?? [] }
    : { ...head, pathHashPrefixes: role.pathHashPrefixes };
}

/** The first root, from which all trust follows; it must be the one that the programme was made with. */
export async function readFirstRoot(dir: string, programme: ProgrammeFile): Promise<Uint8Array> {
  const path = join(dir, 'repository', 'metadata', '1.root.json');
  const bytes = await readIfThere(path);
  if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== programme.rootSha256) {
    throw new WriterError({
      code: 'PROGRAMME_DAMAGED',
      file: path,
      problem: 'is not the root that this programme began with',
      advice: 'Put back the last good copy of repository/.',
    });
  }
  return bytes;
}

async function loadRoot(dir: string, programme: ProgrammeFile): Promise<Root> {
  const first = await parseMetadata(await readFirstRoot(dir, programme), 'root', readRoot);
  let root = first.content;
  await requireSignatures(first, { keys: root.keys, role: root.roles.root });
  for (;;) {
    const bytes = await readIfThere(join(dir, 'repository', 'metadata', `${root.version + 1}.root.json`));
    if (bytes === undefined) return root;
    // TUF 5.3.4 and 5.3.5: the next root is signed by the keys of the one before and by its own.
    const next = await parseMetadata(bytes, 'root', readRoot);
    await requireSignatures(next, { keys: root.keys, role: root.roles.root });
    await requireSignatures(next, { keys: next.content.keys, role: next.content.roles.root });
    if (next.content.version !== root.version + 1) throw new RepositoryError({ code: 'WRONG_VERSION', role: 'root' });
    root = next.content;
  }
}

async function loadRole(
  dir: string,
  role: string,
  delegator: Delegator,
  announced: ReadonlyMap<string, FileMeta>,
): Promise<Targets> {
  const meta = announced.get(role);
  if (meta === undefined) throw new RepositoryError({ code: 'MISSING', role });
  const loaded = await load(
    dir,
    `${meta.version}.${role}.json`,
    role,
    delegator,
    (signed) => readTargets(signed, role),
    meta,
  );
  return loaded.content;
}

async function load<T extends { readonly version: number }>(
  dir: string,
  name: string,
  role: string,
  delegator: Delegator,
  read: (signed: Parameters<Parameters<typeof parseMetadata<T>>[2]>[0]) => Promise<T>,
  announced?: FileMeta,
): Promise<{ readonly content: T }> {
  const bytes = await readIfThere(join(dir, 'repository', 'metadata', name));
  if (bytes === undefined) throw new RepositoryError({ code: 'MISSING', role });
  if (announced !== undefined) await requireAnnounced(bytes, announced, role);
  const metadata = await parseMetadata<T>(bytes, role, read);
  await requireSignatures(metadata, delegator);
  if (announced !== undefined && metadata.content.version !== announced.version)
    throw new RepositoryError({ code: 'WRONG_VERSION', role });
  return { content: metadata.content };
}
