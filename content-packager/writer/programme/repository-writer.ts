import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Signer } from '#core/crypto/signer.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import type { MetadataKey } from '#core/repository/keys.ts';
import type { TargetFile, Targets } from '#core/repository/metadata.ts';
import {
  type AnnouncedFile,
  type DelegatedRoleInput,
  signMetadata,
  snapshotDocument,
  targetsDocument,
  timestampDocument,
} from '#core/repository/sign.ts';
import { WriterError } from '../writer-error.ts';
import { readIfThere, writeDurably } from './disk.ts';
import type { KeyRing } from './key-ring.ts';
import { proveAcceptable } from './prove.ts';
import type { RepositoryState } from './repository-state.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long each role's word holds, in days. */
export const LIFETIME_DAYS = {
  root: 365,
  targets: 365,
  authorities: 182,
  status: 40,
  snapshot: 40,
  timestamp: 40,
  course: 365,
} as const;

/** A file that a role vouches for. */
export interface PublishedFile {
  readonly length: number;
  readonly sha256: string;
  readonly custom?: JsonValue;
}

/** One role to be signed anew. */
export interface RoleChange {
  readonly role: string;
  readonly lifetimeDays: number;
  readonly targets: ReadonlyMap<string, PublishedFile>;
  readonly delegations?: { readonly keys: readonly MetadataKey[]; readonly roles: readonly DelegatedRoleInput[] };
  readonly signers: readonly Signer[];
}

/** What a role published so far, ready to be changed. */
export function publishedFiles(targets: Targets | undefined): Map<string, PublishedFile> {
  return new Map([...(targets?.targets ?? [])].map(([path, file]) => [path, published(file)]));
}

function published(file: TargetFile): PublishedFile {
  return {
    length: file.length,
    sha256: file.hashes.sha256,
    ...(file.custom === undefined ? {} : { custom: file.custom }),
  };
}

/** Writes a target to its place under its hash; it counts only once a role names it. */
export async function writeTarget(
  dir: string,
  path: string,
  bytes: Uint8Array,
  custom?: JsonValue,
): Promise<PublishedFile> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const cut = path.lastIndexOf('/') + 1;
  await writeDurably(join(dir, 'repository', 'targets', path.slice(0, cut), `${sha256}.${path.slice(cut)}`), bytes);
  return { length: bytes.length, sha256, ...(custom === undefined ? {} : { custom }) };
}

/** The bytes of a published target, checked. Undefined when its file is missing or not what was signed. */
export async function readTarget(dir: string, path: string, file: PublishedFile): Promise<Uint8Array | undefined> {
  const cut = path.lastIndexOf('/') + 1;
  const bytes = await readIfThere(
    join(dir, 'repository', 'targets', path.slice(0, cut), `${file.sha256}.${path.slice(cut)}`),
  );
  if (bytes === undefined || bytes.length !== file.length) return undefined;
  return createHash('sha256').update(bytes).digest('hex') === file.sha256 ? bytes : undefined;
}

/**
 * Publishes changed roles with a new snapshot and timestamp. Everything is signed first, then written under new names;
 * timestamp.json is replaced last, in one rename: until then every reader sees the old state, after it the new one.
 */
export async function publishRoles(
  dir: string,
  keyRing: KeyRing,
  state: RepositoryState | undefined,
  changes: readonly RoleChange[],
  nowMs: number,
): Promise<void> {
  const announced = new Map<string, AnnouncedFile>(
    [...(state?.announced ?? [])].map(([role, meta]) => [role, announcedOf(meta)]),
  );
  const files = new Map<string, Uint8Array>();
  for (const change of changes) {
    const version = (announced.get(change.role)?.version ?? 0) + 1;
    const document = targetsDocument(
      { version, expiresAtMs: nowMs + change.lifetimeDays * DAY_MS },
      change.targets,
      change.delegations,
    );
    const bytes = await signMetadata(document, change.signers);
    files.set(`${version}.${change.role}.json`, bytes);
    announced.set(change.role, fileOf(version, bytes));
  }
  const snapshotVersion = (state?.snapshotVersion ?? 0) + 1;
  const snapshot = await signMetadata(
    snapshotDocument({ version: snapshotVersion, expiresAtMs: nowMs + LIFETIME_DAYS.snapshot * DAY_MS }, announced),
    [await keyRing.signer('snapshot')],
  );
  const timestampVersion = (state?.timestampVersion ?? 0) + 1;
  const timestamp = await signMetadata(
    timestampDocument(
      { version: timestampVersion, expiresAtMs: nowMs + LIFETIME_DAYS.timestamp * DAY_MS },
      fileOf(snapshotVersion, snapshot),
    ),
    [await keyRing.signer('timestamp')],
  );
  files.set(`${snapshotVersion}.snapshot.json`, snapshot);
  const metadata = join(dir, 'repository', 'metadata');
  for (const [name, bytes] of files) await writeDurably(join(metadata, name), bytes);
  await proveAcceptable(dir, timestamp, nowMs);
  await writeDurably(join(metadata, 'timestamp.json'), timestamp);
}

/** The custodians' keys that are here, all of them. Throws `KEY_MISSING` for fewer than `threshold`: such a signature would count for nobody. */
export async function signersOf(keyRing: KeyRing, names: readonly string[], threshold: number): Promise<Signer[]> {
  if (names.length < threshold) {
    throw new WriterError({
      code: 'KEY_MISSING',
      file: names[0]?.replace(/-\d+$/, '') ?? 'keys',
      problem: `needs the key files of ${threshold} custodians, and ${names.length} are here`,
      advice: 'Ask the other custodians to bring their key files for this job.',
    });
  }
  const signers: Signer[] = [];
  for (const name of names) signers.push(await keyRing.signer(name));
  return signers;
}

function fileOf(version: number, bytes: Uint8Array): AnnouncedFile {
  return { version, length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function announcedOf(meta: {
  readonly version: number;
  readonly length: number | undefined;
  readonly sha256: string | undefined;
}): AnnouncedFile {
  return {
    version: meta.version,
    ...(meta.length === undefined ? {} : { length: meta.length }),
    ...(meta.sha256 === undefined ? {} : { sha256: meta.sha256 }),
  };
}
