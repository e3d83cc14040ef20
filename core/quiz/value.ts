import { QuizError } from './quiz-error.ts';

/** QTI 3.0 base types that this reader knows; `uri` and `file` are read as text. */
export type BaseType =
  | 'identifier'
  | 'string'
  | 'integer'
  | 'float'
  | 'boolean'
  | 'point'
  | 'pair'
  | 'directedPair'
  | 'duration';

/** Every base type, for shapes. */
export const BASE_TYPES: readonly BaseType[] = [
  'identifier',
  'string',
  'integer',
  'float',
  'boolean',
  'point',
  'pair',
  'directedPair',
  'duration',
];

/** How the values of a variable stand together. */
export type Cardinality = 'single' | 'multiple' | 'ordered';

/** Every cardinality, for shapes. */
export const CARDINALITIES: readonly Cardinality[] = ['single', 'multiple', 'ordered'];

/** One value: a number for `integer`, `float` and `duration` (seconds), else text; a pair is `A B`, a point is `12 34`. */
export type Scalar = string | number | boolean;

/** What an expression yields: NULL, or at least one value of one base type. QTI has no empty containers: they are NULL. */
export type Value = null | {
  readonly cardinality: Cardinality;
  readonly baseType: BaseType;
  readonly values: readonly Scalar[];
};

/** A value as the document writes it, by its base type. Throws QuizError `BAD_VALUE`. */
export function readScalar(baseType: BaseType, text: string): Scalar {
  const bad = (): QuizError => new QuizError({ code: 'BAD_VALUE', detail: `${baseType} ${JSON.stringify(text)}` });
  switch (baseType) {
    case 'integer':
    case 'float':
    case 'duration': {
      const number = readNumber(text);
      if (number === undefined || (baseType === 'integer' && !Number.isInteger(number))) throw bad();
      return number;
    }
    case 'boolean':
      if (text === 'true' || text === '1') return true;
      if (text === 'false' || text === '0') return false;
      throw bad();
    case 'point':
    case 'pair':
    case 'directedPair': {
      const parts = text.trim().split(/\s+/);
      if (parts.length !== 2 || (baseType === 'point' && parts.some((part) => readNumber(part) === undefined)))
        throw bad();
      return parts.join(' ');
    }
    case 'identifier':
      return text.trim();
    case 'string':
      return text;
  }
}

/** A number as people write it: blanks around, a comma or a point. Undefined for anything else. */
export function readNumber(text: string): number | undefined {
  const plain = text.trim().replace(',', '.');
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain) ? Number(plain) : undefined;
}

/** A container of these values, or NULL when there are none. */
export function container(cardinality: Cardinality, baseType: BaseType, values: readonly Scalar[]): Value {
  return values.length === 0 ? null : { cardinality, baseType, values };
}

/** A single value. */
export function single(baseType: BaseType, value: Scalar): Value {
  return { cardinality: 'single', baseType, values: [value] };
}

/** True or false as a value. */
export function truth(value: boolean): Value {
  return single('boolean', value);
}

/** The number that a single numeric value holds; undefined for NULL or anything else. */
export function numberOf(value: Value): number | undefined {
  const [first] = value?.values ?? [];
  return value?.values.length === 1 && typeof first === 'number' ? first : undefined;
}

/** The text of a single value. */
export function textOf(value: Value): string | undefined {
  const [first] = value?.values ?? [];
  return first === undefined ? undefined : String(first);
}

/** Whether two values of one base type are the same; the two ends of a `pair` have no order. */
export function sameScalar(baseType: BaseType, a: Scalar, b: Scalar): boolean {
  if (baseType !== 'pair') return a === b;
  const [left, right] = [a, b].map((pair) => String(pair).split(' ').sort().join(' '));
  return left === right;
}

/** QTI `match`: the same values, in the same order where the cardinality is ordered. NULL matches nothing. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === null || b === null || a.values.length !== b.values.length) return false;
  const isOrdered = a.cardinality === 'ordered' || b.cardinality === 'ordered';
  if (isOrdered) {
    return a.values.every((value, index) => {
      const other = b.values[index];
      return other !== undefined && sameScalar(a.baseType, value, other);
    });
  }
  const left = [...b.values];
  for (const value of a.values) {
    const at = left.findIndex((other) => sameScalar(a.baseType, value, other));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return true;
}
