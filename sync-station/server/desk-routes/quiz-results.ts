import { z } from 'zod';
import type { QuizResultRow } from '../../api/tutor.ts';
import type { listStatements } from '../../store/results.ts';

const NS = 'https://leeslicht.org/ns/xapi#';

/** A statement as devices write it (formats/quiz.md 6.2); anything else in it is of no matter here. */
const statementItem = z.object({
  modulePath: z.string(),
  statement: z.object({
    object: z.object({ definition: z.object({ name: z.record(z.string(), z.string()) }) }),
    result: z.object({
      success: z.boolean().optional(),
      score: z.object({ raw: z.number(), max: z.number() }).optional(),
      extensions: z.object({
        [`${NS}attempt`]: z.number().int(),
        [`${NS}items`]: z.array(
          z.object({
            itemId: z.string(),
            answers: z.record(z.string(), z.array(z.string())).optional(),
            inWords: z.record(z.string(), z.array(z.string())).optional(),
            question: z.string().optional(),
            drawn: z.record(z.string(), z.string()).optional(),
          }),
        ),
      }),
    }),
  }),
});

/** The result that a row holds; undefined for a statement of another kind than a finished quiz. */
export function readResult(row: Awaited<ReturnType<typeof listStatements>>[number]): QuizResultRow | undefined {
  const read = statementItem.safeParse(JSON.parse(row.body));
  if (!read.success) return undefined;
  const { modulePath, statement } = read.data;
  const { success, score, extensions } = statement.result;
  return {
    id: row.id,
    learner: { id: row.learnerId, displayName: row.displayName },
    title: Object.values(statement.object.definition.name)[0] ?? modulePath,
    modulePath,
    attempt: extensions[`${NS}attempt`] ?? 1,
    score: score?.raw ?? null,
    maxScore: score?.max ?? null,
    passed: success ?? null,
    finishedAtMs: row.createdAtMs,
    open: (extensions[`${NS}items`] ?? []).flatMap(({ itemId, answers, inWords, question = null, drawn = {} }) => {
      const texts = Object.values({ ...answers, ...inWords }).flat();
      const values = Object.entries(drawn).map(([name, value]) => ({ name, value }));
      return texts.length === 0 ? [] : [{ itemId, question, drawn: values, texts }];
    }),
  };
}
