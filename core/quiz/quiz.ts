import { type Bytes, utf8 } from '#core/bytes/bytes.ts';
import { readJson } from '#core/json/read-json.ts';
import { array, boolean, type Infer, literal, nullable, number, object, string } from '#core/json/shape.ts';
import { bodyShape } from './body.ts';
import { rulesShape } from './expression.ts';
import { interactionShape } from './interaction.ts';
import { QuizError } from './quiz-error.ts';
import { BASE_TYPES, CARDINALITIES, readScalar } from './value.ts';

/** The media type of a quiz in the reading order. */
export const QUIZ_TYPE = 'application/vnd.leeslicht.quiz+json';
/** formats/quiz.md 1.2: the largest quiz document. */
export const MAX_QUIZ_BYTES = 8 * 1024 * 1024;

const id = string({ minLength: 1, maxLength: 256 });
const points = number({ min: -1e9, max: 1e9 });
const baseType = literal(...BASE_TYPES);
const cardinality = literal(...CARDINALITIES);
const texts = array(string({ maxLength: 65_536 }), { max: 10_000 });

const mapping = object({
  required: {
    default: points,
    entries: array(
      object({ required: { key: string({ maxLength: 4096 }), points }, optional: { caseSensitive: boolean } }),
      { max: 10_000 },
    ),
  },
  optional: { lower: points, upper: points },
});
const areaMapping = object({
  required: {
    default: points,
    entries: array(
      object({
        required: {
          shape: literal('circle', 'rect', 'poly', 'ellipse', 'default'),
          coords: array(number({ min: -100_000, max: 100_000 }), { max: 2000 }),
          points,
        },
      }),
      { max: 1000 },
    ),
  },
  optional: { lower: points, upper: points },
});
const responseDeclaration = object({
  required: { id, cardinality, baseType },
  optional: { correct: texts, mapping, areaMapping },
});
const outcomeDeclaration = object({
  required: { id, cardinality, baseType },
  optional: {
    default: texts,
    /** QTI `qti-match-table` (`exact`) or `qti-interpolation-table` (`atLeast`). */
    lookup: object({
      required: {
        kind: literal('exact', 'atLeast'),
        entries: array(object({ required: { source: number({ min: -1e12, max: 1e12 }), target: string() } }), {
          max: 1000,
        }),
      },
      optional: { default: string() },
    }),
  },
});
/** formats/quiz.md 2.6: values that are drawn anew for each try. */
const template = object({
  required: {
    variables: array(object({ required: { id, cardinality, baseType }, optional: { default: texts } }), { max: 200 }),
    rules: rulesShape,
  },
});
const modalFeedback = object({
  required: { outcome: id, id, show: boolean, body: bodyShape },
  optional: { title: string({ maxLength: 1000 }) },
});
const itemShape = object({
  required: {
    id,
    title: string({ maxLength: 1000 }),
    body: bodyShape,
    interactions: array(interactionShape, { max: 200 }),
    responses: array(responseDeclaration, { max: 200 }),
    outcomes: array(outcomeDeclaration, { max: 200 }),
    processing: rulesShape,
    feedback: array(modalFeedback, { max: 500 }),
    /** Points for a perfect answer; null where a person has to judge. */
    maxScore: nullable(points),
  },
  /** `adaptive`: judged after each submission until its rules say that it is completed (formats/quiz.md 2.7). */
  optional: { language: string({ maxLength: 35 }), template, adaptive: boolean },
});
const quizShape = object({
  required: {
    format: literal('leeslicht-quiz-v1'),
    id: string({ maxLength: 200, pattern: /^[a-zA-Z0-9][\w.:-]*$/ }),
    title: string({ minLength: 1, maxLength: 1000 }),
    language: string({ maxLength: 35, pattern: /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/ }),
    items: array(itemShape, { min: 1, max: 5000 }),
  },
  optional: {
    introduction: bodyShape,
    shuffleItems: boolean,
    /** 0 or absent: as often as the learner likes. */
    maxAttempts: number({ min: 0, max: 1000 }),
    /** When answers are judged on screen: after each question, at the end, or never. */
    feedbackWhen: literal('each', 'end', 'never'),
    /** Part of the points, 0 to 1, that counts as passed. */
    passFraction: number({ min: 0, max: 1 }),
  },
});

/** A question with its rules. */
export type QuizItem = Infer<typeof itemShape>;
/** One list of questions, as the reader shows it. */
export type Quiz = Infer<typeof quizShape>;
/** What a response may be and which is right. */
export type ResponseDeclaration = Infer<typeof responseDeclaration>;
/** What the rules compute. */
export type OutcomeDeclaration = Infer<typeof outcomeDeclaration>;

/**
 * Reads a quiz document and checks that its parts fit together: every interaction has its declaration, every value its
 * base type, ids are unique. Throws QuizError.
 */
export function parseQuiz(bytes: Uint8Array): Quiz {
  const limits = { maxBytes: MAX_QUIZ_BYTES };
  const refused = (cause: Error) => new QuizError({ code: 'BAD_QUIZ', detail: cause.message, cause });
  const quiz = readJson(bytes, quizShape, limits, refused);
  unique(
    quiz.items.map((item) => item.id),
    'items',
  );
  for (const item of quiz.items) checkItem(item);
  return quiz;
}

/** Writes a quiz document; `parseQuiz` reads it back. */
export function encodeQuiz(quiz: Quiz): Bytes {
  return utf8(
    JSON.stringify(quiz, (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value), 1),
  );
}

function checkItem(item: QuizItem): void {
  const declared = new Map(item.responses.map((response) => [response.id, response]));
  unique(
    [...item.responses, ...item.outcomes, ...(item.template?.variables ?? [])].map((one) => one.id),
    item.id,
  );
  unique(
    item.interactions.map((one) => one.response),
    item.id,
  );
  for (const { response } of item.interactions) {
    if (!declared.has(response)) throw new QuizError({ code: 'BAD_QUIZ', detail: `${item.id}: ${response}` });
  }
  for (const one of item.responses) for (const text of one.correct ?? []) readScalar(one.baseType, text);
  for (const one of [...item.outcomes, ...(item.template?.variables ?? [])])
    for (const text of one.default ?? []) readScalar(one.baseType, text);
}

function unique(ids: readonly string[], where: string): void {
  if (new Set(ids).size !== ids.length) throw new QuizError({ code: 'BAD_QUIZ', detail: `${where}: an id twice` });
}
