import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Signer } from '#core/crypto/signer.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import type { RoleKeys, Root } from '#core/repository/metadata.ts';
import { type AnnouncedFile, signMetadata, snapshotDocument, timestampDocument } from '#core/repository/sign.ts';
import { WriterError } from '../writer-error.ts';
import { readIfThere, writeDurably } from './disk.ts';
import { finishPublication, writeJournal } from './journal.ts';
import type { KeyRing } from './key-ring.ts';
import { LIFETIME_DAYS, nextVersion, type PublishedFile } from './plan.ts';
import { applyEdits, type ProgrammeEdit } from './programme-edit.ts';
import type { ProgrammeFile } from './programme-file.ts';
import { proveAcceptable } from './prove.ts';
import type { RepositoryState } from './repository-state.ts';
import { fileOfDocument, type ResolvedDocument } from './signing-documents.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Documents that have all their signatures, and what publishing them changes besides. */
export interface Publication {
  readonly documents: readonly ResolvedDocument[];
  readonly edits: readonly ProgrammeEdit[];
  readonly restarts: boolean;
}

/** Where something is published: undefined `state` for the first time. */
export interface PublishingPlace {
  readonly dir: string;
  readonly keyRing: KeyRing;
  readonly programme: ProgrammeFile;
  readonly state: RepositoryState | undefined;
  readonly nowMs: number;
}

/** Writes a target to its place under its hash; it counts only once a role names it. */
export async function writeTarget(
  dir: string,
  path: string,
  bytes: Uint8Array,
  custom?: JsonValue,
): Promise<PublishedFile> {
  const sha256 = sha256Hex(bytes);
  await writeDurably(targetFile(dir, path, sha256), bytes);
  return { length: bytes.length, sha256, ...(custom === undefined ? {} : { custom }) };
}

/** The bytes of a published target, checked. Undefined when its file is missing or not what was signed. */
export async function readTarget(dir: string, path: string, file: PublishedFile): Promise<Uint8Array | undefined> {
  const bytes = await readIfThere(targetFile(dir, path, file.sha256));
  if (bytes === undefined || bytes.length !== file.length) return undefined;
  return sha256Hex(bytes) === file.sha256 ? bytes : undefined;
}

/**
 * Publishes signed documents with a new snapshot and timestamp. Everything is written under new names and proved with
 * the devices' client; then a journal makes the last steps (root, timestamp, programme.json) one step: until it is
 * written every reader sees the old state, and once it is, a run that was cut off is finished by the next.
 */
export async function publishSigned(place: PublishingPlace, publication: Publication): Promise<ProgrammeFile> {
  const { dir, keyRing, state, nowMs } = place;
  const { documents, restarts } = publication;
  const rootDocument = documents.find((document) => document.kind === 'root');
  const root = rootDocument?.kind === 'root' ? rootDocument.content : state?.root;
  if (root === undefined) throw new RangeError('a new programme brings its root');
  const files = new Map<string, Uint8Array>();
  const announced = new Map<string, AnnouncedFile>([...(state?.announced ?? [])].map(announcedEntry));
  for (const document of documents) {
    if (document.kind === 'root') continue;
    const bytes = fileOfDocument(document);
    files.set(`${document.content.version}.${document.role}.json`, bytes);
    announced.set(document.role, fileOf(document.content.version, bytes));
  }
  const signed = await signOnline(place, root, announced, restarts);
  files.set(`${signed.snapshotVersion}.snapshot.json`, signed.snapshot);
  const metadata = join(dir, 'repository', 'metadata');
  for (const [name, bytes] of files) await writeDurably(join(metadata, name), bytes);

  const last = new Map<string, Uint8Array>();
  if (rootDocument !== undefined) last.set(`${rootDocument.content.version}.root.json`, fileOfDocument(rootDocument));
  last.set('timestamp.json', signed.timestamp);
  await proveAcceptable(dir, last, nowMs);
  const firstRoot = state === undefined ? last.get('1.root.json') : undefined;
  const programme = applyEdits(
    firstRoot === undefined ? place.programme : { ...place.programme, rootSha256: sha256Hex(firstRoot) },
    publication.edits,
  );
  await writeJournal(dir, last, programme);
  await finishPublication(dir);
  await retireKeys(keyRing, publication.edits);
  return programme;
}

async function signOnline(
  place: PublishingPlace,
  root: Root,
  announced: ReadonlyMap<string, AnnouncedFile>,
  restarts: boolean,
): Promise<{ snapshotVersion: number; snapshot: Uint8Array; timestamp: Uint8Array }> {
  const { keyRing, state, nowMs } = place;
  const expiresAtMs = (role: 'snapshot' | 'timestamp'): number => nowMs + LIFETIME_DAYS[role] * DAY_MS;
  const snapshotVersion = nextVersion('snapshot', state?.snapshotVersion ?? 0, restarts);
  const snapshot = await signMetadata(
    snapshotDocument({ version: snapshotVersion, expiresAtMs: expiresAtMs('snapshot') }, announced),
    await enoughSigners(keyRing, 'snapshot', root.roles.snapshot),
  );
  const timestampVersion = nextVersion('timestamp', state?.timestampVersion ?? 0, restarts);
  const timestamp = await signMetadata(
    timestampDocument(
      { version: timestampVersion, expiresAtMs: expiresAtMs('timestamp') },
      fileOf(snapshotVersion, snapshot),
    ),
    await enoughSigners(keyRing, 'timestamp', root.roles.timestamp),
  );
  return { snapshotVersion, snapshot, timestamp };
}

async function enoughSigners(keyRing: KeyRing, role: string, keys: RoleKeys): Promise<Signer[]> {
  const signers = await keyRing.signersFor(keys.keyIds);
  if (signers.length >= keys.threshold) return signers;
  throw new WriterError({
    code: 'KEY_MISSING',
    file: `keys/${role}.json`,
    problem: 'is not here, and everything that is published must be signed with it',
    advice: 'Run this on the publishing host, which holds the snapshot and timestamp keys.',
  });
}

/** A key that the programme forgot must not lie about among those that count. */
async function retireKeys(keyRing: KeyRing, edits: readonly ProgrammeEdit[]): Promise<void> {
  for (const edit of edits) if (edit.kind === 'forgetKey') await keyRing.retire(edit.key);
}

function targetFile(dir: string, path: string, sha256: string): string {
  const cut = path.lastIndexOf('/') + 1;
  return join(dir, 'repository', 'targets', path.slice(0, cut), `${sha256}.${path.slice(cut)}`);
}

function fileOf(version: number, bytes: Uint8Array): AnnouncedFile {
  return { version, length: bytes.length, sha256: sha256Hex(bytes) };
}

function announcedEntry([role, meta]: [
  string,
  { readonly version: number; readonly length: number | undefined; readonly sha256: string | undefined },
]): [string, AnnouncedFile] {
  const { version, length, sha256 } = meta;
  return [role, { version, ...(length === undefined ? {} : { length }), ...(sha256 === undefined ? {} : { sha256 }) }];
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
