import { isInside } from './area.ts';
import { DRAWS, type Generator } from './draw.ts';
import type { Expression, Rule } from './expression.ts';
import { OPERATORS, repeats } from './operators.ts';
import type { OutcomeDeclaration, QuizItem, ResponseDeclaration } from './quiz.ts';
import { QuizError } from './quiz-error.ts';
import { container, numberOf, readScalar, sameScalar, single, textOf, type Value } from './value.ts';

/** The variables of one attempt at one question, by id. */
export type Variables = ReadonlyMap<string, Value>;

/** QTI's built-in variables, which every item has undeclared (formats/quiz.md 5.8). */
const COMPLETION: Assignable = {
  id: 'completionStatus',
  cardinality: 'single',
  baseType: 'identifier',
  default: ['unknown'],
};
const ATTEMPTS: Assignable = { id: 'numAttempts', cardinality: 'single', baseType: 'integer' };

/** The outcomes of a question that nobody has answered yet, with what was drawn for it. */
export function firstOutcomes(item: QuizItem): Variables {
  const declared = [COMPLETION, ATTEMPTS, ...(item.template?.variables ?? []), ...item.outcomes];
  return new Map(declared.map((one) => [one.id, initialOf(one)]));
}

/**
 * Runs response processing (QTI 3.0, 2.9) on one submission: from the learner's responses, and the outcomes `before`
 * them, to the outcomes. `next` is the chance that belongs to this submission: the same always gives the same. NULL
 * where the learner gave no answer. Throws QuizError `BAD_RULE` when a rule makes no sense.
 */
export function processResponses(item: QuizItem, responses: Variables, before: Variables, next: Generator): Variables {
  const outcomes = new Map(before);
  outcomes.set(ATTEMPTS.id, single('integer', (numberOf(before.get(ATTEMPTS.id) ?? null) ?? 0) + 1));
  runRules(item.processing, {
    responses,
    outcomes,
    responseOf: new Map(item.responses.map((one) => [one.id, one])),
    outcomeOf: new Map([COMPLETION, ...item.outcomes].map((one) => [one.id, one])),
    repeatsLeft: { count: MAX_REPEATS },
    next,
  });
  return outcomes;
}

/**
 * Runs template processing once (QTI 3.0, 2.8): the values of the template's variables, and by the ids of responses
 * the correct answers that it set. `isRefused` when a constraint did not hold.
 */
export function runTemplate(
  item: QuizItem,
  template: NonNullable<QuizItem['template']>,
  next: Generator,
): { readonly values: Variables; readonly isRefused: boolean } {
  const values = new Map(template.variables.map((one) => [one.id, initialOf(one)]));
  const end = runRules(template.rules, {
    responses: new Map(),
    outcomes: values,
    responseOf: new Map(item.responses.map((one) => [one.id, one])),
    outcomeOf: new Map([...item.responses, ...template.variables].map((one) => [one.id, one])),
    repeatsLeft: { count: MAX_REPEATS },
    next,
  });
  return { values, isRefused: end === 'redraw' };
}

const MAX_REPEATS = 10_000;

interface Scope {
  readonly responses: Variables;
  readonly outcomes: Map<string, Value>;
  readonly responseOf: ReadonlyMap<string, ResponseDeclaration>;
  readonly outcomeOf: ReadonlyMap<string, Assignable>;
  readonly repeatsLeft: { count: number };
  readonly next: Generator;
}

/** What a rule may set. */
type Assignable = Pick<OutcomeDeclaration, 'id' | 'cardinality' | 'baseType' | 'default' | 'lookup'>;

/** The value before any rule ran: the declared default; for numbers 0, as QTI asks. */
export function initialOf({ baseType, cardinality, default: texts }: Assignable): Value {
  if (texts && texts.length > 0) {
    return container(
      cardinality,
      baseType,
      texts.map((text) => readScalar(baseType, text)),
    );
  }
  return cardinality === 'single' && (baseType === 'integer' || baseType === 'float') ? single(baseType, 0) : null;
}

/** Answers `exit` or `redraw` when a rule ended the processing. */
function runRules(rules: readonly Rule[], scope: Scope): 'goOn' | 'exit' | 'redraw' {
  for (const rule of rules) {
    switch (rule.kind) {
      case 'exit':
        return 'exit';
      case 'redrawUnless':
        if (evaluate(rule.condition, scope)?.values[0] !== true) return 'redraw';
        break;
      case 'set':
        assign(rule.id, evaluate(rule.value, scope), scope);
        break;
      case 'lookup':
        assign(rule.id, lookUp(rule.id, evaluate(rule.value, scope), scope), scope);
        break;
      case 'if': {
        const branch = rule.branches.find(({ condition }) => evaluate(condition, scope)?.values[0] === true);
        const end = runRules(branch ? branch.rules : rule.otherwise, scope);
        if (end !== 'goOn') return end;
        break;
      }
    }
  }
  return 'goOn';
}

function assign(id: string, value: Value, scope: Scope): void {
  const declared = scope.outcomeOf.get(id);
  if (!declared) throw new QuizError({ code: 'BAD_RULE', detail: `set ${id}` });
  const { cardinality, baseType } = declared;
  scope.outcomes.set(id, value === null ? null : { cardinality, baseType, values: value.values });
}

