import { join } from 'node:path';
import { fromUtf8 } from '#core/bytes/bytes.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { keyIdOf } from '#core/crypto/ed25519.ts';
import type { MetadataSignature } from '#core/repository/signed.ts';
import { WriterError } from '../writer-error.ts';
import { readIfThere, writeDurably } from './disk.ts';
import type { KeyRing } from './key-ring.ts';
import { listPending, type Pending, writePending } from './pending.ts';
import { type Plan, publishedFiles } from './plan.ts';
import { programmeDocument } from './programme-file.ts';
import { type PublishingPlace, publishSigned, readTarget } from './repository-writer.ts';
import {
  confirmationWords,
  countSignatures,
  type ResolvedDocument,
  resolveDocuments,
  type SignatureCount,
  type Standing,
  signersOf,
} from './signing-documents.ts';
import { encodeRequest, requestIdOf } from './signing-request.ts';

/** How a change ends: published at once, or as a request that waits for custodians elsewhere. */
export type Settlement =
  | { readonly kind: 'published'; readonly rootSha256: string }
  | {
      readonly kind: 'waiting';
      readonly id: string;
      readonly file: string;
      readonly words: readonly string[];
      readonly counts: readonly SignatureCount[];
    };

/** How a change is signed. */
export interface SettleOptions {
  /** One line for people: what the change is. */
  readonly title: string;
  /** Where the request for absent custodians goes; without it their keys must be here. */
  readonly request: string | undefined;
  /** Only this key signs, where several that may are here. */
  readonly onlyKey?: string;
}

/**
 * Signs a planned change with the keys that are here. With all signatures it is published; without, it becomes a request
 * if the caller wants one, else `KEY_MISSING` is thrown. Below the threshold nothing is published, ever.
 */
export async function settle(place: PublishingPlace, plan: Plan, options: SettleOptions): Promise<Settlement> {
  const unsigned = plan.documents(place.nowMs).map((document) => ({ ...document, signatures: [] }));
  const resolved = await resolveDocuments(standingOf(place), unsigned);
  const documents: ResolvedDocument[] = [];
  for (const document of resolved)
    documents.push({ ...document, signatures: await signHere(place.keyRing, document, options.onlyKey) });
  const counts = await Promise.all(documents.map(countSignatures));
  const lacking = counts.filter(({ have, need }) => have < need);
  const { edits, restarts } = plan;
  if (lacking.length === 0) {
    await refuseCollision(place.dir, documents, undefined);
    const { rootSha256 } = await publishSigned(place, { documents, edits, restarts });
    return { kind: 'published', rootSha256 };
  }
  if (options.request === undefined) throw keysMissing(lacking);

  const words = await confirmationWords(documents);
  const id = await requestIdOf(
    words,
    documents.map(({ message }) => message),
  );
  await refuseCollision(place.dir, documents, id);
  const pending: Pending = {
    id,
    created: place.nowMs - (place.nowMs % 1000),
    title: options.title,
    restarts,
    documents: documents.map(({ role, signed, signatures }) => ({ role, signed, signatures: [...signatures] })),
    edits: [...edits],
    genesis: place.state === undefined ? programmeDocument(place.programme) : null,
  };
  await writePending(place.dir, pending);
  await writeDurably(options.request, await requestFile(place, pending, documents));
  return { kind: 'waiting', id, file: options.request, words, counts };
}

/** What documents of this programme must follow from. */
export function standingOf({ state }: Pick<PublishingPlace, 'state'>): Standing {
  return { root: state?.root, targets: state?.roles.get('targets') };
}

async function signHere(
  keyRing: KeyRing,
  document: ResolvedDocument,
  onlyKey: string | undefined,
): Promise<MetadataSignature[]> {
  const wanted = signersOf(document);
  const keyIds = onlyKey !== undefined && wanted.has(onlyKey) ? [onlyKey] : [...wanted];
  const signatures: MetadataSignature[] = [];
  for (const signer of await keyRing.signersFor(keyIds))
    signatures.push({ keyid: signer.keyId, sig: toHex(await signer.sign(document.message)) });
  return signatures;
}

/** Two changes of one role cannot both be next: the second would be signed in vain. */
async function refuseCollision(
  dir: string,
  documents: readonly ResolvedDocument[],
  ownId: string | undefined,
): Promise<void> {
  const roles = new Set(documents.map(({ role }) => role));
  for (const other of await listPending(dir)) {
    const shared = other.documents.find(({ role }) => roles.has(role));
    if (other.id === ownId || shared === undefined) continue;
    throw new WriterError({
      code: 'REQUEST_WAITING',
      file: `pending/${other.id}.json`,
      problem: `is a change of ${shared.role} ("${other.title}") that waits for signatures`,
      advice: `Bring its signatures with "leeslicht programme import DIR FILE", or give it up with "leeslicht programme cancel DIR ${other.id}".`,
    });
  }
}

function keysMissing(lacking: readonly SignatureCount[]): WriterError {
  const lines = lacking.map(({ role, have, need }) => `${role} needs ${need} signatures and ${have} can be made here`);
  return new WriterError({
    code: 'KEY_MISSING',
    file: 'keys',
    problem: `of other custodians are needed: ${lines.join('; ')}`,
    advice: 'Add --request FILE: it writes a file for the custodians to sign on their own machines.',
  });
}

async function requestFile(
  place: PublishingPlace,
  pending: Pending,
  documents: readonly ResolvedDocument[],
): Promise<Uint8Array> {
  const { dir, programme, state } = place;
  const metadata = join(dir, 'repository', 'metadata');
  const read = async (name: string): Promise<string> =>
    fromUtf8((await readIfThere(join(metadata, name))) ?? new Uint8Array());
  const roots: string[] = [];
  for (let version = 1; version <= (state?.root.version ?? 0); version++)
    roots.push(await read(`${version}.root.json`));
  const current = new Map<string, string>();
  for (const role of state === undefined ? [] : new Set(['targets', ...documents.map(({ role }) => role)])) {
    const version = role === 'root' ? undefined : state?.roles.get(role)?.version;
    if (version !== undefined) current.set(role, await read(`${version}.${role}.json`));
  }
  const names = new Map<string, string>();
  for (const edit of pending.edits) if (edit.kind === 'nameKey') await addName(names, edit.key, edit.public);
  for (const [name, publicHalf] of programme.keys) await addName(names, name, publicHalf);
  for (const [name, file] of await place.keyRing.here()) await addName(names, name, file.public);
  return encodeRequest({
    format: 'leeslicht-signing-request-v1',
    id: pending.id,
    programme: programme.name,
    created: pending.created,
    title: pending.title,
    roots,
    current,
    documents: pending.documents,
    files: await smallFiles(dir, documents),
    names,
  });
}

async function addName(names: Map<string, string>, name: string, publicHalf: string): Promise<void> {
  if (/^[0-9a-f]{64}$/.test(publicHalf)) names.set(await keyIdOf(fromHex(publicHalf)), name);
}

/** The custodian reads what authorities and status vouch for; a course's manifests stay where they are. */
async function smallFiles(dir: string, documents: readonly ResolvedDocument[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const document of documents) {
    if (document.kind === 'root' || (document.role !== 'authorities' && document.role !== 'status')) continue;
    for (const [path, file] of publishedFiles(document.content)) {
      const bytes = await readTarget(dir, path, file);
      if (bytes !== undefined) files.set(path, fromUtf8(bytes));
    }
  }
  return files;
}
