import { isInside, type Shape2d } from './area.ts';
import { QuizError } from './quiz-error.ts';
import {
  type Cardinality,
  container,
  numberOf,
  readNumber,
  type Scalar,
  sameScalar,
  sameValue,
  single,
  textOf,
  truth,
  type Value,
} from './value.ts';

/** The attributes of an operator, such as `tolerance`, by their QTI names. */
export type Settings = ReadonlyMap<string, string>;
/** Computes a value from the values of its operands. Throws QuizError `BAD_RULE` when the rule makes no sense. */
export type Operator = (operands: readonly Value[], settings: Settings) => Value;

const MAX_PATTERN = 500;

/** formats/quiz.md 5.4: the operators of QTI 3.0, by their names there without the `qti-` prefix, in camel case. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['isNull', ([a]) => truth((a ?? null) === null)],
  ['not', ([a]) => whenTruth(a, (value) => truth(!value))],
  ['and', (all) => junction(all, false)],
  ['or', (all) => junction(all, true)],
  ['anyN', anyN],
  ['match', ([a, b]) => (a && b ? truth(sameValue(a, b)) : null)],
  ['member', ([a, b]) => (a && b ? truth(b.values.some((value) => sameScalar(b.baseType, value, first(a)))) : null)],
  ['contains', ([a, b]) => (a && b ? truth(contains(a, b)) : null)],
  ['stringMatch', stringMatch],
  ['patternMatch', patternMatch],
  ['substring', substring],
  ['equal', equal],
  ['equalRounded', equalRounded],
  ['lt', compare((a, b) => a < b)],
  ['lte', compare((a, b) => a <= b)],
  ['gt', compare((a, b) => a > b)],
  ['gte', compare((a, b) => a >= b)],
  ['durationLT', compare((a, b) => a < b)],
  ['durationGTE', compare((a, b) => a >= b)],
  ['sum', (all) => reduce(all, (a, b) => a + b)],
  ['product', (all) => reduce(all, (a, b) => a * b)],
  ['max', (all) => reduce(all, Math.max)],
  ['min', (all) => reduce(all, Math.min)],
  ['gcd', (all) => reduce(all, gcd)],
  ['lcm', (all) => reduce(all, (a, b) => (a === 0 || b === 0 ? 0 : Math.abs(a * b) / gcd(a, b)))],
  ['subtract', arithmetic((a, b) => a - b)],
  ['divide', arithmetic((a, b) => (b === 0 ? Number.NaN : a / b), 'float')],
  ['power', arithmetic((a, b) => a ** b, 'float')],
  ['integerDivide', arithmetic((a, b) => (b === 0 ? Number.NaN : Math.floor(a / b)), 'integer')],
  ['integerModulus', arithmetic((a, b) => (b === 0 ? Number.NaN : a - b * Math.floor(a / b)), 'integer')],
  ['truncate', unary(Math.trunc)],
  ['round', unary((a) => Math.floor(a + 0.5))],
  ['integerToFloat', ([a]) => number(numberOf(a ?? null), 'float')],
  ['roundTo', ([a], settings) => number(rounded(numberOf(a ?? null), settings), 'float')],
  ['mathOperator', mathOperator],
  ['mathConstant', (_, settings) => number(settings.get('name') === 'pi' ? Math.PI : Math.E, 'float')],
  ['statsOperator', statsOperator],
  ['multiple', (all) => gather(all, 'multiple')],
  ['ordered', (all) => gather(all, 'ordered')],
  ['containerSize', ([a]) => single('integer', a?.values.length ?? 0)],
  ['index', ([a], settings) => at(a, Number(settings.get('n') ?? '0') - 1)],
  ['delete', ([a, b]) => without(a, b)],
  // Its operands come already evaluated as often as it says: what is drawn differs each time.
  ['repeat', (all) => gather(all, 'ordered')],
  [
    'inside',
    ([a], settings) => (a ? truth(a.values.some((point) => isInside(shapeOf(settings), String(point)))) : null),
  ],
]);

function number(value: number | undefined, baseType: 'integer' | 'float'): Value {
  return value === undefined || !Number.isFinite(value) ? null : single(baseType, value);
}

function first(value: NonNullable<Value>): Scalar {
  return value.values[0] ?? '';
}

function whenTruth(value: Value | undefined, then: (truth: boolean) => Value): Value {
  const [only] = value?.values ?? [];
  return typeof only === 'boolean' ? then(only) : null;
}

/** `and` and `or` with three values: one decisive operand settles it, else NULL in, NULL out. */
function junction(all: readonly Value[], decisive: boolean): Value {
  if (all.some((value) => value?.values[0] === decisive)) return truth(decisive);
  return all.some((value) => value === null) ? null : truth(!decisive);
}

