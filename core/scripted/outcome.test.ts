import { expect, it } from 'vitest';
import { outcomeOfScorm12, outcomeOfScorm2004, outcomeOfStatement } from './outcome.ts';

const answered = (result: object, context: object = {}) => ({
  verb: { id: 'http://adlnet.gov/expapi/verbs/answered' },
  result: JSON.parse(JSON.stringify(result)),
  context: JSON.parse(JSON.stringify(context)),
});

it('takes score and success of an H5P statement about the whole content', () => {
  expect(outcomeOfStatement(answered({ score: { raw: 1, max: 2 }, success: false }))).toEqual({
    isOver: true,
    result: { items: [], score: 1, maxScore: 2, fraction: 0.5, isPassed: false },
  });
});

it('takes nothing of a part inside a larger content, of other verbs, and of statements without a score', () => {
  const score = { score: { raw: 1, max: 1 } };
  const part = { contextActivities: { parent: [{ id: 'x' }] } };
  expect(outcomeOfStatement(answered(score, part))).toBeUndefined();
  expect(outcomeOfStatement({ ...answered(score), verb: { id: 'http://x/interacted' } })).toBeUndefined();
  expect(outcomeOfStatement(answered({}))).toBeUndefined();
  for (const nonsense of [null, 7, 'x', [], {}]) expect(outcomeOfStatement(nonsense)).toBeUndefined();
});

it('keeps a claimed score within its own bounds', () => {
  expect(outcomeOfStatement(answered({ score: { raw: 900, max: 10 } }))?.result).toMatchObject({
    score: 10,
    fraction: 1,
  });
  expect(outcomeOfStatement(answered({ score: { raw: 1e300, max: 10 } }))).toBeUndefined();
  expect(outcomeOfScorm2004({ score: { scaled: -1 } }).result).toMatchObject({ score: 0, fraction: 0 });
});

it('reads status and score of SCORM 1.2, whose numbers are texts', () => {
  const cmi = (lesson_status: string, raw: string) => ({
    core: { lesson_status, score: { raw, min: '0', max: '50' } },
  });
  expect(outcomeOfScorm12(cmi('passed', '40'))).toMatchObject({
    isOver: true,
    result: { score: 40, maxScore: 50, fraction: 0.8, isPassed: true },
  });
  expect(outcomeOfScorm12(cmi('incomplete', ''))).toMatchObject({ isOver: false, result: { fraction: undefined } });
  expect(outcomeOfScorm12(cmi('completed', ''))).toMatchObject({ isOver: true, result: { isPassed: undefined } });
});

it('reads completion, success and the scaled score of SCORM 2004', () => {
  const cmi = { completion_status: 'completed', success_status: 'failed', score: { scaled: '0.25', raw: '', max: '' } };
  expect(outcomeOfScorm2004(cmi)).toMatchObject({
    isOver: true,
    result: { score: 25, maxScore: 100, fraction: 0.25, isPassed: false },
  });
  expect(outcomeOfScorm2004({ completion_status: 'incomplete', success_status: 'unknown' }).isOver).toBe(false);
});
