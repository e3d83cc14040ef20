import { formatInstant } from '#core/json/instant.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { object, type Shape, string } from '#core/json/shape.ts';
import { answersInWords } from './answer-words.ts';
import type { ItemResult, QuizResult } from './attempt.ts';
import { plainText } from './body.ts';
import { printedValue } from './print.ts';
import type { Quiz, QuizItem } from './quiz.ts';
import { drawnValues } from './template.ts';

/** What was filled in at one question, by response. */
type Answers = Readonly<Record<string, readonly string[]>>;

/** How one question came out; its answers only where a person has to judge them. */
export type StatementItem = Pick<ItemResult, 'itemId' | 'verdict' | 'score' | 'maxScore'> & {
  readonly answers?: Answers;
  /** With the answers: those that are ids of choices, in the words that stood there. */
  readonly inWords?: Answers;
  /** With the answers: the words of the question, with what was drawn for it. */
  readonly question?: string;
  /** With the answers: what was drawn for the question, by the names of its template. */
  readonly drawn?: Readonly<Record<string, string>>;
};

/** The result of an attempt, as far as it leaves the device. */
export interface StatementResult extends Pick<QuizResult, 'score' | 'maxScore' | 'fraction' | 'isPassed'> {
  readonly items: readonly StatementItem[];
}

/**
 * Takes what a statement may say out of the result of a drawn quiz: what was answered leaves the device only for a
 * person to judge, and then with what that person needs to understand it.
 */
export function statementResult(
  quiz: Quiz,
  result: QuizResult,
  answers: Readonly<Record<string, Answers>>,
): StatementResult {
  const { score, maxScore, fraction, isPassed } = result;
  const items = result.items.map(({ itemId, verdict, score: own, maxScore: most }): StatementItem => {
    const item = { itemId, verdict, score: own, maxScore: most };
    const given = answers[itemId];
    const asked = quiz.items.find((one) => one.id === itemId);
    return verdict === 'open' && given ? { ...item, answers: given, ...(asked ? told(asked, given) : {}) } : item;
  });
  return { items, score, maxScore, fraction, isPassed };
}

const MAX_QUESTION = 2000;

function told(item: QuizItem, answers: Answers): Pick<StatementItem, 'inWords' | 'question' | 'drawn'> {
  const values = drawnValues(item);
  const drawn = [...values].map(([name, value]): [string, string] => [name, printedValue(value)]);
  const question = plainText(item.body, values).slice(0, MAX_QUESTION) || item.title;
  const inWords = answersInWords(item, answers, values);
  return {
    ...(Object.keys(inWords).length === 0 ? {} : { inWords }),
    ...(question === '' ? {} : { question }),
    ...(drawn.length === 0 ? {} : { drawn: Object.fromEntries(drawn) }),
  };
}

/** What a statement says beside the result. */
export interface StatementFrame {
  /** Random 128 bits in lower-case hex: the attempt's id. */
  readonly id: string;
  /** Fingerprint of the device; whose it is follows from its enrolment. */
  readonly deviceId: string;
  readonly modulePath: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

const NS = 'https://leeslicht.org/ns/xapi#';
const open: { readonly unknownKeys: 'ignore' } = { unknownKeys: 'ignore' };
const read = object(
  {
    required: {
      id: string({ pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/ }),
      verb: object({ required: { id: string({ maxLength: 500 }) } }, open),
      object: object({ required: { id: string({ maxLength: 2000 }) } }, open),
    },
  },
  open,
);

/** An xAPI statement, checked as far as a station reads it and kept whole. */
export const statementShape: Shape<JsonValue> = (value, path) => {
  read(value, path);
  return value;
};

/**
 * A finished attempt as an xAPI 1.0.3 statement: `completed`, `passed` or `failed` of the quiz, with its score, how long
 * it took, and the verdict on every question in an extension.
 */
export function quizStatement(
  quiz: Pick<Quiz, 'id' | 'title' | 'language'>,
  result: StatementResult,
  frame: StatementFrame,
): JsonValue {
  const verb = result.isPassed === undefined ? 'completed' : result.isPassed ? 'passed' : 'failed';
  const seconds = Math.max(0, Math.round((frame.finishedAtMs - frame.startedAtMs) / 1000));
  return {
    id: uuidOf(frame.id),
    timestamp: formatInstant(Math.floor(frame.finishedAtMs)),
    version: '1.0.3',
    actor: { objectType: 'Agent', account: { homePage: 'https://leeslicht.org/ns/device', name: frame.deviceId } },
    verb: { id: `http://adlnet.gov/expapi/verbs/${verb}`, display: { en: verb } },
    object: {
      objectType: 'Activity',
      id: `urn:leeslicht:quiz:${frame.modulePath}#${quiz.id}`,
      definition: {
        type: 'http://adlnet.gov/expapi/activities/assessment',
        name: { [quiz.language]: quiz.title },
      },
    },
    result: {
      completion: true,
      duration: `PT${seconds}S`,
      ...(result.isPassed === undefined ? {} : { success: result.isPassed }),
      ...(result.fraction === undefined
        ? {}
        : { score: { scaled: result.fraction, raw: result.score, min: 0, max: result.maxScore } }),
      extensions: {
        [`${NS}attempt`]: frame.attempt,
        [`${NS}items`]: result.items.map(({ answers, drawn, ...item }) => ({
          ...item,
          ...(answers ? { answers: { ...answers } } : {}),
          ...(drawn ? { drawn: { ...drawn } } : {}),
        })),
      },
    },
  };
}

/** The same 128 random bits as a version 4 UUID, which costs six of them. */
function uuidOf(id: string): string {
  const variant = '89ab'[Number.parseInt(id.slice(16, 17), 16) & 3] ?? '8';
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-${variant}${id.slice(17, 20)}-${id.slice(20)}`;
}
