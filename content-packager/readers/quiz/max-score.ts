import { judgeItem } from '#core/quiz/attempt.ts';
import type { QuizItem, ResponseDeclaration } from '#core/quiz/quiz.ts';
import { drawItem } from '#core/quiz/template.ts';

/**
 * What a perfect answer wins: the rules are run on the correct answers, and on the best that a mapping gives. Null when
 * no rule gives points, so that a person has to judge.
 */
export function maxScoreOf(item: QuizItem, declared: number | undefined): number | null {
  if (item.processing.length === 0) return null;
  const drawn = drawItem(item, '');
  const tries = [
    new Map(drawn.responses.map((one) => [one.id, one.correct ?? []])),
    new Map(drawn.responses.map((one) => [one.id, bestOfMapping(one, item) ?? one.correct ?? []])),
  ];
  const won = tries.map((answers) => judgeItem({ ...drawn, maxScore: 1 }, answers).score ?? 0);
  const best = Math.max(0, ...won);
  if (best > 0) return best;
  return declared !== undefined && declared > 0 && hasKey(drawn) ? declared : null;
}

function hasKey(item: QuizItem): boolean {
  return item.responses.some((one) => one.correct || one.mapping || one.areaMapping);
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
