import { expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { judgeItem } from './attempt.ts';
import { encodeQuiz, parseQuiz, type QuizItem } from './quiz.ts';
import { drawItem, drawnValues } from './template.ts';
import { numberOf } from './value.ts';

const variable = (id: string) => ({ kind: 'variable', id });
const whole = (value: number) => ({ kind: 'baseValue', baseType: 'integer', value: String(value) });
const call = (name: string, operands: readonly object[], settings: object = {}) => ({
  ...{ kind: 'operator', name, operands, settings },
});
const set = (id: string, value: object) => ({ kind: 'set', id, value });
const integer = (id: string) => ({ id, cardinality: 'single', baseType: 'integer' });

/** How much is A + B? with A of 1 to 9 and B of 1 to A, both drawn. */
function sum(...more: readonly object[]): QuizItem {
  const item = {
    id: 'sum',
    title: 'Sum',
    body: [variable('A'), ' + ', variable('B'), { kind: 'interaction', response: 'RESPONSE' }],
    interactions: [{ kind: 'textEntry', response: 'RESPONSE' }],
    responses: [integer('RESPONSE')],
    outcomes: [{ id: 'SCORE', cardinality: 'single', baseType: 'float' }],
    processing: [
      {
        kind: 'if',
        branches: [
          {
            condition: call('match', [variable('RESPONSE'), { kind: 'correct', id: 'RESPONSE' }]),
            rules: [set('SCORE', whole(1))],
          },
        ],
      },
    ],
    feedback: [],
    maxScore: 1,
    template: {
      variables: [integer('A'), integer('B')],
      rules: [
        set('A', call('randomInteger', [], { min: '1', max: '9' })),
        set('B', call('randomInteger', [], { min: '1', max: '{A}' })),
        ...more,
        set('RESPONSE', call('sum', [variable('A'), variable('B')])),
      ],
    },
  };
  const quiz = { format: 'leeslicht-quiz-v1', id: 'q', title: 'Q', language: 'en', items: [item] };
  const [read] = parseQuiz(encodeQuiz(parseQuiz(utf8(JSON.stringify(quiz))))).items;
  if (read === undefined) throw new Error('no item');
  return read;
}

const seeds = Array.from({ length: 60 }, (_, index) => `try-${index}`);
const valuesOf = (item: QuizItem): readonly number[] =>
  [...drawnValues(item).values()].map((value) => numberOf(value) ?? Number.NaN);

test('values follow from the seed alone, differ from try to try, and keep to their bounds', () => {
  const drawn = seeds.map((seed) => valuesOf(drawItem(sum(), seed)));
  expect(drawn).toEqual(seeds.map((seed) => valuesOf(drawItem(sum(), seed))));
  expect(new Set(drawn.map(String)).size).toBeGreaterThan(10);
  for (const [a = 0, b = 0] of drawn) {
    expect(a).toBeGreaterThanOrEqual(1);
    expect(a).toBeLessThanOrEqual(9);
    expect(b).toBeGreaterThanOrEqual(1);
    expect(b).toBeLessThanOrEqual(a);
  }
});

test('the right answer is the one to the values that were drawn', () => {
  for (const seed of seeds) {
    const item = drawItem(sum(), seed);
    const [a = 0, b = 0] = valuesOf(item);
    expect(judgeItem(item, new Map([['RESPONSE', [String(a + b)]]])).verdict).toBe('right');
    expect(judgeItem(item, new Map([['RESPONSE', [String(a + b + 1)]]])).verdict).toBe('wrong');
  }
});

test('values are drawn again until the constraint holds, and one that cannot hold ends all the same', () => {
  const differ = call('not', [call('match', [variable('A'), variable('B')])]);
  for (const seed of seeds.slice(0, 20)) {
    const [a, b] = valuesOf(drawItem(sum({ kind: 'redrawUnless', condition: differ }), seed));
    expect(a).not.toBe(b);
  }
  const never = { kind: 'redrawUnless', condition: call('match', [whole(1), whole(2)]) };
  expect(valuesOf(drawItem(sum(never), 'x'))).toHaveLength(2);
});

test('a repeat draws anew each time, as often as a variable says, and has a bound', () => {
  const draw = call('randomInteger', [], { min: '1', max: '1000000' });
  const list = (inside: object): QuizItem => {
    const item = sum();
    const more = { kind: 'set', id: 'L', value: inside };
    const written = {
      ...item,
      template: { variables: [{ ...integer('L'), cardinality: 'ordered' }], rules: [more] },
    };
    const quiz = { format: 'leeslicht-quiz-v1', id: 'q', title: 'Q', language: 'en', items: [written] };
    const text = JSON.stringify(quiz, (_, value: unknown) =>
      value instanceof Map ? Object.fromEntries(value) : value,
    );
    return parseQuiz(utf8(text)).items[0] ?? item;
  };
  const drawn = drawnValues(drawItem(list(call('repeat', [draw], { 'number-repeats': '20' })), 'x')).get('L');
  expect(new Set(drawn?.values).size).toBeGreaterThan(15);
  const inner = call('repeat', [draw], { 'number-repeats': '1000' });
  const bomb = call('repeat', [call('repeat', [inner], { 'number-repeats': '1000' })], { 'number-repeats': '1000' });
  expect(() => drawItem(list(bomb), 'x')).toThrow(expect.objectContaining({ code: 'BAD_RULE' }));
});

test('chance has no place where answers are judged', () => {
  const item = { ...sum(), processing: sum().template?.rules ?? [] };
  expect(() => judgeItem(item, new Map())).toThrow(expect.objectContaining({ code: 'BAD_RULE' }));
});
