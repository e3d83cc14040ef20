import { array, integer, object, ShapeError, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';

/** The media type of an assignment, also of the answer sheet that belongs to a page. */
export const ASSIGNMENT_TYPE = 'application/vnd.leeslicht.assignment+json';
/** formats/module.md 5.3: most questions on one answer sheet. */
export const MAX_QUESTIONS = 100;
/** formats/module.md 5.3: most lines that are left open on paper. */
export const MAX_LINES = 60;
/** formats/module.md 5.3: longest text of a question. */
export const MAX_QUESTION_LENGTH = 10_000;

const open = { unknownKeys: 'ignore' } as const;
const wordLimit = integer({ min: 1, max: 1_000_000 });

/** formats/module.md 5.3: what names a question, in its page too. */
export const questionId = string({ minLength: 1, maxLength: 64, pattern: /^[a-z0-9]+(?:-[a-z0-9]+)*$/ });

const questionShape = object(
  {
    required: { id: questionId, text: string({ minLength: 1, maxLength: MAX_QUESTION_LENGTH }) },
    optional: { title: string({ maxLength: 300 }), wordLimit, lines: integer({ min: 1, max: MAX_LINES }) },
  },
  open,
);

const shape = object(
  {
    required: {
      id: string({ maxLength: 200 }),
      title: string({ maxLength: 1000 }),
      question: string({ maxLength: 500_000 }),
    },
    optional: {
      due: string({ maxLength: 40 }),
      wordLimit,
      questions: array(questionShape, { min: 1, max: MAX_QUESTIONS }),
    },
  },
  open,
);

/** One open question of an answer sheet. */
export interface SheetQuestion {
  readonly id: string;
  /** Plain text, as a tutor sees it beside the answer. */
  readonly text: string;
  readonly title?: string;
  readonly wordLimit?: number;
  /** How many lines to leave open on paper. */
  readonly lines?: number;
}

/** An assignment as its verified file describes it (formats/module.md 5). */
export interface Assignment {
  readonly id: string;
  readonly title: string;
  /** HTML that the packager cleaned; empty when the questions stand in a page. */
  readonly question: string;
  /** `2027-06-30` */
  readonly due?: string;
  readonly wordLimit?: number;
  /** Makes it an answer sheet: the open questions of a page, in order. */
  readonly questions?: readonly SheetQuestion[];
}

/** Reads an assignment or answer sheet. Throws JsonError or ShapeError when it is none. */
export function parseAssignment(bytes: Uint8Array): Assignment {
  const assignment = shape(parseJson(bytes), 'assignment');
  const ids = assignment.questions?.map(({ id }) => id) ?? [];
  if (new Set(ids).size !== ids.length)
    throw new ShapeError({ path: 'assignment.questions', expected: 'each id once' });
  return assignment;
}

/** formats/module.md 5.4: the `id` of the element in the page under which a question is answered. */
export function answerPlace(id: string): string {
  return `answer-${id}`;
}
