import { readFile } from 'node:fs/promises';
import { toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import type { Signer } from '#core/crypto/signer.ts';
import { hexString, type Infer, integer, literal, object, record, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { WriterError } from '../writer-error.ts';
import { readIfThere, writeDurably } from './disk.ts';
import { jsonFile } from './programme-file.ts';
import { type KnownRoot, type Review, reviewRequest } from './request-review.ts';
import { signersOf } from './signing-documents.ts';
import { encodeSignatures, parseRequest } from './signing-request.ts';

const MEMORY_FORMAT = 'leeslicht-custodian-v1';

const memoryShape = object({
  required: {
    format: literal(MEMORY_FORMAT),
    programme: string({ maxLength: 200 }),
    firstRootSha256: hexString(32),
    rootVersion: integer({ min: 1 }),
    signed: record(
      string({ minLength: 1, maxLength: 100 }),
      object({ required: { version: integer({ min: 1 }), sha256: hexString(32) } }),
    ),
  },
});

/** What a custodian's machine remembers beside the key: the root it trusts and what the key has signed last. */
type Memory = Infer<typeof memoryShape>;

/** How somebody without memory knows the programme. */
export interface FirstTime {
  readonly isFirst: boolean;
  readonly fingerprint: string | undefined;
}

/** A request as the custodian sees it, and what is odd about it although it is lawful. */
export interface CustodianView {
  readonly review: Review;
  readonly memoryFile: string;
  readonly memory: Memory | undefined;
  readonly warnings: readonly string[];
}

/** Where the memory of a key lies: beside the key. */
export function memoryFileOf(keyFile: string): string {
  return `${keyFile.replace(/\.json$/, '')}.memory.json`;
}

/** Reads and judges a request on the custodian's own machine. Throws `BAD_REQUEST`, `REQUEST_REFUSED`. */
export async function viewRequest(
  requestFile: string,
  keyFile: string,
  firstTime: FirstTime,
  nowMs: number,
): Promise<CustodianView> {
  const request = parseRequest(new Uint8Array(await readFile(requestFile)), requestFile);
  const memoryFile = memoryFileOf(keyFile);
  const memory = await readMemory(memoryFile);
  const review = await reviewRequest(request, knownRoot(memory, firstTime, requestFile), nowMs);
  const warnings: string[] = [];
  for (const { role, content, message } of review.documents) {
    const last = memory?.signed.get(role);
    if (last === undefined || content.version > last.version) continue;
    if (content.version === last.version && (await sha256Hex(message)) === last.sha256) continue;
    warnings.push(
      `This key has signed version ${last.version} of ${role} before, with other content. Go on only if that request was given up.`,
    );
  }
  return { review, memoryFile, memory, warnings };
}

/**
 * Signs every document of a request that this key may sign, and remembers it. `typedWords` are the words that the
 * publishing host read out: other words mean another request. Throws `WORDS_DIFFER`, `UNKNOWN_KEY`.
 */
export async function signRequest(
  view: CustodianView,
  typedWords: string,
  openKey: () => Promise<Signer>,
): Promise<{ readonly bytes: Uint8Array; readonly roles: readonly string[]; readonly keyId: string }> {
  const { review, memory } = view;
  requireWords(review.words, typedWords);
  const signer = await openKey();
  const own = review.documents.filter((document) => signersOf(document).has(signer.keyId));
  if (own.length === 0) {
    throw new WriterError({
      code: 'UNKNOWN_KEY',
      file: 'this key',
      problem: 'signs nothing in this request',
      advice: 'Give the key file that belongs to this programme with --key.',
    });
  }
  const signatures = [];
  const signed = new Map(memory?.signed ?? []);
  for (const { role, message, content } of own) {
    signatures.push({ role, keyid: signer.keyId, sig: toHex(await signer.sign(message)) });
    signed.set(role, { version: content.version, sha256: await sha256Hex(message) });
  }
  await writeMemory(view.memoryFile, {
    format: MEMORY_FORMAT,
    programme: review.request.programme,
    firstRootSha256: review.firstRootSha256,
    // A root counts only once it is published: remembered is the newest that was in force.
    rootVersion: Math.max(memory?.rootVersion ?? 1, review.request.roots.length, 1),
    signed,
  });
  const bytes = encodeSignatures({ request: review.request.id, signatures });
  return { bytes, roles: own.map(({ role }) => role), keyId: signer.keyId };
}

function knownRoot(memory: Memory | undefined, { isFirst, fingerprint }: FirstTime, file: string): KnownRoot {
  if (memory !== undefined)
    return { kind: 'memory', firstRootSha256: memory.firstRootSha256, rootVersion: memory.rootVersion };
  if (fingerprint !== undefined) return { kind: 'fingerprint', sha256: fingerprint.toLowerCase() };
  if (isFirst) return { kind: 'first' };
  throw new WriterError({
    code: 'REQUEST_REFUSED',
    file,
    problem: 'cannot be judged: this machine does not know the programme yet',
    advice:
      'For a programme that exists, add --fingerprint and the root fingerprint from paper. For the first ceremony of a new programme, add --first.',
  });
}

function requireWords(words: readonly string[], typed: string): void {
  const said = typed
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  if (said.join(' ') === words.join(' ')) return;
  throw new WriterError({
    code: 'WORDS_DIFFER',
    file: 'confirmation words',
    problem: `are not those of this request, which are: ${words.join(' ')}`,
    advice: 'Sign nothing. What you hold is not what the publishing host shows: find out who changed it.',
  });
}

async function readMemory(path: string): Promise<Memory | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  try {
    return memoryShape(parseJson(bytes, { maxBytes: 1024 * 1024 }), '');
  } catch (cause) {
    throw new WriterError({
      code: 'KEY_DAMAGED',
      file: path,
      problem: 'cannot be read; it says which programme this key belongs to',
      advice: 'Put back your copy of this file, or delete it and give the root fingerprint with --fingerprint.',
      cause,
    });
  }
}

async function writeMemory(path: string, memory: Memory): Promise<void> {
  const { signed, ...rest } = memory;
  const entries = [...signed].map(([role, last]): [string, { version: number; sha256: string }] => [role, last]);
  await writeDurably(path, jsonFile({ ...rest, signed: Object.fromEntries(entries) }), 0o600);
}
