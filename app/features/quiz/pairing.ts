import { useState } from 'preact/hooks';
import type { Answer } from '#core/quiz/attempt.ts';
import type { Choice } from '#core/quiz/interaction.ts';

/** What pairing needs of its interaction. */
export interface PairingOptions {
  readonly answer: Answer;
  readonly onAnswer: (answer: Answer) => void;
  /** 0 has no bound. */
  readonly maxAssociations: number;
}

/** Making pairs by picking two things one after the other; the same thing twice picks nothing. */
export function usePairing({ answer, onAnswer, maxAssociations }: PairingOptions): {
  readonly picked: string | undefined;
  readonly pick: (id: string) => void;
} {
  const [picked, setPicked] = useState<string | undefined>(undefined);
  const pick = (id: string): void => {
    setPicked(picked === undefined ? id : undefined);
    if (picked === undefined || picked === id) return;
    const pair = `${picked} ${id}`;
    const isKnown = answer.includes(pair) || answer.includes(`${id} ${picked}`);
    const isFull = maxAssociations > 0 && answer.length >= maxAssociations;
    if (!isKnown && !isFull) onAnswer([...answer, pair]);
  };
  return { picked, pick };
}

/** The choice that an answer has in a gap, or on an area. */
export function choiceIn(answer: Answer, gap: string): string | undefined {
  return answer.find((pair) => pair.endsWith(` ${gap}`))?.slice(0, -gap.length - 1);
}

/** The answer with a choice put in a gap, or with the gap emptied. A choice that may be used once leaves its old gap. */
export function withChoiceIn(
  answer: Answer,
  gap: string,
  choice: string | undefined,
  choices: readonly Pick<Choice, 'id' | 'matchMax'>[],
): Answer {
  const rest = answer.filter((pair) => !pair.endsWith(` ${gap}`));
  if (choice === undefined) return rest;
  const isOnce = choices.find(({ id }) => id === choice)?.matchMax === 1;
  return [...(isOnce ? rest.filter((pair) => !pair.startsWith(`${choice} `)) : rest), `${choice} ${gap}`];
}
