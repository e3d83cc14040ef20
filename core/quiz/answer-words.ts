import { type BodyNode, plainText } from './body.ts';
import { choicesOf, type Interaction } from './interaction.ts';
import type { QuizItem } from './quiz.ts';
import type { Value } from './value.ts';

const MAX_WORDS = 500;

/**
 * The answers of one question as a person reads them: what stood at a choice in place of its id, also in pairs
 * (`York – Lancaster`). Only responses that hold such ids are in it.
 */
export function answersInWords(
  { interactions }: Pick<QuizItem, 'interactions'>,
  answers: Readonly<Record<string, readonly string[]>>,
  drawn: ReadonlyMap<string, Value>,
): Readonly<Record<string, readonly string[]>> {
  const inWords: Record<string, readonly string[]> = {};
  for (const interaction of interactions) {
    const given = answers[interaction.response];
    const words = wordsById(interaction, drawn);
    if (!given || words.size === 0) continue;
    inWords[interaction.response] = given.map((answer) =>
      answer
        .split(' ')
        .map((id) => words.get(id) ?? id)
        .join(' – ')
        .slice(0, MAX_WORDS),
    );
  }
  return inWords;
}

/** What stands at each id that can be chosen; without words of its own, as a picture without a text, an id is absent. */
function wordsById(interaction: Interaction, drawn: ReadonlyMap<string, Value>): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  const learn = (id: string, text: string) => {
    if (text !== '') words.set(id, text);
  };
  const read = (nodes: readonly BodyNode[]): void => {
    for (const node of nodes) {
      if (typeof node === 'string' || !('children' in node)) continue;
      if (node.kind === 'hottext') learn(node.id, plainText(node.children, drawn));
      read(node.children);
    }
  };
  for (const { id, body } of choicesOf(interaction)) learn(id, plainText(body, drawn));
  if ('areas' in interaction) for (const { id, label } of interaction.areas) learn(id, label);
  if (interaction.kind === 'hottext') read(interaction.body);
  return words;
}
