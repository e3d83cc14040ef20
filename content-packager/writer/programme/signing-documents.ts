import type { Bytes } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { wordsOver } from '#core/enrolment/words.ts';
import { wordsEn } from '#core/enrolment/words-en.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { array, hexString, json, object, string } from '#core/json/shape.ts';
import { type Root, readRoot, readTargets, type Targets } from '#core/repository/metadata.ts';
import { RepositoryError } from '#core/repository/repository-error.ts';
import { encodeSigned } from '#core/repository/sign.ts';
import type { Delegator, MetadataSignature } from '#core/repository/signed.ts';
import { isTopLevel } from './plan.ts';

/** A document on its way through the hands of its custodians. */
export interface SigningDocument {
  readonly role: string;
  readonly signed: JsonValue;
  readonly signatures: readonly MetadataSignature[];
}

/** The same, read, with everyone whose signatures it needs: for root the keys before it and its own. */
export type ResolvedDocument = SigningDocument & {
  readonly message: Bytes;
  readonly delegators: readonly Delegator[];
} & ({ readonly kind: 'root'; readonly content: Root } | { readonly kind: 'targets'; readonly content: Targets });

/** What the documents must follow from: the published root and targets, or neither for a new programme. */
export interface Standing {
  readonly root: Root | undefined;
  readonly targets: Targets | undefined;
}

/** How many signatures one document has of how many it needs. */
export interface SignatureCount {
  readonly role: string;
  readonly have: number;
  readonly need: number;
}

/** Reads a document with its signatures. */
export const signingDocumentShape = object({
  required: {
    role: string({ minLength: 1, maxLength: 100, pattern: /^[a-z0-9_-]+$/ }),
    signed: json,
    signatures: array(object({ required: { keyid: hexString(32), sig: hexString(64) } }), { max: 64 }),
  },
});

/** Reads the documents and finds who must sign each. Throws `ShapeError` or `RepositoryError`. */
export async function resolveDocuments(
  standing: Standing,
  documents: readonly SigningDocument[],
): Promise<ResolvedDocument[]> {
  const rootInput = documents.find(({ role }) => role === 'root');
  const targetsInput = documents.find(({ role }) => role === 'targets');
  const root = rootInput === undefined ? standing.root : await readRoot(rootInput.signed);
  const targets = targetsInput === undefined ? standing.targets : await readTargets(targetsInput.signed, 'targets');
  const resolved: ResolvedDocument[] = [];
  for (const document of documents) {
    const { role } = document;
    const message = canonicalJson(document.signed);
    if (role === 'root') {
      const content = await readRoot(document.signed);
      // TUF 5.3.4: the next root is signed by the keys of the one before and by its own.
      const before = standing.root === undefined ? [] : [{ keys: standing.root.keys, role: standing.root.roles.root }];
      const own = { keys: content.keys, role: content.roles.root };
      resolved.push({ ...document, kind: 'root', content, message, delegators: [...before, own] });
      continue;
    }
    const content = await readTargets(document.signed, role);
    resolved.push({ ...document, kind: 'targets', content, message, delegators: [delegatorOf(role, root, targets)] });
  }
  return resolved;
}

function delegatorOf(role: string, root: Root | undefined, targets: Targets | undefined): Delegator {
  if (isTopLevel(role)) {
    // Only targets gets here: snapshot and timestamp are never signed away from the publishing host.
    if (role !== 'targets' || root === undefined) throw new RepositoryError({ code: 'NOT_DELEGATED', role });
    return { keys: root.keys, role: root.roles.targets };
  }
  const line = targets?.delegations?.roles.find(({ name }) => name === role);
  if (line === undefined) throw new RepositoryError({ code: 'NOT_DELEGATED', role });
  return { keys: targets?.delegations?.keys ?? new Map(), role: line };
}

/** All key ids whose signature on this document can count. */
export function signersOf(document: ResolvedDocument): ReadonlySet<string> {
  return new Set(document.delegators.flatMap(({ role }) => role.keyIds));
}

/** Whether this is a true signature of a key that may sign the document. */
export async function isSignatureOf(document: ResolvedDocument, signature: MetadataSignature): Promise<boolean> {
  for (const { keys, role } of document.delegators) {
    const key = role.keyIds.includes(signature.keyid) ? keys.get(signature.keyid) : undefined;
    if (key !== undefined) return key.verify(document.message, fromHex(signature.sig));
  }
  return false;
}

/** Counts true signatures; where two sets of keys must sign, it tells of the one that lacks more. */
export async function countSignatures(document: ResolvedDocument): Promise<SignatureCount> {
  const good = new Set<string>();
  for (const signature of document.signatures) if (await isSignatureOf(document, signature)) good.add(signature.keyid);
  const counts = document.delegators.map(({ role }) => ({
    role: document.role,
    have: role.keyIds.filter((keyId) => good.has(keyId)).length,
    need: role.threshold,
  }));
  return counts.reduce((worst, count) => (count.need - count.have > worst.need - worst.have ? count : worst));
}

/** The metadata file. */
export function fileOfDocument(document: SigningDocument): Uint8Array {
  return encodeSigned(document.signed, document.signatures);
}

/**
 * Eight words over exactly what is to be signed. Two people who read them to each other know that they look at the
 * same bytes; 64 bits, because somebody with time could try many requests until six words fit.
 */
export function confirmationWords(documents: readonly { role: string; signed: JsonValue }[]): Promise<string[]> {
  const texts = documents.flatMap(({ role, signed }) => [role, new TextDecoder().decode(canonicalJson(signed))]);
  return wordsOver(['leeslicht-ceremony-words-v1', ...texts], 8, wordsEn);
}
