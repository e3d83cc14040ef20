import { processResponses, type Variables } from './processing.ts';
import type { Quiz, QuizItem, ResponseDeclaration } from './quiz.ts';
import { container, numberOf, readScalar, type Value } from './value.ts';

/** What the learner filled in at one interaction, in the lexical form of its base type; empty when nothing. */
export type Answer = readonly string[];

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

/** Judges one question. `answers` is by response id. Throws QuizError `BAD_RULE`. */
export function judgeItem(item: QuizItem, answers: ReadonlyMap<string, Answer>): ItemResult {
  const responses = new Map(
    item.responses.map((declared) => [declared.id, readAnswer(declared, answers.get(declared.id) ?? [])]),
  );
  const outcomes = processResponses(item, responses);
  const isAnswered = item.interactions.some(({ response }) => (responses.get(response) ?? null) !== null);
  if (item.maxScore === null) {
    const verdict = isAnswered ? 'open' : 'unanswered';
    return { itemId: item.id, score: null, maxScore: null, verdict, outcomes };
  }
  const score = numberOf(outcomes.get('SCORE') ?? null) ?? 0;
  return {
    itemId: item.id,
    score,
    maxScore: item.maxScore,
    verdict: verdictOf(isAnswered, score, item.maxScore),
    outcomes,
  };
}

function verdictOf(isAnswered: boolean, score: number, maxScore: number): ItemResult['verdict'] {
  if (!isAnswered) return 'unanswered';
  if (score >= maxScore) return 'right';
  return score > 0 ? 'partly' : 'wrong';
}

/** Judges a whole attempt. `answers` is by item id, then by response id. Throws QuizError `BAD_RULE`. */
export function judgeQuiz(quiz: Quiz, answers: ReadonlyMap<string, ReadonlyMap<string, Answer>>): QuizResult {
  const items = quiz.items.map((item) => judgeItem(item, answers.get(item.id) ?? new Map()));
  const score = items.reduce((sum, item) => sum + (item.score ?? 0), 0);
  const maxScore = items.reduce((sum, item) => sum + (item.maxScore ?? 0), 0);
  const fraction = maxScore > 0 ? Math.min(1, Math.max(0, score / maxScore)) : undefined;
  const { passFraction } = quiz;
  const isPassed = passFraction === undefined || fraction === undefined ? undefined : fraction >= passFraction;
  return { items, score, maxScore, fraction, isPassed };
}
