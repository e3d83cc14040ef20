import { integer, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';

const shape = object(
  {
    required: {
      id: string({ maxLength: 200 }),
      title: string({ maxLength: 1000 }),
      question: string({ maxLength: 500_000 }),
    },
    optional: { due: string({ maxLength: 40 }), wordLimit: integer({ min: 1, max: 1_000_000 }) },
  },
  { unknownKeys: 'ignore' },
);

/** An assignment as its verified file describes it. `question` is HTML that the packager cleaned. */
export interface Assignment {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly dueMs: number | undefined;
  readonly wordLimit: number | undefined;
}

/** Reads an assignment file. Throws JsonError or ShapeError when it is none. */
export function parseAssignment(bytes: Uint8Array): Assignment {
  const { id, title, question, due, wordLimit } = shape(parseJson(bytes), '');
  const dueMs = due === undefined ? Number.NaN : Date.parse(due);
  return { id, title, question, dueMs: Number.isNaN(dueMs) ? undefined : dueMs, wordLimit };
}
