import type { Answer } from '#core/quiz/attempt.ts';
import type { Interaction } from '#core/quiz/interaction.ts';
import type { BodyContext } from './body-view.tsx';

/** What every interaction gets from the question that it stands in. */
export interface InteractionProps<K extends Interaction['kind']> {
  readonly interaction: Extract<Interaction, { kind: K }>;
  readonly answer: Answer;
  readonly onAnswer: (answer: Answer) => void;
  /** Judged already, or not to be changed. */
  readonly isClosed: boolean;
  /** The right answer, shown after the check; undefined before it and where none is declared. */
  readonly correct: Answer | undefined;
  readonly body: BodyContext;
  /** Keeps the order of shuffled choices the same for one attempt. */
  readonly seed: string;
  readonly language: string;
  /** Whether the licence lets the learner write text. */
  readonly mayWrite: boolean;
  /** The question's words, for those whom no prompt tells what a field is. */
  readonly name: string;
}

/** Adds a value, or takes it away; `max` 1 replaces, 0 has no bound, else the oldest goes. */
export function toggled(answer: Answer, value: string, max: number): Answer {
  if (answer.includes(value)) return answer.filter((one) => one !== value);
  if (max === 1) return [value];
  const more = [...answer, value];
  return max > 0 && more.length > max ? more.slice(more.length - max) : more;
}

/** How a choice is marked after the check: what is right, and what was chosen but is not. */
export function markOf(id: string, isChosen: boolean, correct: Answer | undefined): 'right' | 'wrong' | undefined {
  if (!correct) return undefined;
  return correct.includes(id) ? 'right' : isChosen ? 'wrong' : undefined;
}
