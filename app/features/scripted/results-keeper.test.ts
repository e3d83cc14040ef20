import { beforeEach, expect, it } from 'vitest';
import type { StatementResult } from '#core/quiz/statement.ts';
import type { AttemptRecord, QuizRef } from '../../platform/records/records.ts';
import { keepResults } from './results-keeper.ts';

const ref = { modulePath: 'courses/a/b.json', href: 'x.html', quizId: 'x.html', title: 'X', language: 'nl' };
let kept: Map<string, AttemptRecord>;
let over: number;

beforeEach(() => {
  kept = new Map();
  over = 0;
});

const onOver = (): void => {
  over += 1;
};

/** The three of the records' methods that count here, in memory. */
const records = {
  attempts: {
    put: async (attempt: AttemptRecord) => {
      kept.set(attempt.id, attempt);
    },
  },
  startAttempt: async (quiz: QuizRef) => {
    const number = kept.size + 1;
    const attempt: AttemptRecord = {
      ...quiz,
      ...{ id: String(number), number, startedAtMs: 1, updatedAtMs: 1, answers: {}, checked: [] },
    };
    kept.set(attempt.id, attempt);
    return attempt;
  },
  finishAttempt: async (attempt: AttemptRecord, result: StatementResult) => {
    const finished: AttemptRecord = { ...attempt, result, finishedAtMs: 2, step: 'outbox' };
    kept.set(attempt.id, finished);
    return finished;
  },
};

const scorm = (lesson_status: string, isTerminated = false) => ({
  kind: 'scorm' as const,
  cmi: JSON.stringify({ core: { lesson_status, score: { raw: '5', max: '10' } } }),
  isTerminated,
});

it('finishes a try for each scored statement of H5P', async () => {
  const keeper = keepResults(records, { ...ref, runtime: 'h5p' }, undefined, onOver);
  const verb = { id: 'http://adlnet.gov/expapi/verbs/answered' };
  for (const raw of [0, 1])
    keeper.take({ kind: 'xapi', statement: JSON.stringify({ verb, result: { score: { raw, max: 1 } } }) });
  await keeper.close();
  expect([...kept.values()].map(({ result, step }) => [result?.score, step])).toEqual([
    [0, 'outbox'],
    [1, 'outbox'],
  ]);
  expect(over).toBe(2);
});

it('keeps the state of a SCORM try under way, and goes on with it', async () => {
  const first = keepResults(records, { ...ref, runtime: 'scorm12' }, undefined, onOver);
  first.take(scorm('incomplete'));
  await first.close();
  const [attempt] = kept.values();
  expect(attempt?.state).toContain('incomplete');
  expect(attempt?.finishedAtMs).toBeUndefined();
  const second = keepResults(records, { ...ref, runtime: 'scorm12' }, attempt, onOver);
  second.take(scorm('passed', true));
  await second.close();
  expect([...kept.values()]).toMatchObject([{ result: { score: 5, maxScore: 10, isPassed: true }, step: 'outbox' }]);
});

it('finishes at the close what content called finished without saying goodbye', async () => {
  const keeper = keepResults(records, { ...ref, runtime: 'scorm12' }, undefined, onOver);
  keeper.take(scorm('completed'));
  await keeper.close();
  expect(over).toBe(1);
});

it('begins no second try for what SCORM content says after its end', async () => {
  const keeper = keepResults(records, { ...ref, runtime: 'scorm12' }, undefined, onOver);
  keeper.take(scorm('passed', true));
  keeper.take(scorm('passed'));
  await keeper.close();
  expect(kept.size).toBe(1);
  expect(over).toBe(1);
});

it('takes nothing that is too long, not JSON, or of another runtime', async () => {
  const keeper = keepResults(records, { ...ref, runtime: 'h5p' }, undefined, onOver);
  keeper.take({ kind: 'xapi', statement: `{"a":"${'x'.repeat(1024 * 1024)}"}` });
  keeper.take({ kind: 'xapi', statement: '{"a":' });
  keeper.take(scorm('passed', true));
  await keeper.close();
  expect(kept.size).toBe(0);
});

it('stops after a hundred tries in one opening', async () => {
  const keeper = keepResults(records, { ...ref, runtime: 'h5p' }, undefined, onOver);
  const statement = JSON.stringify({ verb: { id: 'http://x/answered' }, result: { score: { raw: 1, max: 1 } } });
  for (let n = 0; n < 500; n++) keeper.take({ kind: 'xapi', statement });
  await keeper.close();
  expect(kept.size).toBeLessThanOrEqual(101);
});
