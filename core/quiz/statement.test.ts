import { expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { upItemsShape } from '#core/parcel/items.ts';
import { parseQuiz, type Quiz } from './quiz.ts';
import { quizStatement, type StatementResult, statementResult } from './statement.ts';

const id = '00112233445566778899aabbccddeeff';
const frame = {
  id,
  deviceId: 'ab'.repeat(32),
  modulePath: 'courses/a/b.json',
  startedAtMs: 0,
  finishedAtMs: 61_000,
  attempt: 2,
};
const quiz = { id: 'peru', title: 'Peru', language: 'en' };
const result: StatementResult = {
  items: [{ itemId: 'q1', verdict: 'right', score: 1, maxScore: 1 }],
  score: 1,
  maxScore: 2,
  fraction: 0.5,
  isPassed: false,
};

test('says a finished quiz as xAPI does', () => {
  expect(quizStatement(quiz, result, frame)).toMatchObject({
    id: '00112233-4455-4677-8899-aabbccddeeff',
    timestamp: '1970-01-01T00:01:01Z',
    verb: { id: 'http://adlnet.gov/expapi/verbs/failed' },
    object: { id: 'urn:leeslicht:quiz:courses/a/b.json#peru' },
    result: { duration: 'PT61S', success: false, score: { scaled: 0.5, raw: 1, min: 0, max: 2 } },
  });
  const { isPassed: _, ...rest } = result;
  expect(quizStatement(quiz, { ...rest, isPassed: undefined }, frame)).toMatchObject({
    verb: { id: 'http://adlnet.gov/expapi/verbs/completed' },
  });
});

test('a parcel carries it whole, and refuses what is no statement', () => {
  const statement = quizStatement(quiz, result, frame);
  const item = { kind: 'statement', id, createdAtMs: 1, modulePath: 'courses/a/b.json', statement };
  expect(upItemsShape([item], '')[0]).toEqual(item);
  expect(() => upItemsShape([{ ...item, statement: { id } }], '')).toThrow('statement');
});

/** A quiz of a scored and an open question, the second with a number that was drawn. */
function quizOf(): Quiz {
  const plain = { title: '', interactions: [], responses: [], outcomes: [], processing: [], feedback: [] };
  const drawn = [
    { id: 'N', cardinality: 'single', baseType: 'integer', default: ['7'] },
    { id: 'SHOWN', cardinality: 'single', baseType: 'identifier', default: ['TELL'] },
  ];
  const hangsOn = (id: string) => ({ kind: 'feedback', outcome: 'SHOWN', id, show: true, children: [` ${id} it.`] });
  const items = [
    { ...plain, id: 'q1', body: ['Odd?'], maxScore: 1 },
    {
      ...{ ...plain, id: 'q2', maxScore: null, template: { variables: drawn, rules: [] } },
      body: ['Why is ', { kind: 'variable', id: 'N' }, ' odd?', hangsOn('TELL'), hangsOn('HIDE')],
    },
  ];
  return parseQuiz(utf8(JSON.stringify({ format: 'leeslicht-quiz-v1', id: 'q', title: 'Q', language: 'en', items })));
}

test('what was answered leaves the device only where a person has to judge', () => {
  const outcomes = new Map();
  const told = statementResult(
    quizOf(),
    {
      items: [
        { itemId: 'q1', verdict: 'wrong', score: 0, maxScore: 1, outcomes, isCompleted: true },
        { itemId: 'q2', verdict: 'open', score: null, maxScore: null, outcomes, isCompleted: true },
      ],
      score: 0,
      maxScore: 1,
      fraction: 0,
      isPassed: undefined,
    },
    { q1: { R: ['secret'] }, q2: { R: ['for the tutor'] } },
  );
  expect(JSON.stringify(told)).not.toContain('secret');
  expect(told.items[1]).toMatchObject({
    answers: { R: ['for the tutor'] },
    question: 'Why is 7 odd? TELL it.',
    drawn: { N: '7', SHOWN: 'TELL' },
  });
  expect(told.items[0]).not.toHaveProperty('question');
});

test('a choice that a person has to judge goes out in its words too', () => {
  const text = { title: '', outcomes: [], processing: [], feedback: [], maxScore: null };
  const choices = [
    { id: 'c1', body: ['York'] },
    { id: 'c2', body: [{ kind: 'element', name: 'img', attributes: { src: 'a.png' } }] },
  ];
  const item = {
    ...{ ...text, id: 'q', body: ['Where?'] },
    responses: ['R', 'P', 'T'].map((id) => ({ id, cardinality: 'multiple', baseType: 'string' })),
    interactions: [
      { kind: 'choice', response: 'R', choices, maxChoices: 0 },
      {
        ...{ kind: 'match', response: 'P', maxAssociations: 0, sources: choices },
        targets: [{ id: 't', body: ['a ', { kind: 'element', name: 'b', children: ['town'] }] }],
      },
      { kind: 'extendedText', response: 'T' },
    ],
  };
  const quiz = { format: 'leeslicht-quiz-v1', id: 'q', title: 'Q', language: 'en', items: [item] };
  const judged = { itemId: 'q', score: null, maxScore: null, outcomes: new Map(), isCompleted: true };
  const told = statementResult(
    parseQuiz(utf8(JSON.stringify(quiz))),
    {
      ...{ items: [{ ...judged, verdict: 'open' }], score: 0, maxScore: 0 },
      ...{ fraction: undefined, isPassed: undefined },
    },
    { q: { R: ['c1', 'c2'], P: ['c1 t'], T: ['c1 is what I wrote'] } },
  );
  expect(told.items[0]?.answers).toEqual({ R: ['c1', 'c2'], P: ['c1 t'], T: ['c1 is what I wrote'] });
  // A picture without a text has no words, and what was written stays as it is
  expect(told.items[0]?.inWords).toEqual({ R: ['York', 'c2'], P: ['York – a town'] });
});
