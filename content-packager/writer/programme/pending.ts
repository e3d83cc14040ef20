import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatInstant } from '#core/json/instant.ts';
import { array, boolean, type Infer, isoInstantMs, json, literal, nullable, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { WriterError } from '../writer-error.ts';
import { namesIn, syncFolder, writeDurably } from './disk.ts';
import { programmeEditShape } from './programme-edit.ts';
import { jsonFile } from './programme-file.ts';
import { signingDocumentShape } from './signing-documents.ts';

const FORMAT = 'leeslicht-pending-v1';

const pendingShape = object({
  required: {
    format: literal(FORMAT),
    id: string({ minLength: 16, maxLength: 16, pattern: /^[0-9a-f]+$/ }),
    created: isoInstantMs,
    title: string({ maxLength: 1000 }),
    restarts: boolean,
    documents: array(signingDocumentShape, { min: 1, max: 64 }),
    edits: array(programmeEditShape, { max: 1000 }),
    /** The programme file of a programme that is not published yet. */
    genesis: nullable(json),
  },
});

/** A change that waits for signatures, in `DIR/pending/<id>.json`. Nothing of it is published. */
export type Pending = Omit<Infer<typeof pendingShape>, 'format'>;

/** All changes that wait, the oldest first. */
export async function listPending(dir: string): Promise<Pending[]> {
  const found: Pending[] = [];
  // The folder comes with the first request.
  for (const name of await namesIn(join(dir, 'pending'))) {
    if (name.endsWith('.json')) found.push(await readPending(join(dir, 'pending', name)));
  }
  return found.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
}

/** Writes a waiting change, whole or not at all. */
export async function writePending(dir: string, pending: Pending): Promise<void> {
  const { created, documents, edits, ...rest } = pending;
  await writeDurably(
    pathOf(dir, pending.id),
    jsonFile({
      ...rest,
      format: FORMAT,
      created: formatInstant(created - (created % 1000)),
      documents: documents.map(({ role, signed, signatures }) => ({ role, signed, signatures })),
      edits: edits.map((edit) => ({ ...edit })),
    }),
  );
}

/** Takes a waiting change away. */
export async function removePending(dir: string, id: string): Promise<void> {
  await rm(pathOf(dir, id), { force: true });
  await syncFolder(join(dir, 'pending'));
}

function pathOf(dir: string, id: string): string {
  return join(dir, 'pending', `${id}.json`);
}

async function readPending(path: string): Promise<Pending> {
  const bytes = new Uint8Array(await readFile(path));
  try {
    return pendingShape(parseJson(bytes, { maxBytes: 64 * 1024 * 1024 }), '');
  } catch (cause) {
    throw new WriterError({
      code: 'PROGRAMME_DAMAGED',
      file: path,
      problem: 'cannot be read',
      advice: 'Delete this file and make the request again.',
      cause,
    });
  }
}
