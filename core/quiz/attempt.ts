import { firstOutcomes, processResponses, type Variables } from './processing.ts';
import type { Quiz, QuizItem, ResponseDeclaration } from './quiz.ts';
import { generator } from './shuffle.ts';
import { container, numberOf, readScalar, textOf, truth, type Value } from './value.ts';

/** What the learner filled in at one interaction, in the lexical form of its base type; empty when nothing. */
export type Answer = readonly string[];

/** What was filled in at one question, by response id. */
export type ItemAnswers = ReadonlyMap<string, Answer>;

/** What a try holds beside the answers. */
export interface TryState {
  /** The id of the attempt: chance in the rules follows from it. */
  readonly seed: string;
  /** What was submitted at adaptive questions, by item id, oldest first. */
  readonly submitted: ReadonlyMap<string, readonly ItemAnswers[]>;
}

/** A try without adaptive questions and without chance. */
const PLAIN_TRY: TryState = { seed: '', submitted: new Map() };

/** formats/quiz.md 2.7: how often an adaptive question can be submitted in one try. */
export const MAX_SUBMISSIONS = 100;

/** How one question came out. */
export interface ItemResult {
  readonly itemId: string;
  /** Points won; null where a person has to judge. */
  readonly score: number | null;
  readonly maxScore: number | null;
  /** `unanswered` when nothing was filled in, `open` when a person has to judge. */
  readonly verdict: 'right' | 'partly' | 'wrong' | 'unanswered' | 'open';
  /** All outcomes, for feedback and printed variables. */
  readonly outcomes: Variables;
  /** Whether there is nothing left to do: always, but for an adaptive question that its rules have not completed. */
  readonly isCompleted: boolean;
}

/** How a whole attempt came out. */
export interface QuizResult {
  readonly items: readonly ItemResult[];
  readonly score: number;
  readonly maxScore: number;
  /** Score divided by the most that can be won, 0 to 1; undefined when nothing is scored by rule. */
  readonly fraction: number | undefined;
  /** Undefined where the quiz sets no bound. */
  readonly isPassed: boolean | undefined;
}

/** Reads what was filled in; a text that is no number where a number is asked counts as no answer. */
export function readAnswer(declared: ResponseDeclaration, answer: Answer): Value {
  const values = answer.flatMap((text) => {
    if (text === '') return [];
    try {
      return [readScalar(declared.baseType, text)];
    } catch {
      // What cannot be read as an answer is no answer: the learner is told so by the verdict.
      return [];
    }
  });
  return container(declared.cardinality, declared.baseType, values);
}

/**
 * Judges one question: its answers, or, where it is adaptive, what was submitted, one after the other. Throws QuizError
 * `BAD_RULE`.
 */
export function judgeItem(item: QuizItem, answers: ItemAnswers, state: TryState = PLAIN_TRY): ItemResult {
  const submitted = item.adaptive === true ? (state.submitted.get(item.id) ?? []) : [answers];
  let outcomes = firstOutcomes(item);
  for (const [index, one] of submitted.entries()) {
    const next = generator(`${state.seed}/${item.id}/${index + 1}`);
    outcomes = processResponses(item, responsesOf(item, one), outcomes, next);
  }
  const isAnswered = submitted.some((one) => hasAnswer(item, one));
  const isCompleted =
    item.adaptive !== true ||
    textOf(outcomes.get('completionStatus') ?? null) === 'completed' ||
    submitted.length >= MAX_SUBMISSIONS;
  const known = { itemId: item.id, outcomes, isCompleted };
  if (item.maxScore === null) {
    return { ...known, score: null, maxScore: null, verdict: isAnswered ? 'open' : 'unanswered' };
  }
  const score = numberOf(outcomes.get('SCORE') ?? null) ?? 0;
  return { ...known, score, maxScore: item.maxScore, verdict: verdictOf(isAnswered, score, item.maxScore) };
}

/** Whether something was filled in; a button such as one for a hint is no answer. */
export function hasAnswer(item: QuizItem, answers: ItemAnswers): boolean {
  const responses = responsesOf(item, answers);
  return item.interactions.some(
    ({ kind, response }) => kind !== 'endAttempt' && (responses.get(response) ?? null) !== null,
  );
}

/** QTI `qti-end-attempt-interaction`: true when it ended the attempt, and false, not NULL, when something else did. */
function responsesOf(item: QuizItem, answers: ItemAnswers): Variables {
  const buttons = new Set(
    item.interactions.filter(({ kind }) => kind === 'endAttempt').map(({ response }) => response),
  );
  return new Map(
    item.responses.map((declared) => {
      const answer = answers.get(declared.id) ?? [];
      return [declared.id, buttons.has(declared.id) ? truth(answer[0] === 'true') : readAnswer(declared, answer)];
    }),
  );
}

function verdictOf(isAnswered: boolean, score: number, maxScore: number): ItemResult['verdict'] {
  if (!isAnswered) return 'unanswered';
  if (score >= maxScore) return 'right';
  return score > 0 ? 'partly' : 'wrong';
}

/** Judges a whole attempt. `answers` is by item id. Throws QuizError `BAD_RULE`. */
export function judgeQuiz(
  quiz: Quiz,
  answers: ReadonlyMap<string, ItemAnswers>,
  state: TryState = PLAIN_TRY,
): QuizResult {
  const items = quiz.items.map((item) => judgeItem(item, answers.get(item.id) ?? new Map(), state));
  const score = items.reduce((sum, item) => sum + (item.score ?? 0), 0);
  const maxScore = items.reduce((sum, item) => sum + (item.maxScore ?? 0), 0);
  const fraction = maxScore > 0 ? Math.min(1, Math.max(0, score / maxScore)) : undefined;
  const { passFraction } = quiz;
  const isPassed = passFraction === undefined || fraction === undefined ? undefined : fraction >= passFraction;
  return { items, score, maxScore, fraction, isPassed };
}
