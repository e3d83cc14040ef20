import { createHash } from 'node:crypto';
import { utf8 } from '#core/bytes/bytes.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { createMemoryStore } from '#core/repository/memory-storage.ts';
import { type Root, readTargets, type Targets } from '#core/repository/metadata.ts';
import { metadataParsers } from '#core/repository/parsers.ts';
import { RepositoryError } from '#core/repository/repository-error.ts';
import { followRoots } from '#core/repository/root-chain.ts';
import { DEFAULT_LIMITS } from '#core/repository/session.ts';
import { type Delegator, parseMetadata, parseSigned, requireSignatures } from '#core/repository/signed.ts';
import { WriterError } from '../writer-error.ts';
import { lifetimeDays } from './plan.ts';
import { checkContent, checkShape, refused } from './request-rules.ts';
import { confirmationWords, type ResolvedDocument, resolveDocuments } from './signing-documents.ts';
import type { SigningRequest } from './signing-request.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** The clocks of two machines need not agree. */
const SLACK_DAYS = 7;

/** What the custodian knows of the programme by another way than the request. */
export type KnownRoot =
  /** The programme begins with this request; the words are all there is to compare. */
  | { readonly kind: 'first' }
  /** SHA-256 of `1.root.json`, as everybody in the programme has it. */
  | { readonly kind: 'fingerprint'; readonly sha256: string }
  /** What this custodian's machine remembers from the last time. */
  | { readonly kind: 'memory'; readonly firstRootSha256: string; readonly rootVersion: number };

/** A request that follows from what the custodian knows, ready to be shown and signed. */
export interface Review {
  readonly request: SigningRequest;
  readonly documents: readonly ResolvedDocument[];
  /** What is in force now; undefined for a new programme or role. */
  readonly before: { readonly root: Root | undefined; readonly roles: ReadonlyMap<string, Targets> };
  readonly words: readonly string[];
  /** SHA-256 of the canonical signed part of the first root: what the custodian's machine remembers. */
  readonly firstRootSha256: string;
  readonly rootVersion: number;
}

/**
 * Judges a request without trusting whoever made it: the roots must lead on from the one that this custodian knows, what
 * is in force must be signed by whom they name, and every document must be the next lawful step. Throws
 * `REQUEST_REFUSED`.
 */
