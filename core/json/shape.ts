import { fromBase64 } from '#core/bytes/base64.ts';
import type { Bytes } from '#core/bytes/bytes.ts';
import { parseInstant } from './instant.ts';
import { isJsonArray, isJsonObject, type JsonValue } from './json-value.ts';

/** Reads a JSON value as a `T`, or throws a `ShapeError` that names `path`, where in the document it went wrong. */
export type Shape<T> = (value: JsonValue, path: string) => T;

/** What a shape yields. */
export type Infer<S> = S extends Shape<infer T> ? T : never;

/** A JSON value that is well written but not what the format asks for. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
  readonly code = 'WRONG_SHAPE';
  readonly path: string;

  constructor(options: { path: string; expected: string; cause?: unknown }) {
    super(`${options.path === '' ? 'document' : options.path}: expected ${options.expected}`, { cause: options.cause });
    this.path = options.path;
  }
}

/** Any JSON value, unread. */
export const json: Shape<JsonValue> = (value) => value;

/** True or false. */
export const boolean: Shape<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new ShapeError({ path, expected: 'true or false' });
  return value;
};

/** An instant as `2026-11-24T05:00:00Z`, read as milliseconds since 1970. */
export const isoInstantMs: Shape<number> = (value, path) => {
  const ms = typeof value === 'string' ? parseInstant(value) : undefined;
  if (ms === undefined) throw new ShapeError({ path, expected: 'an instant such as 2026-11-24T05:00:00Z' });
  return ms;
};

/** A text of at most `maxLength` UTF-16 units (65,536 unless told) that matches `pattern` if given. */
export function string(options: { maxLength?: number; minLength?: number; pattern?: RegExp } = {}): Shape<string> {
  const { maxLength = 65_536, minLength = 0, pattern } = options;
  return (value, path) => {
    if (typeof value !== 'string' || value.length > maxLength || value.length < minLength) {
      throw new ShapeError({ path, expected: `a text of ${minLength} to ${maxLength} characters` });
    }
    if (pattern && !pattern.test(value)) throw new ShapeError({ path, expected: `a text like ${pattern.source}` });
    return value;
  };
}

/** A safe integer between `min` and `max`, both included; 0 or more unless told. */
export function integer(options: { min?: number; max?: number } = {}): Shape<number> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
      throw new ShapeError({ path, expected: `an integer of ${min} to ${max}` });
    }
    return value;
  };
}

/** A finite number between `min` and `max`, both included. */
export function number(options: { min: number; max: number }): Shape<number> {
  return (value, path) => {
    if (typeof value !== 'number' || !(value >= options.min && value <= options.max)) {
      throw new ShapeError({ path, expected: `a number of ${options.min} to ${options.max}` });
    }
    return value;
  };
}

/** Exactly one of the given values. */
export function literal<const T extends string | number | boolean | null>(...values: readonly T[]): Shape<T> {
  return (value, path) => {
    for (const candidate of values) if (candidate === value) return candidate;
    throw new ShapeError({ path, expected: values.map((candidate) => JSON.stringify(candidate)).join(' or ') });
  };
}

/** A list of at most `max` items (100,000 unless told). */
export function array<T>(shape: Shape<T>, options: { max?: number; min?: number } = {}): Shape<T[]> {
  const { max = 100_000, min = 0 } = options;
  return (value, path) => {
    if (!isJsonArray(value) || value.length > max || value.length < min) {
      throw new ShapeError({ path, expected: `a list of ${min} to ${max} items` });
    }
    return value.map((item, index) => shape(item, `${path}[${index}]`));
  };
}

