import { type ItemAnswers, judgeItem } from '#core/quiz/attempt.ts';
import type { Rule } from '#core/quiz/expression.ts';
import type { QuizItem, ResponseDeclaration } from '#core/quiz/quiz.ts';
import { drawItem } from '#core/quiz/template.ts';

/**
 * What a perfect answer wins: the rules are run on the correct answers, and on the best that a mapping gives; of an
 * adaptive question on several of them, one after the other. Null when no rule gives points, so that a person has to
 * judge. Throws QuizError `BAD_RULE`.
 */
export function maxScoreOf(item: QuizItem, declared: number | undefined): number | null {
  if (item.processing.length === 0) return null;
  const drawn = { ...drawItem(item, ''), maxScore: 1 };
  const tries = perfectAnswers(drawn);
  const best = item.adaptive === true ? bestOfSubmissions(drawn, tries) : bestOf(drawn, tries);
  if (item.adaptive === true && declared !== undefined && declared > 0) return Math.max(best, declared);
  if (best > 0) return best;
  return declared !== undefined && declared > 0 && (hasKey(drawn) || setsScore(item.processing)) ? declared : null;
}

function bestOf(item: QuizItem, tries: readonly ItemAnswers[]): number {
  return Math.max(0, ...tries.map((answers) => judgeItem(item, answers).score ?? 0));
}

/** How many runs of the rules are spent on looking for the best way through an adaptive question. */
const MAX_RUNS = 2000;
const MAX_STEPS = 6;

/** The best score of any row of submissions, as far as it was looked for. */
function bestOfSubmissions(item: QuizItem, tries: readonly ItemAnswers[]): number {
  let best = 0;
  let runs = 0;
  let rows: readonly (readonly ItemAnswers[])[] = [[]];
  for (let step = 0; step < MAX_STEPS && rows.length > 0; step++) {
    const next: (readonly ItemAnswers[])[] = [];
    for (const row of rows) {
      for (const answers of tries) {
        if (++runs > MAX_RUNS) return best;
        const submitted = [...row, answers];
        const result = judgeItem(item, new Map(), { seed: '', submitted: new Map([[item.id, submitted]]) });
        best = Math.max(best, result.score ?? 0);
        if (!result.isCompleted) next.push(submitted);
      }
    }
    rows = next;
  }
  return best;
}

/** The correct answers and the best of the mappings; where a choice has no key, with each of its choices in turn. */
function perfectAnswers(item: QuizItem): readonly ItemAnswers[] {
  const correct = new Map(item.responses.map((one) => [one.id, one.correct ?? []]));
  const mapped = new Map(item.responses.map((one) => [one.id, bestOfMapping(one, item) ?? one.correct ?? []]));
  const keys = item.responses.some((one) => one.mapping || one.areaMapping) ? [correct, mapped] : [correct];
  if (item.adaptive !== true) return keys;
  const free = item.interactions.flatMap((one) => {
    const declared = item.responses.find(({ id }) => id === one.response);
    const isFree = one.kind === 'choice' && declared?.correct === undefined && declared?.mapping === undefined;
    return isFree ? one.choices.map(({ id }): [string, string[]] => [one.response, [id]]) : [];
  });
  return [...keys, ...keys.flatMap((key) => free.map((pick) => new Map([...key, pick])))];
}

function hasKey(item: QuizItem): boolean {
  return item.responses.some((one) => one.correct || one.mapping || one.areaMapping);
}

function setsScore(rules: readonly Rule[]): boolean {
  return rules.some((rule) =>
    rule.kind === 'if'
      ? setsScore(rule.otherwise) || rule.branches.some((branch) => setsScore(branch.rules))
      : (rule.kind === 'set' || rule.kind === 'lookup') && rule.id === 'SCORE',
  );
}

function bestOfMapping(declared: ResponseDeclaration, item: QuizItem): readonly string[] | undefined {
  if (declared.areaMapping) {
    const good = declared.areaMapping.entries.filter(({ points }) => points > 0);
    return good.map(({ shape, coords }) => {
      const [x = 0, y = 0, right = x, bottom = y] = coords;
      return shape === 'rect' ? `${(x + right) / 2} ${(y + bottom) / 2}` : `${x} ${y}`;
    });
  }
  if (!declared.mapping) return undefined;
  const good = declared.mapping.entries.filter(({ points }) => points > 0).sort((a, b) => b.points - a.points);
  const interaction = item.interactions.find(({ response }) => response === declared.id);
  const limit =
    declared.cardinality === 'single'
      ? 1
      : interaction && 'maxChoices' in interaction && interaction.maxChoices
        ? interaction.maxChoices
        : good.length;
  return good.slice(0, limit).map(({ key }) => key);
}
