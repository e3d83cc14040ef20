import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { json, literal, object, record, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { WriterError } from '../writer-error.ts';
import { readIfThere, syncFolder, writeDurably } from './disk.ts';
import { jsonFile, type ProgrammeFile, parseProgramme, programmeDocument, writeProgramme } from './programme-file.ts';

const FORMAT = 'leeslicht-publication-v1';
const journalShape = object({
  required: {
    format: literal(FORMAT),
    metadata: record(string({ pattern: /^(?:\d+\.root|timestamp)\.json$/ }), string({ maxLength: 4 * 1024 * 1024 })),
    programme: json,
  },
});

/**
 * Writes down the last steps of a publication that has been proved. A root counts for devices as soon as it lies there,
 * and it may take away the key of the old timestamp: both must come, whatever happens to this process in between.
 */
export async function writeJournal(
  dir: string,
  metadata: ReadonlyMap<string, Uint8Array>,
  programme: ProgrammeFile,
): Promise<void> {
  const texts = [...metadata].map(([name, bytes]): [string, string] => [name, fromUtf8(bytes)]);
  const document = {
    format: FORMAT,
    metadata: Object.fromEntries(texts),
    programme: programmeDocument(programme),
  };
  await writeDurably(journalPath(dir), jsonFile(document));
}

/** Whether a publication was cut off after it was proved and before it was done. */
export async function isCutOff(dir: string): Promise<boolean> {
  return (await readIfThere(journalPath(dir))) !== undefined;
}

/** Does the steps of the journal, if there is one. Doing them twice does the same as once. */
export async function finishPublication(dir: string): Promise<void> {
  const path = journalPath(dir);
  const bytes = await readIfThere(path);
  if (bytes === undefined) return;
  const { metadata, programme } = readJournal(bytes, path);
  for (const [name, text] of metadata) await writeDurably(join(dir, 'repository', 'metadata', name), utf8(text));
  await writeProgramme(dir, programme);
  await rm(path);
  await syncFolder(dir);
}

function readJournal(
  bytes: Uint8Array,
  path: string,
): { metadata: ReadonlyMap<string, string>; programme: ProgrammeFile } {
  try {
    const { metadata, programme } = journalShape(parseJson(bytes), '');
    return { metadata, programme: parseProgramme(programme) };
  } catch (cause) {
    throw new WriterError({
      code: 'PROGRAMME_DAMAGED',
      file: path,
      problem: 'holds the end of a publication and cannot be read',
      advice: 'Put back the last good copy of the programme folder.',
      cause,
    });
  }
}

function journalPath(dir: string): string {
  return join(dir, '.publishing.json');
}