function anyN(all: readonly Value[], settings: Settings): Value {
  const [min, max] = [Number(settings.get('min') ?? 0), Number(settings.get('max') ?? all.length)];
  const yes = all.filter((value) => value?.values[0] === true).length;
  const unknown = all.filter((value) => value === null).length;
  if (yes > max || yes + unknown < min) return truth(false);
  return yes >= min && yes + unknown <= max ? truth(true) : null;
}

function contains(a: NonNullable<Value>, b: NonNullable<Value>): boolean {
  const same = (x: Scalar, y: Scalar | undefined): boolean => y !== undefined && sameScalar(a.baseType, x, y);
  if (a.cardinality === 'ordered') {
    return a.values.some((_, start) => b.values.every((value, index) => same(value, a.values[start + index])));
  }
  const left = [...a.values];
  return b.values.every((value) => {
    const found = left.findIndex((other) => same(value, other));
    if (found >= 0) left.splice(found, 1);
    return found >= 0;
  });
}

function stringMatch([a, b]: readonly Value[], settings: Settings): Value {
  const [left, right] = [textOf(a ?? null), textOf(b ?? null)];
  if (left === undefined || right === undefined) return null;
  const fold = (text: string): string =>
    settings.get('case-sensitive') === 'false' ? text.toLocaleLowerCase('und') : text;
  const [x, y] = [fold(left.normalize('NFC')), fold(right.normalize('NFC'))];
  return truth(settings.get('substring') === 'true' ? x.includes(y) : x === y);
}

/** XML Schema patterns cover the whole text. A pattern that could run for ever is bounded by its length and the text's. */
function patternMatch([a]: readonly Value[], settings: Settings): Value {
  const text = textOf(a ?? null);
  const pattern = settings.get('pattern') ?? '';
  if (text === undefined) return null;
  return truth(matchesPattern(pattern, text));
}

