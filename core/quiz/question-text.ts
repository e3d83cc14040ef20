import { plainText } from './body.ts';
import { choicesOf, type Interaction } from './interaction.ts';
import type { QuizItem } from './quiz.ts';

/** All words that a learner sees in a question before answering it: what is said about answers is not among them. */
export function questionText({ body, interactions }: QuizItem): string {
  return [plainText(body), ...interactions.flatMap(wordsOf)].filter((text) => text !== '').join(' ');
}

function wordsOf(interaction: Interaction): readonly string[] {
  const texts: string[] = [];
  if (interaction.kind === 'endAttempt') return [];
  if ('prompt' in interaction && interaction.prompt) texts.push(plainText(interaction.prompt));
  if ('image' in interaction) texts.push(interaction.image.alt);
  if ('body' in interaction) texts.push(plainText(interaction.body));
  if ('areas' in interaction) texts.push(...interaction.areas.map(({ label }) => label));
  return [...texts, ...choicesOf(interaction).map(({ body }) => plainText(body))];
}
