import { expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { isInside } from './area.ts';
import { judgeItem, judgeQuiz } from './attempt.ts';
import { type BodyNode, plainText } from './body.ts';
import { parseQuiz } from './quiz.ts';
import { QuizError } from './quiz-error.ts';

const choiceItem = {
  id: 'q1',
  title: 'Capital',
  body: [
    {
      kind: 'element',
      name: 'p',
      children: ['What is the capital of ', { kind: 'element', name: 'b', children: ['Peru'] }, '?'],
    },
    { kind: 'interaction', response: 'RESPONSE' },
  ],
  interactions: [
    {
      kind: 'choice',
      response: 'RESPONSE',
      maxChoices: 1,
      choices: [
        { id: 'A', body: ['Lima'] },
        { id: 'B', body: ['Cusco'] },
      ],
    },
  ],
  responses: [{ id: 'RESPONSE', cardinality: 'single', baseType: 'identifier', correct: ['A'] }],
  outcomes: [{ id: 'SCORE', cardinality: 'single', baseType: 'float' }],
  processing: matchCorrect('RESPONSE'),
  feedback: [],
  maxScore: 1,
};

function matchCorrect(id: string) {
  return [
    {
      kind: 'if',
      branches: [
        {
          condition: {
            kind: 'operator',
            name: 'match',
            operands: [
              { kind: 'variable', id },
              { kind: 'correct', id },
            ],
          },
          rules: [{ kind: 'set', id: 'SCORE', value: { kind: 'baseValue', baseType: 'float', value: '1' } }],
        },
      ],
      otherwise: [{ kind: 'set', id: 'SCORE', value: { kind: 'baseValue', baseType: 'float', value: '0' } }],
    },
  ];
}

const quizOf = (...items: readonly object[]) =>
  parseQuiz(utf8(JSON.stringify({ format: 'leeslicht-quiz-v1', id: 'quiz', title: 'Quiz', language: 'en', items })));
const first = (...items: readonly object[]) => {
  const [item] = quizOf(...items).items;
  if (!item) throw new Error('no item');
  return item;
};
const given = (...answer: readonly string[]) => new Map([['RESPONSE', answer]]);
const operator = (name: string, operands: readonly object[], settings = {}) => ({
  kind: 'operator',
  name,
  operands,
  settings,
});
const base = (baseType: string, value: string) => ({ kind: 'baseValue', baseType, value });

/** The value that an expression puts into SCORE, or into TEXT. */
function scoreOf(
  value: object,
  answer: readonly string[] = [],
  declared: object = { cardinality: 'single', baseType: 'string' },
) {
  const item = first({
    ...choiceItem,
    interactions: [{ kind: 'textEntry', response: 'RESPONSE' }],
    responses: [{ id: 'RESPONSE', ...declared }],
    processing: [{ kind: 'set', id: 'SCORE', value }],
  });
  return judgeItem(item, new Map([['RESPONSE', answer]])).outcomes.get('SCORE')?.values[0];
}

test('judges a right, a wrong and a missing choice', () => {
  const item = first(choiceItem);
  expect(judgeItem(item, given('A'))).toMatchObject({ score: 1, verdict: 'right' });
  expect(judgeItem(item, given('B'))).toMatchObject({ score: 0, verdict: 'wrong' });
  expect(judgeItem(item, given())).toMatchObject({ score: 0, verdict: 'unanswered' });
});

test('maps each different value once, and keeps to the bounds', () => {
  const mapping = {
    default: -1,
    lower: 0,
    upper: 2.5,
    entries: [
      { key: 'H', points: 1 },
      { key: 'O', points: 1 },
      { key: 'N', points: 1 },
    ],
  };
  const item = first({
    ...choiceItem,
    responses: [{ id: 'RESPONSE', cardinality: 'multiple', baseType: 'identifier', correct: ['H', 'O'], mapping }],
    processing: [{ kind: 'set', id: 'SCORE', value: { kind: 'mapResponse', id: 'RESPONSE' } }],
    maxScore: 2,
  });
  expect(judgeItem(item, given('H', 'O')).score).toBe(2);
  expect(judgeItem(item, given('H', 'H'))).toMatchObject({ score: 1, verdict: 'partly' });
  expect(judgeItem(item, given('X'))).toMatchObject({ score: 0, verdict: 'wrong' });
  expect(judgeItem(item, given('H', 'O', 'N')).score).toBe(2.5);
});

test('knows an unordered pair from its ends, and a directed one from their order', () => {
  const pair = (baseType: string) => ({
    ...choiceItem,
    responses: [{ id: 'RESPONSE', cardinality: 'multiple', baseType, correct: ['A P', 'C M'] }],
  });
  expect(judgeItem(first(pair('pair')), given('M C', 'P A')).verdict).toBe('right');
  expect(judgeItem(first(pair('directedPair')), given('M C', 'P A')).verdict).toBe('wrong');
  expect(judgeItem(first(pair('directedPair')), given('C M', 'A P')).verdict).toBe('right');
});

test('an order is right only in its order', () => {
  const item = first({
    ...choiceItem,
    responses: [{ id: 'RESPONSE', cardinality: 'ordered', baseType: 'identifier', correct: ['A', 'B', 'C'] }],
  });
  expect(judgeItem(item, given('A', 'B', 'C')).verdict).toBe('right');
  expect(judgeItem(item, given('A', 'C', 'B')).verdict).toBe('wrong');
});

test('takes a number with a comma or a point, within its tolerance', () => {
  const value = operator('equal', [base('float', '3.14'), { kind: 'variable', id: 'RESPONSE' }], {
    'tolerance-mode': 'absolute',
    tolerance: '0.01',
  });
  const declared = { cardinality: 'single', baseType: 'float' };
  expect(scoreOf(value, ['3,15'], declared)).toBe(true);
  expect(scoreOf(value, [' 3.13 '], declared)).toBe(true);
  expect(scoreOf(value, ['3.16'], declared)).toBe(false);
  expect(scoreOf(value, ['three'], declared)).toBeUndefined();
});

test('and, or and NULL follow the three values of QTI', () => {
  const [yes, no, unknown] = [base('boolean', 'true'), base('boolean', 'false'), { kind: 'null' }];
  expect(scoreOf(operator('and', [yes, unknown]))).toBeUndefined();
  expect(scoreOf(operator('and', [no, unknown]))).toBe(false);
  expect(scoreOf(operator('or', [yes, unknown]))).toBe(true);
  expect(scoreOf(operator('or', [no, no]))).toBe(false);
  expect(scoreOf(operator('isNull', [unknown]))).toBe(true);
});

test('compares text with and without regard to capitals, whole or in part', () => {
  const variable = { kind: 'variable', id: 'RESPONSE' };
  expect(
    scoreOf(operator('stringMatch', [variable, base('string', 'York')], { 'case-sensitive': 'false' }), ['yORK']),
  ).toBe(true);
  expect(
    scoreOf(operator('stringMatch', [variable, base('string', 'York')], { 'case-sensitive': 'true' }), ['york']),
  ).toBe(false);
  expect(scoreOf(operator('patternMatch', [variable], { pattern: '[A-Z]{2}\\d+' }), ['AB12'])).toBe(true);
  expect(() => scoreOf(operator('patternMatch', [variable], { pattern: '(a+)+b' }), ['aaaa'])).toThrow(QuizError);
});

test('calculates as QTI does', () => {
  expect(scoreOf(operator('sum', [base('integer', '2'), base('float', '0.5')]))).toBe(2.5);
  expect(scoreOf(operator('integerModulus', [base('integer', '-7'), base('integer', '3')]))).toBe(2);
  expect(scoreOf(operator('divide', [base('integer', '1'), base('integer', '0')]))).toBeUndefined();
  expect(
    scoreOf(
      operator('equalRounded', [base('float', '1.68572'), base('float', '1.69')], {
        'rounding-mode': 'significantFigures',
        figures: '3',
      }),
    ),
  ).toBe(true);
  expect(scoreOf(operator('anyN', [base('boolean', 'true'), { kind: 'null' }], { min: '1', max: '2' }))).toBe(true);
  expect(scoreOf(operator('containerSize', [operator('multiple', [base('string', 'a'), base('string', 'b')])]))).toBe(
    2,
  );
});

test('a point counts for the area that it lies in, each area once', () => {
  const areaMapping = { default: 0, entries: [{ shape: 'circle', coords: [102, 113, 16], points: 1 }] };
  const item = first({
    ...choiceItem,
    responses: [{ id: 'RESPONSE', cardinality: 'multiple', baseType: 'point', areaMapping }],
    processing: [{ kind: 'set', id: 'SCORE', value: { kind: 'mapResponsePoint', id: 'RESPONSE' } }],
  });
  expect(judgeItem(item, given('100 110', '101 111')).score).toBe(1);
  expect(judgeItem(item, given('10 10')).score).toBe(0);
});

test('areas hold their edges', () => {
  expect(isInside({ shape: 'rect', coords: [10, 10, 20, 20] }, '20 10')).toBe(true);
  expect(isInside({ shape: 'poly', coords: [0, 0, 10, 0, 10, 10] }, '9 1')).toBe(true);
  expect(isInside({ shape: 'poly', coords: [0, 0, 10, 0, 10, 10] }, '1 9')).toBe(false);
  expect(isInside({ shape: 'poly', coords: [0, 0, 10, 0, 10, 10] }, '5 5')).toBe(true);
  expect(isInside({ shape: 'ellipse', coords: [0, 0, 10, 5] }, '0 6')).toBe(false);
});

test('a question without rules for a score waits for a person, and does not count', () => {
  const essay = { ...choiceItem, id: 'q2', processing: [], maxScore: null };
  const quiz = quizOf(choiceItem, essay);
  const answers = new Map([
    ['q1', given('A')],
    ['q2', given('B')],
  ]);
  const result = judgeQuiz(quiz, answers);
  expect(result.items.map((one) => one.verdict)).toEqual(['right', 'open']);
  expect(result).toMatchObject({ score: 1, maxScore: 1, fraction: 1 });
});

test('reads the words of a question', () => {
  expect(plainText(first(choiceItem).body)).toBe('What is the capital of Peru?');
  const line = (...children: BodyNode[]): BodyNode => ({
    kind: 'element',
    name: 'p',
    attributes: new Map(),
    children,
  });
  const image: BodyNode = { kind: 'element', name: 'img', attributes: new Map([['alt', 'a llama']]), children: [] };
  const feedback: BodyNode = { kind: 'feedback', outcome: 'F', id: 'a', show: true, children: ['Lima, of course'] };
  expect(plainText([line('One'), line('two', image), feedback])).toBe('One two a llama');
});

test.each([
  ['an element that is not on the list', { ...choiceItem, body: [{ kind: 'element', name: 'script', children: [] }] }],
  [
    'an attribute that is not on the list',
    { ...choiceItem, body: [{ kind: 'element', name: 'p', attributes: { onclick: 'x' } }] },
  ],
  ['an interaction without a declaration', { ...choiceItem, responses: [] }],
  [
    'a correct value of another type',
    { ...choiceItem, responses: [{ id: 'RESPONSE', cardinality: 'single', baseType: 'integer', correct: ['A'] }] },
  ],
  [
    'an operator that nobody knows',
    { ...choiceItem, processing: [{ kind: 'set', id: 'SCORE', value: operator('customOperator', []) }] },
  ],
])('refuses %s', (_, item) => {
  expect(() => quizOf(item)).toThrow(QuizError);
});

test('refuses rules that are nested without end', () => {
  let value: object = { kind: 'null' };
  for (let depth = 0; depth < 60; depth += 1) value = operator('not', [value]);
  expect(() => first({ ...choiceItem, processing: [{ kind: 'set', id: 'SCORE', value }] })).toThrow(QuizError);
});