/** Null, or what `shape` reads. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => (value === null ? null : shape(value, path));
}

/** An object used as a dictionary; at most `max` entries (100,000 unless told). */
export function record<K extends string, V>(
  keyShape: Shape<K>,
  valueShape: Shape<V>,
  options: { max?: number } = {},
): Shape<ReadonlyMap<K, V>> {
  const { max = 100_000 } = options;
  return (value, path) => {
    if (!isJsonObject(value)) throw new ShapeError({ path, expected: 'an object' });
    const entries = Object.entries(value);
    if (entries.length > max) throw new ShapeError({ path, expected: `at most ${max} entries` });
    const read = new Map<K, V>();
    for (const [key, member] of entries) {
      read.set(keyShape(key, `${path} key`), valueShape(member, memberPath(path, key)));
    }
    return read;
  };
}

type Shapes = Readonly<Record<string, Shape<unknown>>>;
type Members<R extends Shapes, O extends Shapes> = { -readonly [K in keyof R]: Infer<R[K]> } & {
  -readonly [K in keyof O]?: Infer<O[K]>;
};
type Flat<T> = { [K in keyof T]: T[K] };

/** An object with the `required` members, perhaps the `optional` ones, and no others unless `unknownKeys` is `ignore`. */
export function object<R extends Shapes, O extends Shapes = Record<never, never>>(
  members: { readonly required: R; readonly optional?: O },
  options?: { unknownKeys: 'refuse' | 'ignore' },
): Shape<Flat<Members<R, O>>>;
export function object(
  members: { readonly required: Shapes; readonly optional?: Shapes },
  options: { unknownKeys: 'refuse' | 'ignore' } = { unknownKeys: 'refuse' },
): Shape<Record<string, unknown>> {
  const shapes = new Map(Object.entries({ ...members.optional, ...members.required }));
  const requiredKeys = Object.keys(members.required);
  return (value, path) => {
    if (!isJsonObject(value)) throw new ShapeError({ path, expected: 'an object' });
    for (const key of requiredKeys) {
      if (!Object.hasOwn(value, key)) throw new ShapeError({ path: memberPath(path, key), expected: 'a value' });
    }
    const read: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) {
      const shape = shapes.get(key);
      // Only names that the format knows are assigned, and __proto__ is none of them.
      if (shape) read[key] = shape(member, memberPath(path, key));
      else if (options.unknownKeys === 'refuse') {
        throw new ShapeError({ path: memberPath(path, key), expected: 'no such member' });
      }
    }
    return read;
  };
}

/** A union of objects told apart by the text in member `key`: `tagged('kind', { note: …, quiz: … })`. */
export function tagged<C extends Shapes>(key: string, cases: C): Shape<{ [K in keyof C]: Infer<C[K]> }[keyof C]>;
export function tagged(key: string, cases: Shapes): Shape<unknown> {
  const shapes = new Map(Object.entries(cases));
  return (value, path) => {
    const tag = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    const shape = typeof tag === 'string' ? shapes.get(tag) : undefined;
    if (!shape) throw new ShapeError({ path: memberPath(path, key), expected: [...shapes.keys()].join(' or ') });
    return shape(value, path);
  };
}

/** Lower-case hexadecimal of exactly `byteLength` bytes, kept as text. */
export function hexString(byteLength: number): Shape<string> {
  return string({ minLength: 2 * byteLength, maxLength: 2 * byteLength, pattern: /^[0-9a-f]*$/ });
}

/** Padded base64, read as bytes; exactly `length` of them if given, and never more than `maxLength` (16 MiB). */
export function base64Bytes(options: { length?: number; maxLength?: number } = {}): Shape<Bytes> {
  const maxLength = options.length ?? options.maxLength ?? 16 * 1024 * 1024;
  return (value, path) => {
    const expected = options.length === undefined ? 'base64' : `base64 of ${options.length} bytes`;
    if (typeof value !== 'string' || value.length > 4 * Math.ceil(maxLength / 3)) {
      throw new ShapeError({ path, expected });
    }
    let bytes: Bytes;
    try {
      bytes = fromBase64(value);
    } catch (cause) {
      throw new ShapeError({ path, expected, cause });
    }
    if (options.length !== undefined && bytes.length !== options.length) throw new ShapeError({ path, expected });
    return bytes;
  };
}

function memberPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
