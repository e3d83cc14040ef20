import { utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256 } from '#core/crypto/digest.ts';
import { formatInstant } from '#core/json/instant.ts';
import { array, hexString, type Infer, isoInstantMs, literal, object, record, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { WriterError } from '../writer-error.ts';
import { jsonFile } from './programme-file.ts';
import { signingDocumentShape } from './signing-documents.ts';

const REQUEST_FORMAT = 'leeslicht-signing-request-v1';
const SIGNATURES_FORMAT = 'leeslicht-signatures-v1';
/** Far above a programme with a thousand courses; a request is read whole. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

const fileText = string({ maxLength: 16 * 1024 * 1024 });
const roleName = string({ minLength: 1, maxLength: 100, pattern: /^[a-z0-9_-]+$/ });
const requestId = string({ minLength: 16, maxLength: 16, pattern: /^[0-9a-f]+$/ });

const requestShape = object({
  required: {
    format: literal(REQUEST_FORMAT),
    id: requestId,
    programme: string({ minLength: 1, maxLength: 200 }),
    created: isoInstantMs,
    title: string({ maxLength: 1000 }),
    roots: array(fileText, { max: 1024 }),
    current: record(roleName, fileText),
    documents: array(signingDocumentShape, { min: 1, max: 64 }),
    files: record(string({ minLength: 1, maxLength: 1024 }), fileText),
    names: record(hexString(32), string({ maxLength: 200 })),
  },
});

const signaturesShape = object({
  required: {
    format: literal(SIGNATURES_FORMAT),
    request: requestId,
    signatures: array(object({ required: { role: roleName, keyid: hexString(32), sig: hexString(64) } }), {
      min: 1,
      max: 64,
    }),
  },
});

/**
 * What travels to a custodian (docs/formats/programme.md 6): the documents, and everything needed to judge them without
 * trusting whoever wrote the request: the chain of roots, the metadata that is published now, small files by their path.
 */
export type SigningRequest = Infer<typeof requestShape>;

/** What comes back: nothing but signatures. */
export type SignatureFile = Infer<typeof signaturesShape>;

/** Names a request by its content. */
export async function requestIdOf(words: readonly string[], messages: readonly Uint8Array[]): Promise<string> {
  const digests = await Promise.all(messages.map(async (message) => toHex(await sha256(message))));
  return toHex(await sha256(utf8([...words, ...digests].join('\n')))).slice(0, 16);
}

/** The request as a file. */
export function encodeRequest(request: SigningRequest): Uint8Array {
  const { created, current, files, names, documents, ...rest } = request;
  return jsonFile({
    ...rest,
    format: REQUEST_FORMAT,
    created: formatInstant(created - (created % 1000)),
    current: Object.fromEntries(current),
    documents: documents.map(({ role, signed, signatures }) => ({ role, signed, signatures })),
    files: Object.fromEntries(files),
    names: Object.fromEntries(names),
  });
}

/** Reads a request. Throws `BAD_REQUEST`. */
export function parseRequest(bytes: Uint8Array, file: string): SigningRequest {
  try {
    return requestShape(parseJson(bytes, { maxBytes: MAX_REQUEST_BYTES }), '');
  } catch (cause) {
    throw new WriterError({
      code: 'BAD_REQUEST',
      file,
      problem: 'is not a signing request',
      advice: 'Give the file that a command with --request has made.',
      cause,
    });
  }
}

/** Signatures as a file. */
export function encodeSignatures(file: Omit<SignatureFile, 'format'>): Uint8Array {
  return jsonFile({ format: SIGNATURES_FORMAT, ...file });
}

/** Reads signatures. Throws `BAD_SIGNATURE_FILE`. */
export function parseSignatures(bytes: Uint8Array, file: string): SignatureFile {
  try {
    return signaturesShape(parseJson(bytes, { maxBytes: 1024 * 1024 }), '');
  } catch (cause) {
    throw new WriterError({
      code: 'BAD_SIGNATURE_FILE',
      file,
      problem: 'is not a file of signatures',
      advice: 'Give the file that "leeslicht programme sign" has made.',
      cause,
    });
  }
}
