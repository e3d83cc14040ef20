import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WriterError } from '../writer-error.ts';
import type { ProgrammeAccess } from './change.ts';
import { isErrno } from './disk.ts';
import { finishPublication } from './journal.ts';
import { refuseKeysInRepository } from './key-place.ts';
import { openKeyRing } from './key-ring.ts';
import { withProgrammeLock } from './lock.ts';
import { listPending, type Pending, removePending, writePending } from './pending.ts';
import { nextVersion } from './plan.ts';
import { parseProgramme, readProgramme } from './programme-file.ts';
import { loadRepository } from './repository-state.ts';
import { type PublishingPlace, publishSigned } from './repository-writer.ts';
import { standingOf } from './settle.ts';
import {
  countSignatures,
  isSignatureOf,
  type ResolvedDocument,
  resolveDocuments,
  type SignatureCount,
} from './signing-documents.ts';
import { parseSignatures } from './signing-request.ts';

/** What bringing in signatures led to. */
export interface Imported {
  readonly id: string;
  readonly title: string;
  readonly added: number;
  readonly counts: readonly SignatureCount[];
  /** Undefined while signatures are missing. */
  readonly rootSha256: string | undefined;
}

/**
 * Adds signatures to a change that waits for them. When every document has its threshold, all is published; before that
 * nothing is. A signature that is not right, or not of a key that may sign, is refused.
 */
export function importSignatures(access: ProgrammeAccess, bytes: Uint8Array, file: string): Promise<Imported> {
  const { request, signatures } = parseSignatures(bytes, file);
  return withPlace(access, async (placeOf) => {
    const pending = (await listPending(access.dir)).find(({ id }) => id === request);
    if (pending === undefined) throw noSuchRequest(file, request);
    const place = await placeOf(pending);
    const documents = await resolveDocuments(standingOf(place), pending.documents);
    requireNext(place, pending, documents);
    let added = 0;
    const signed: ResolvedDocument[] = [];
    for (const document of documents) {
      const fresh = signatures.filter(({ role }) => role === document.role);
      for (const signature of fresh)
        if (!(await isSignatureOf(document, signature))) throw badSignature(file, document.role);
      const kept = document.signatures.filter(({ keyid }) => fresh.every((signature) => signature.keyid !== keyid));
      added += fresh.length;
      signed.push({ ...document, signatures: [...kept, ...fresh.map(({ keyid, sig }) => ({ keyid, sig }))] });
    }
    if (added !== signatures.length) throw badSignature(file, 'a document that is not in the request');
    const counts = await Promise.all(signed.map(countSignatures));
    await writePending(access.dir, {
      ...pending,
      documents: signed.map(({ role, signed: content, signatures: all }) => ({
        role,
        signed: content,
        signatures: [...all],
      })),
    });
    const head = { id: pending.id, title: pending.title, added, counts };
    if (counts.some(({ have, need }) => have < need)) return { ...head, rootSha256: undefined };
    const { edits, restarts } = pending;
    const { rootSha256 } = await publishSigned(place, { documents: signed, edits, restarts });
    await removePending(access.dir, pending.id);
    return { ...head, rootSha256 };
  });
}

/** Gives up a change that waits for signatures. Without an id there must be exactly one. */
export function cancelRequest(access: ProgrammeAccess, id: string | undefined): Promise<Pending> {
  return withProgrammeLock(access.dir, async () => {
    const waiting = await listPending(access.dir);
    const [only] = waiting;
    const found = id === undefined && waiting.length === 1 ? only : waiting.find((pending) => pending.id === id);
    if (found === undefined) throw noSuchRequest(access.dir, id ?? 'one');
    await removePending(access.dir, found.id);
    return found;
  });
}

/** Opens the programme, or the one that a waiting first request will make. */
async function withPlace<T>(
  access: ProgrammeAccess,
  job: (placeOf: (pending: Pending) => Promise<PublishingPlace>) => Promise<T>,
): Promise<T> {
  const { dir, nowMs } = access;
  // A new programme has no programme.json before its first root is signed.
  if (!(await exists(join(dir, 'pending')))) await readProgramme(dir);
  return withProgrammeLock(dir, async () => {
    await finishPublication(dir);
    await refuseKeysInRepository(dir);
    const keyRing = openKeyRing(dir, access.passphrase, access.randomness);
    return job(async ({ genesis }) => {
      if (genesis !== null) return { dir, keyRing, nowMs, programme: parseProgramme(genesis), state: undefined };
      const programme = await readProgramme(dir);
      return { dir, keyRing, nowMs, programme, state: await loadRepository(dir, programme) };
    });
  });
}

/** What was signed meanwhile may have taken the version that these documents have. */
function requireNext(place: PublishingPlace, pending: Pending, documents: readonly ResolvedDocument[]): void {
  for (const { role, content } of documents) {
    const before = (role === 'root' ? place.state?.root.version : place.state?.announced.get(role)?.version) ?? 0;
    if (content.version === nextVersion(role, before, pending.restarts)) continue;
    throw new WriterError({
      code: 'REQUEST_OUTDATED',
      file: `pending/${pending.id}.json`,
      problem: `signs version ${content.version} of ${role}, and version ${before} is published by now`,
      advice: `Give it up with "leeslicht programme cancel DIR ${pending.id}" and make the request again.`,
    });
  }
}

function badSignature(file: string, role: string): WriterError {
  return new WriterError({
    code: 'BAD_SIGNATURE_FILE',
    file,
    problem: `holds a signature on ${role} that does not count: it is wrong, or of a key that may not sign it`,
    advice: 'Let the custodian sign this request again with the right key; nothing was taken over.',
  });
}

function noSuchRequest(file: string, id: string): WriterError {
  return new WriterError({
    code: 'NO_SUCH_REQUEST',
    file,
    problem: `belongs to no request that waits here (${id})`,
    advice: 'See what waits with "leeslicht programme status DIR". It may be published already, or given up.',
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}
