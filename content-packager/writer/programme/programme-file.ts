import { join } from 'node:path';
import { utf8 } from '#core/bytes/bytes.ts';
import { formatInstant } from '#core/json/instant.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import {
  boolean,
  hexString,
  type Infer,
  integer,
  isoInstantMs,
  literal,
  object,
  record,
  string,
} from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { WriterError } from '../writer-error.ts';
import { readIfThere, writeDurably } from './disk.ts';

const FORMAT = 'leeslicht-programme-v1';
const courseId = string({ minLength: 1, maxLength: 64, pattern: /^[a-z0-9][a-z0-9-]*$/ });
const keyName = string({ minLength: 1, maxLength: 200, pattern: /^[a-z0-9][a-z0-9-]*$/ });

const programmeShape = object({
  required: {
    format: literal(FORMAT),
    name: string({ minLength: 1, maxLength: 200 }),
    created: isoInstantMs,
    small: boolean,
    /** SHA-256 of 1.root.json: everything is trusted from here. */
    rootSha256: hexString(32),
    thresholds: object({
      required: {
        root: integer({ min: 1, max: 16 }),
        targets: integer({ min: 1, max: 16 }),
        authorities: integer({ min: 1, max: 16 }),
      },
    }),
    courses: record(
      courseId,
      object({
        required: {
          title: string({ minLength: 1, maxLength: 1000 }),
          tutors: record(string({ minLength: 1, maxLength: 200 }), keyName),
        },
      }),
    ),
  },
  optional: {
    /** The public half of every key by its name, wherever its file is kept. */
    keys: record(keyName, string({ minLength: 1, maxLength: 200 })),
  },
});

/** `DIR/programme.json`: what belongs to the programme but is not published (docs/formats/programme.md 2). */
export type ProgrammeFile = Omit<Infer<typeof programmeShape>, 'keys'> & {
  readonly keys: ReadonlyMap<string, string>;
};

/** Reads `DIR/programme.json`. Throws `NOT_A_PROGRAMME` or `PROGRAMME_DAMAGED`. */
export async function readProgramme(dir: string): Promise<ProgrammeFile> {
  const path = join(dir, 'programme.json');
  const bytes = await readIfThere(path);
  if (bytes === undefined) {
    throw new WriterError({
      code: 'NOT_A_PROGRAMME',
      file: dir,
      problem: 'holds no programme',
      advice: 'Give the folder that "leeslicht programme init" has made.',
    });
  }
  try {
    return parseProgramme(parseJson(bytes));
  } catch (cause) {
    throw new WriterError({
      code: 'PROGRAMME_DAMAGED',
      file: path,
      problem: 'cannot be read',
      advice: 'Put back the last good copy of this file.',
      cause,
    });
  }
}

/** Reads the document in a programme file. Throws `ShapeError`. */
export function parseProgramme(document: JsonValue): ProgrammeFile {
  const programme = programmeShape(document, 'programme.json');
  return { ...programme, keys: programme.keys ?? new Map() };
}

/** The document of a programme file. */
export function programmeDocument(programme: ProgrammeFile): JsonValue {
  const { created, courses, keys, thresholds, ...rest } = programme;
  const plainCourses = [...courses].map(([id, { title, tutors }]): [string, JsonValue] => [
    id,
    { title, tutors: Object.fromEntries(tutors) },
  ]);
  return {
    ...rest,
    thresholds: { ...thresholds },
    created: formatInstant(created),
    courses: Object.fromEntries(plainCourses),
    keys: Object.fromEntries(keys),
  };
}

/** Writes `DIR/programme.json`, whole or not at all. */
export async function writeProgramme(dir: string, programme: ProgrammeFile): Promise<void> {
  await writeDurably(join(dir, 'programme.json'), jsonFile(programmeDocument(programme)));
}

/** A JSON file for people to look into. */
export function jsonFile(document: JsonValue): Uint8Array {
  return utf8(`${JSON.stringify(document, null, 2)}\n`);
}

/** The format mark of a programme file. */
export const PROGRAMME_FORMAT = FORMAT;