/** Whether the whole text matches. A pattern with nested repetition is refused: it could take for ever on some answer. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (pattern.length > MAX_PATTERN || /\([^()]*[+*}][^()]*\)\s*[+*{]/.test(pattern)) {
    throw new QuizError({ code: 'BAD_RULE', detail: 'pattern' });
  }
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(text.slice(0, 2000));
  } catch (cause) {
    throw new QuizError({ code: 'BAD_RULE', detail: 'pattern', cause });
  }
}

function substring([a, b]: readonly Value[], settings: Settings): Value {
  const [part, whole] = [textOf(a ?? null), textOf(b ?? null)];
  if (part === undefined || whole === undefined) return null;
  const isExact = settings.get('case-sensitive') !== 'false';
  return truth(isExact ? whole.includes(part) : whole.toLocaleLowerCase('und').includes(part.toLocaleLowerCase('und')));
}

function equal([a, b]: readonly Value[], settings: Settings): Value {
  const [x, y] = [numberOf(a ?? null), numberOf(b ?? null)];
  if (x === undefined || y === undefined) return null;
  const mode = settings.get('tolerance-mode') ?? 'exact';
  if (mode === 'exact') return truth(x === y);
  const given = (settings.get('tolerance') ?? '0')
    .trim()
    .split(/\s+/)
    .map((text) => readNumber(text) ?? Number.NaN);
  const [below = 0, above = below] = given;
  const scale = mode === 'relative' ? Math.abs(x) / 100 : 1;
  const isWithin = (bound: number, isIncluded: boolean): boolean =>
    isIncluded ? Math.abs(y - x) <= bound + Number.EPSILON * Math.abs(x) : Math.abs(y - x) < bound;
  return truth(
    y < x
      ? isWithin(below * scale, settings.get('include-lower-bound') !== 'false')
      : isWithin(above * scale, settings.get('include-upper-bound') !== 'false'),
  );
}

function equalRounded([a, b]: readonly Value[], settings: Settings): Value {
  const [x, y] = [rounded(numberOf(a ?? null), settings), rounded(numberOf(b ?? null), settings)];
  return x === undefined || y === undefined ? null : truth(x === y);
}

function rounded(value: number | undefined, settings: Settings): number | undefined {
  const figures = Number(settings.get('figures') ?? 3);
  if (value === undefined || !Number.isInteger(figures) || figures < 0 || figures > 15) return undefined;
  const isDecimal = settings.get('rounding-mode') === 'decimalPlaces';
  return Number(isDecimal ? value.toFixed(figures) : value.toPrecision(Math.max(1, figures)));
}

function compare(holds: (a: number, b: number) => boolean): Operator {
  return ([a, b]) => {
    const [x, y] = [numberOf(a ?? null), numberOf(b ?? null)];
    return x === undefined || y === undefined ? null : truth(holds(x, y));
  };
}

function isWhole(all: readonly Value[]): boolean {
  return all.every((value) => value?.baseType === 'integer');
}

function reduce(all: readonly Value[], step: (a: number, b: number) => number): Value {
  if (all.some((value) => value === null)) return null;
  const numbers = all.flatMap((value) => value?.values ?? []).filter((value) => typeof value === 'number');
  const [start, ...rest] = numbers;
  if (start === undefined) return null;
  return number(rest.reduce(step, start), isWhole(all) ? 'integer' : 'float');
}

function arithmetic(step: (a: number, b: number) => number, type?: 'integer' | 'float'): Operator {
  return (all) => {
    const [x, y] = [numberOf(all[0] ?? null), numberOf(all[1] ?? null)];
    return x === undefined || y === undefined ? null : number(step(x, y), type ?? (isWhole(all) ? 'integer' : 'float'));
  };
}

function unary(step: (a: number) => number): Operator {
  return ([a]) => {
    const x = numberOf(a ?? null);
    return x === undefined ? null : number(step(x), 'integer');
  };
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

const MATH: ReadonlyMap<string, (a: number, b: number) => number> = new Map<string, (a: number, b: number) => number>([
  ['sin', Math.sin],
  ['cos', Math.cos],
  ['tan', Math.tan],
  ['asin', Math.asin],
  ['acos', Math.acos],
  ['atan', Math.atan],
  ['atan2', Math.atan2],
  ['sinh', Math.sinh],
  ['cosh', Math.cosh],
  ['tanh', Math.tanh],
  ['log', Math.log10],
  ['ln', Math.log],
  ['exp', Math.exp],
  ['abs', Math.abs],
  ['signum', Math.sign],
  ['floor', Math.floor],
  ['ceil', Math.ceil],
  ['toDegrees', (a) => (a * 180) / Math.PI],
  ['toRadians', (a) => (a * Math.PI) / 180],
]);

function mathOperator(all: readonly Value[], settings: Settings): Value {
  const name = settings.get('name') ?? '';
  const step = MATH.get(name);
  if (!step) throw new QuizError({ code: 'BAD_RULE', detail: `mathOperator ${name}` });
  const [x, y] = [numberOf(all[0] ?? null), numberOf(all[1] ?? null)];
  if (x === undefined) return null;
  return number(step(x, y ?? 0), name === 'floor' || name === 'ceil' || name === 'signum' ? 'integer' : 'float');
}

function statsOperator([a]: readonly Value[], settings: Settings): Value {
  const numbers = (a?.values ?? []).filter((value) => typeof value === 'number');
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const spread = new Map([
    ['mean', mean],
    ['sampleVariance', squares / (numbers.length - 1)],
    ['sampleSD', Math.sqrt(squares / (numbers.length - 1))],
    ['popVariance', squares / numbers.length],
    ['popSD', Math.sqrt(squares / numbers.length)],
  ]);
  return number(spread.get(settings.get('name') ?? ''), 'float');
}

function gather(all: readonly Value[], cardinality: Cardinality): Value {
  const [known] = all.filter((value) => value !== null);
  return known
    ? container(
        cardinality,
        known.baseType,
        all.flatMap((value) => value?.values ?? []),
      )
    : null;
}

function at(value: Value | undefined, index: number): Value {
  const found = value?.values[index];
  return value && found !== undefined ? single(value.baseType, found) : null;
}

function without(a: Value | undefined, b: Value | undefined): Value {
  if (!a || !b) return null;
  return container(
    b.cardinality,
    b.baseType,
    b.values.filter((value) => !sameScalar(b.baseType, value, first(a))),
  );
}

/** How often `repeat` evaluates its operands, at most 1,000 times. */
export function repeats(settings: Settings): number {
  const times = Number(settings.get('number-repeats') ?? 1);
  return Number.isInteger(times) && times >= 0 && times <= 1000 ? times : 0;
}

function shapeOf(settings: Settings): Shape2d {
  const coords = (settings.get('coords') ?? '').split(/[\s,]+/).map(Number);
  const shape = settings.get('shape');
  const isKnown = shape === 'circle' || shape === 'rect' || shape === 'poly' || shape === 'ellipse';
  return { shape: isKnown ? shape : 'default', coords };
}
