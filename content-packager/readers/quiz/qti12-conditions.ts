import type { Expression, Rule } from '#core/quiz/expression.ts';
import { allBelow, childOf, childrenOf } from './qti-names.ts';
import { operator } from './qti-processing.ts';
import type { Asked } from './qti12-item.ts';
import { QuizProblem } from './quiz-problem.ts';
import { elementsAmong, type SourceElement, sourceText } from './source-node.ts';

/** Rules of QTI 1.2, and what is right for every response, as far as the rules that give the most points tell. */
export interface Conditions {
  readonly rules: readonly Rule[];
  readonly correct: ReadonlyMap<string, readonly string[]>;
}

const yes: Expression = { kind: 'baseValue', baseType: 'boolean', value: 'true' };

/**
 * Reads `resprocessing`. Scores there often run to 100: they are brought to `points`. Throws QuizProblem for a test that
 * QTI 3.0 has no word for.
 */
export function readConditions(item: SourceElement, asked: readonly Asked[], points: number): Conditions {
  const conditions = allBelow(item, 'respcondition');
  const maximum = maximumOf(item, conditions);
  const byId = new Map(asked.map((one) => [one.response.id, one]));
  const correct = new Map<string, string[]>();
  const rules = conditions.map((condition): Rule => {
    const sets = childrenOf(condition, 'setvar').map((one) => readSet(one, points / maximum));
    const shows = childrenOf(condition, 'displayfeedback').map((one) => show(one.attributes.get('linkrefid') ?? ''));
    const test = childOf(condition, 'conditionvar');
    const tests = test ? elementsAmong(test.content) : [];
    if (childrenOf(condition, 'setvar').some((one) => Number(sourceText(one.content)) > 0))
      for (const one of tests) collectRight(one, byId, correct);
    const isLast = (condition.attributes.get('continue') ?? 'No').toLowerCase() === 'no';
    const end: Rule[] = isLast ? [{ kind: 'exit' }] : [];
    const all = tests.map((one) => readTest(one, byId));
    const [only] = all;
    const whole = all.length === 1 && only ? only : operator('and', all.length === 0 ? [yes] : all);
    return { kind: 'if', branches: [{ condition: whole, rules: [...sets, ...shows, ...end] }], otherwise: [] };
  });
  return { rules, correct };
}

function maximumOf(item: SourceElement, conditions: readonly SourceElement[]): number {
  const declared = Number(allBelow(item, 'decvar')[0]?.attributes.get('maxvalue') ?? '');
  if (declared > 0) return declared;
  const given = conditions.flatMap((one) => childrenOf(one, 'setvar')).map((one) => Number(sourceText(one.content)));
  return Math.max(1, ...given.filter(Number.isFinite));
}

function readSet(element: SourceElement, scale: number): Rule {
  const value = Number(sourceText(element.content));
  const action = (element.attributes.get('action') ?? 'Set').toLowerCase();
  if (!Number.isFinite(value)) throw new QuizProblem('gives points that are no number');
  const scaled: Expression = { kind: 'baseValue', baseType: 'float', value: String(round(value * scale)) };
  const before: Expression = { kind: 'variable', id: 'SCORE' };
  const plain: Expression = { kind: 'baseValue', baseType: 'float', value: String(value) };
  const id = 'SCORE';
  switch (action) {
    case 'set':
      return { kind: 'set', id, value: scaled };
    case 'add':
      return { kind: 'set', id, value: operator('sum', [before, scaled]) };
    case 'subtract':
      return { kind: 'set', id, value: operator('subtract', [before, scaled]) };
    case 'multiply':
      return { kind: 'set', id, value: operator('product', [before, plain]) };
    case 'divide':
      return { kind: 'set', id, value: operator('divide', [before, plain]) };
    default:
      throw new QuizProblem(`changes the score by ${action}`);
  }
}

/** Nine decimals: 33.33 of 100 and its two brothers still make 99.99 of 100, not something beside it. */
function round(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

function show(id: string): Rule {
  const shown: Expression = { kind: 'variable', id: 'FEEDBACK' };
  return {
    kind: 'set',
    id: 'FEEDBACK',
    value: operator('multiple', [shown, { kind: 'baseValue', baseType: 'identifier', value: id }]),
  };
}

function readTest(element: SourceElement, byId: ReadonlyMap<string, Asked>): Expression {
  const id = element.attributes.get('respident') ?? '';
  const all = (): Expression[] => elementsAmong(element.content).map((one) => readTest(one, byId));
  const value = sourceText(element.content);
  const numeric = (name: string): Expression =>
    operator(name, [
      { kind: 'variable', id },
      { kind: 'baseValue', baseType: 'float', value },
    ]);
  switch (element.name) {
    case 'and':
      return operator('and', all());
    case 'or':
      return operator('or', all());
    case 'not':
      return operator('not', [orFalse(operator('and', all()))]);
    // What was not stopped before: the questions of the field use it as "in any case".
    case 'other':
      return yes;
    case 'unanswered':
      return operator('isNull', [{ kind: 'variable', id }]);
    case 'varequal':
    case 'varsubstring':
      return equals(element, byId.get(id), id, value);
    case 'vargt':
      return numeric('gt');
    case 'vargte':
      return numeric('gte');
    case 'varlt':
      return numeric('lt');
    case 'varlte':
      return numeric('lte');
    default:
      throw new QuizProblem(`uses the test ${element.name}`);
  }
}

/** "Not equal" holds for an empty answer as well, unlike NULL in QTI 3.0. */
function orFalse(test: Expression): Expression {
  return operator('and', [operator('not', [operator('isNull', [test])]), test]);
}

function equals(element: SourceElement, asked: Asked | undefined, id: string, value: string): Expression {
  if (asked === undefined) throw new QuizProblem(`tests a response that is not there: ${id}`);
  const variable: Expression = { kind: 'variable', id };
  const { baseType, cardinality } = asked.response;
  if (baseType === 'float' || baseType === 'integer')
    return operator('equal', [variable, { kind: 'baseValue', baseType: 'float', value }]);
  if (baseType === 'identifier') {
    const answer: Expression = { kind: 'baseValue', baseType, value };
    return cardinality === 'single' ? operator('match', [variable, answer]) : operator('member', [answer, variable]);
  }
  const isExact = (element.attributes.get('case') ?? 'No').toLowerCase() === 'yes';
  const settings = new Map([
    ['case-sensitive', String(isExact)],
    ...(element.name === 'varsubstring' ? [['substring', 'true'] as const] : []),
  ]);
  const text = asked.typed.get(value) ?? value;
  return operator('stringMatch', [variable, { kind: 'baseValue', baseType: 'string', value: text }], settings);
}

/** Answers that a test with points asks for; those inside `not` are the wrong ones. */
function collectRight(test: SourceElement, byId: ReadonlyMap<string, Asked>, correct: Map<string, string[]>): void {
  if (test.name === 'not') return;
  if (test.name !== 'varequal') {
    for (const one of elementsAmong(test.content)) collectRight(one, byId, correct);
    return;
  }
  const asked = byId.get(test.attributes.get('respident') ?? '');
  if (asked === undefined) return;
  const value = sourceText(test.content);
  const answer = asked.typed.get(value) ?? value;
  const known = correct.get(asked.response.id) ?? [];
  // A single answer is the first that gives points: further ones are other ways to write it.
  if (known.includes(answer) || (asked.response.cardinality === 'single' && known.length > 0)) return;
  correct.set(asked.response.id, [...known, answer]);
}
