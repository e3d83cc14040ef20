import { array, literal, object, record, type Shape, ShapeError, string, tagged } from '#core/json/shape.ts';
import { DRAWS } from './draw.ts';
import { OPERATORS } from './operators.ts';
import { tooDeep } from './quiz-error.ts';
import { BASE_TYPES, type BaseType } from './value.ts';

/** formats/quiz.md 5.2: an expression of QTI response processing, as a tree. */
export type Expression =
  | { readonly kind: 'baseValue'; readonly baseType: BaseType; readonly value: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'variable' | 'default' | 'correct' | 'mapResponse' | 'mapResponsePoint'; readonly id: string }
  | {
      readonly kind: 'operator';
      readonly name: string;
      readonly operands: readonly Expression[];
      /** Attributes of the operator, such as `tolerance`. */
      readonly settings: ReadonlyMap<string, string>;
    };

/** formats/quiz.md 5.3: a rule of response or template processing. */
export type Rule =
  | { readonly kind: 'set'; readonly id: string; readonly value: Expression }
  | { readonly kind: 'lookup'; readonly id: string; readonly value: Expression }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly condition: Expression; readonly rules: readonly Rule[] }[];
      readonly otherwise: readonly Rule[];
    }
  | { readonly kind: 'exit' }
  | { readonly kind: 'redrawUnless'; readonly condition: Expression };

const MAX_DEPTH = 40;
const id = string({ minLength: 1, maxLength: 256 });
const operatorName: Shape<string> = (value, path) => {
  if (typeof value === 'string' && (OPERATORS.has(value) || DRAWS.has(value))) return value;
  throw new ShapeError({ path, expected: 'a known operator' });
};

/** Reads an expression, at most 40 deep. Throws ShapeError or QuizError `TOO_DEEP`. */
export const expressionShape: Shape<Expression> = expression(0);
/** Reads rules. Throws as `expressionShape`. */
export const rulesShape: Shape<readonly Rule[]> = rules(0);

function expression(depth: number): Shape<Expression> {
  if (depth > MAX_DEPTH) return tooDeep;
  const operator = object({
    required: { kind: literal('operator'), name: operatorName },
    optional: {
      operands: array(expression(depth + 1), { max: 1000 }),
      settings: record(string({ maxLength: 100 }), string({ maxLength: 4096 }), { max: 20 }),
    },
  });
  return tagged('kind', {
    baseValue: object({
      required: { kind: literal('baseValue'), baseType: literal(...BASE_TYPES), value: string({ maxLength: 65_536 }) },
    }),
    null: object({ required: { kind: literal('null') } }),
    variable: object({ required: { kind: literal('variable'), id } }),
    default: object({ required: { kind: literal('default'), id } }),
    correct: object({ required: { kind: literal('correct'), id } }),
    mapResponse: object({ required: { kind: literal('mapResponse'), id } }),
    mapResponsePoint: object({ required: { kind: literal('mapResponsePoint'), id } }),
    operator: (value, path) => {
      const { kind, name, operands = [], settings = new Map() } = operator(value, path);
      return { kind, name, operands, settings };
    },
  });
}

function rules(depth: number): Shape<readonly Rule[]> {
  if (depth > MAX_DEPTH) return tooDeep;
  const below = rules(depth + 1);
  const branch = object({ required: { condition: expressionShape, rules: below } });
  const choice = object({
    required: { kind: literal('if'), branches: array(branch, { min: 1, max: 1000 }) },
    optional: { otherwise: below },
  });
  const rule = tagged('kind', {
    set: object({ required: { kind: literal('set'), id, value: expressionShape } }),
    lookup: object({ required: { kind: literal('lookup'), id, value: expressionShape } }),
    if: (value, path) => {
      const { kind, branches, otherwise = [] } = choice(value, path);
      return { kind, branches, otherwise };
    },
    exit: object({ required: { kind: literal('exit') } }),
    redrawUnless: object({ required: { kind: literal('redrawUnless'), condition: expressionShape } }),
  });
  return array(rule, { max: 10_000 });
}
