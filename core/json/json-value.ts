/** Any value JSON can carry. Objects hold own properties only, whatever their names. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What is wrong with a JSON text, or with a value that should become one. */
export type JsonErrorCode =
  | 'TOO_LARGE'
  | 'TOO_DEEP'
  | 'NOT_UTF8'
  | 'BYTE_ORDER_MARK'
  | 'SYNTAX'
  | 'DUPLICATE_KEY'
  | 'LONE_SURROGATE'
  | 'NUMBER_RANGE'
  | 'NOT_INTEGER';

/** Broken JSON. `offset` counts UTF-16 units from the start of the text, where that is known. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly code: JsonErrorCode;
  readonly offset: number | undefined;

  constructor(options: { code: JsonErrorCode; offset?: number; cause?: unknown }) {
    super(options.offset === undefined ? options.code : `${options.code} at ${options.offset}`, {
      cause: options.cause,
    });
    this.code = options.code;
    this.offset = options.offset;
  }
}

/** Whether a value is a JSON object, as against an array or a plain value. */
export function isJsonObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a JSON array (`Array.isArray` forgets the element type of read-only arrays). */
export function isJsonArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
