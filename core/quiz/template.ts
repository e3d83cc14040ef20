import type { Choice, Interaction } from './interaction.ts';
import { initialOf, runTemplate, type Variables } from './processing.ts';
import type { Quiz, QuizItem } from './quiz.ts';
import { generator } from './shuffle.ts';

/** QTI 3.0, 2.8.2: how often values are drawn anew for a constraint; after that the last ones hold. */
const MAX_DRAWS = 100;

/**
 * formats/quiz.md 2.6: draws the values of a question that makes its numbers by chance. They follow from `seed` alone, so
 * that a question that is opened again is the same. The answer has fixed values and correct answers, and no rules to
 * draw by; a question without a template comes back as it is. Throws QuizError `BAD_RULE`.
 */
export function drawItem(item: QuizItem, seed: string): QuizItem {
  const { template } = item;
  if (template === undefined) return item;
  const next = generator(`${seed}/${item.id}`);
  let drawn = runTemplate(item, template, next);
  for (let draws = 1; drawn.isRefused && draws < MAX_DRAWS; draws++) drawn = runTemplate(item, template, next);
  const isThere = ({ id, onlyWhen }: Pick<Choice, 'id' | 'onlyWhen'>): boolean =>
    onlyWhen === undefined || (drawn.values.get(onlyWhen.variable)?.values.includes(id) ?? false) === onlyWhen.show;
  const textsOf = (id: string): readonly string[] | undefined => drawn.values.get(id)?.values.map(String);
  return {
    ...item,
    interactions: item.interactions.map((one) => withChoices(one, isThere)),
    responses: item.responses.map((one) => {
      const correct = textsOf(one.id);
      return correct === undefined ? one : { ...one, correct: [...correct] };
    }),
    template: {
      variables: template.variables.map((one) => {
        const value = textsOf(one.id);
        return value === undefined ? one : { ...one, default: [...value] };
      }),
      rules: [],
    },
  };
}

/** An interaction with the choices and areas for which `isThere` holds. */
function withChoices(one: Interaction, isThere: (choice: Pick<Choice, 'id' | 'onlyWhen'>) => boolean): Interaction {
  return {
    ...one,
    ...('choices' in one ? { choices: one.choices.filter(isThere) } : {}),
    ...('areas' in one ? { areas: one.areas.filter(isThere) } : {}),
    ...('sources' in one ? { sources: one.sources.filter(isThere), targets: one.targets.filter(isThere) } : {}),
  };
}

/** The same for every question of a quiz. */
export function drawQuiz(quiz: Quiz, seed: string): Quiz {
  return { ...quiz, items: quiz.items.map((item) => drawItem(item, seed)) };
}

/** What a drawn question prints before there is an answer. */
export function drawnValues({ template }: QuizItem): Variables {
  return new Map(template?.variables.map((one) => [one.id, initialOf(one)]));
}