function lookUp(id: string, value: Value, scope: Scope): Value {
  const declared = scope.outcomeOf.get(id);
  const source = numberOf(value);
  if (!declared?.lookup) throw new QuizError({ code: 'BAD_RULE', detail: `lookup ${id}` });
  const { kind, entries, default: fallback } = declared.lookup;
  const found =
    source === undefined
      ? undefined
      : entries.find((entry) => (kind === 'exact' ? entry.source === source : source >= entry.source));
  const text = found?.target ?? fallback;
  return text === undefined ? null : single(declared.baseType, readScalar(declared.baseType, text));
}

function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'null':
      return null;
    case 'baseValue':
      return single(expression.baseType, readScalar(expression.baseType, expression.value));
    case 'variable':
      return scope.outcomes.get(expression.id) ?? scope.responses.get(expression.id) ?? null;
    case 'default': {
      const declared = scope.outcomeOf.get(expression.id);
      return declared ? initialOf(declared) : null;
    }
    case 'correct':
      return correctOf(scope.responseOf.get(expression.id));
    case 'mapResponse':
      return mapResponse(scope.responseOf.get(expression.id), scope.responses.get(expression.id) ?? null);
    case 'mapResponsePoint':
      return mapPoint(scope.responseOf.get(expression.id), scope.responses.get(expression.id) ?? null);
    case 'operator': {
      const settings = settingsIn(expression.settings, scope);
      const operands = operandsOf(expression.operands, expression.name === 'repeat' ? repeats(settings) : 1, scope);
      const operator = OPERATORS.get(expression.name);
      if (operator) return operator(operands, settings);
      const draw = DRAWS.get(expression.name);
      if (!draw) throw new QuizError({ code: 'BAD_RULE', detail: expression.name });
      return draw(operands, settings, scope.next);
    }
  }
}

/** Repeats may stand in repeats, so that all of one run share a bound. */
function operandsOf(operands: readonly Expression[], times: number, scope: Scope): Value[] {
  const values: Value[] = [];
  for (let round = 0; round < times; round++) {
    if (times > 1) scope.repeatsLeft.count -= operands.length;
    if (scope.repeatsLeft.count < 0) throw new QuizError({ code: 'BAD_RULE', detail: 'too many repeats' });
    values.push(...operands.map((operand) => evaluate(operand, scope)));
  }
  return values;
}

const NUMBER_SETTINGS = new Set(['min', 'max', 'step', 'n', 'number-repeats', 'figures']);

/** QTI `integerOrVariableRef`: where a number is asked, such as `max="A"` or `max="{A}"`, a variable may stand. */
function settingsIn(settings: ReadonlyMap<string, string>, scope: Scope): ReadonlyMap<string, string> {
  return new Map(
    [...settings].map(([name, text]) => {
      const value = NUMBER_SETTINGS.has(name) ? scope.outcomes.get(text.replace(/^\{(.+)\}$/, '$1')) : undefined;
      return [name, value === undefined ? text : (textOf(value) ?? '')];
    }),
  );
}

/** The right answer of a response, or NULL where none is declared. */
export function correctOf(declared: ResponseDeclaration | undefined): Value {
  if (!declared?.correct) return null;
  const { cardinality, baseType, correct } = declared;
  return container(
    cardinality,
    baseType,
    correct.map((text) => readScalar(baseType, text)),
  );
}

/** QTI 3.0 `qti-map-response`: each different value counts once. */
function mapResponse(declared: ResponseDeclaration | undefined, response: Value): Value {
  if (!declared?.mapping) throw new QuizError({ code: 'BAD_RULE', detail: 'mapResponse without a mapping' });
  const { entries, default: other, lower, upper } = declared.mapping;
  const distinct: NonNullable<Value>['values'][number][] = [];
  for (const value of response?.values ?? []) {
    if (!distinct.some((before) => sameScalar(declared.baseType, before, value))) distinct.push(value);
  }
  let total = 0;
  for (const value of distinct) {
    const entry = entries.find(({ key, caseSensitive }) =>
      typeof value === 'string' && declared.baseType === 'string'
        ? fold(value, caseSensitive) === fold(key, caseSensitive)
        : sameScalar(declared.baseType, readScalar(declared.baseType, key), value),
    );
    total += entry?.points ?? other;
  }
  return single('float', clamp(total, lower, upper));
}

/** QTI 3.0 `qti-map-response-point`: each area counts once, however many points lie in it. */
function mapPoint(declared: ResponseDeclaration | undefined, response: Value): Value {
  if (!declared?.areaMapping) throw new QuizError({ code: 'BAD_RULE', detail: 'mapResponsePoint without areas' });
  const { entries, default: other, lower, upper } = declared.areaMapping;
  const hit = new Set<number>();
  let total = 0;
  for (const point of response?.values ?? []) {
    const index = entries.findIndex((entry) => isInside(entry, String(point)));
    if (index < 0) total += other;
    else if (!hit.has(index)) total += entries[index]?.points ?? 0;
    hit.add(index);
  }
  return single('float', clamp(total, lower, upper));
}

function fold(text: string, caseSensitive: boolean | undefined): string {
  const plain = text.normalize('NFC').trim();
  return caseSensitive === false ? plain.toLocaleLowerCase('und') : plain;
}

function clamp(value: number, lower: number | undefined, upper: number | undefined): number {
  return Math.min(upper ?? value, Math.max(lower ?? value, value));
}