export async function reviewRequest(request: SigningRequest, known: KnownRoot, nowMs: number): Promise<Review> {
  try {
    return await review(request, known, nowMs);
  } catch (cause) {
    if (cause instanceof WriterError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw refused(`does not follow from what is published (${reason})`, cause);
  }
}

async function review(request: SigningRequest, known: KnownRoot, nowMs: number): Promise<Review> {
  const root = await knownRoot(request, known);
  const roles = await rolesInForce(request, root);
  const documents = await resolveDocuments({ root, targets: roles.get('targets') }, request.documents);
  if (new Set(documents.map(({ role }) => role)).size !== documents.length) throw refused('names a role twice');
  const nextRoot = documents.find((document) => document.kind === 'root');
  const restarts = root !== undefined && nextRoot?.kind === 'root' && changesOnlineKeys(root, nextRoot.content);
  for (const document of documents) {
    requireNextVersion(document, document.kind === 'root' ? root : roles.get(document.role), restarts);
    requireLifetime(document, nowMs);
    checkShape(document, root, roles.get(document.role));
    await checkContent(document, request.files, nextRoot?.content.version ?? root?.version ?? 0);
  }
  const first = request.roots[0];
  const firstSigned = first === undefined ? nextRoot?.message : canonicalJson(parseSigned(utf8(first), 'root').signed);
  if (firstSigned === undefined) throw refused('begins a programme without a root');
  return {
    request,
    documents,
    before: { root, roles },
    words: await confirmationWords(documents),
    firstRootSha256: sha256Hex(firstSigned),
    rootVersion: nextRoot?.content.version ?? root?.version ?? 0,
  };
}

async function knownRoot(request: SigningRequest, known: KnownRoot): Promise<Root | undefined> {
  const [first] = request.roots;
  if (known.kind === 'first') {
    if (first === undefined) return undefined;
    throw refused(
      'is not the first of a programme',
      undefined,
      'Give the fingerprint of the programme with --fingerprint.',
    );
  }
  if (first === undefined) {
    const begins = request.documents.find(({ role }) => role === 'root');
    // Signing the same first request once more is no harm; another beginning is another programme.
    if (known.kind === 'memory' && begins && sha256Hex(canonicalJson(begins.signed)) === known.firstRootSha256)
      return undefined;
    throw refused('begins a new programme, and you hold a key of one that exists');
  }
  const firstBytes = utf8(first);
  const isKnown =
    known.kind === 'fingerprint'
      ? sha256Hex(firstBytes) === known.sha256
      : sha256Hex(canonicalJson(parseSigned(firstBytes, 'root').signed)) === known.firstRootSha256;
  if (!isKnown) throw refused('begins with another root than the one that you know');
  const files = new Map(request.roots.map((text, index) => [`metadata/${index + 1}.root.json`, utf8(text)]));
  const session = {
    store: createMemoryStore(),
    fetch: async (path: string) => files.get(path),
    nowMs: undefined,
    limits: { ...DEFAULT_LIMITS, rootRotations: 1024 },
    changes: new Map(),
    parsers: metadataParsers(),
  };
  const { root } = await followRoots(session, firstBytes);
  if (root.version !== request.roots.length) throw refused('holds roots that do not follow each other');
  if (known.kind === 'memory' && root.version < known.rootVersion)
    throw refused(`ends at root ${root.version}, and you have seen root ${known.rootVersion}`);
  return root;
}

/** The published metadata that the documents change, each signed by whom its delegator names. */
async function rolesInForce(request: SigningRequest, root: Root | undefined): Promise<Map<string, Targets>> {
  const roles = new Map<string, Targets>();
  if (root === undefined) return roles;
  const targets = await readRole(request, 'targets', { keys: root.keys, role: root.roles.targets });
  roles.set('targets', targets);
  for (const { role } of request.documents) {
    const line = targets.delegations?.roles.find(({ name }) => name === role);
    if (line === undefined) continue;
    roles.set(role, await readRole(request, role, { keys: targets.delegations?.keys ?? new Map(), role: line }));
  }
  return roles;
}

async function readRole(request: SigningRequest, role: string, delegator: Delegator): Promise<Targets> {
  const text = request.current.get(role);
  if (text === undefined) throw new RepositoryError({ code: 'MISSING', role });
  const metadata = await parseMetadata(utf8(text), role, (signed) => readTargets(signed, role));
  await requireSignatures(metadata, delegator);
  return metadata.content;
}

function requireNextVersion(
  document: ResolvedDocument,
  before: { readonly version: number } | undefined,
  restarts: boolean,
): void {
  const { role, content } = document;
  // A course that ended and begins again goes on counting; nothing in force says from where.
  if (before === undefined && document.kind === 'targets' && role.startsWith('course-')) return;
  if (content.version === (before?.version ?? 0) + 1) return;
  if (restarts && document.kind === 'targets' && content.version === 1) return;
  throw refused(`makes version ${content.version} of ${role}, and version ${before?.version ?? 0} is in force`);
}

function requireLifetime({ role, content }: ResolvedDocument, nowMs: number): void {
  const days = (content.expiresAtMs - nowMs) / DAY_MS;
  if (days <= 0) throw refused(`makes ${role} hold until a day that is past: check the clock of this machine`);
  if (days > lifetimeDays(role) + SLACK_DAYS)
    throw refused(
      `makes ${role} hold for ${Math.floor(days)} days, longer than the ${lifetimeDays(role)} that are the rule`,
    );
}

function changesOnlineKeys(before: Root, after: Root): boolean {
  return (['snapshot', 'timestamp'] as const).some(
    (role) => before.roles[role].keyIds.join() !== after.roles[role].keyIds.join(),
  );
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
