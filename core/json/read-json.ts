import { type Shape, ShapeError } from './shape.ts';
import { JsonError, type JsonLimits, parseJson } from './strict-json.ts';

/** Reads JSON bytes with `shape`. What is no JSON, or not of that shape, is thrown as the error that `refused` makes of it. */
export function readJson<T>(
  bytes: Uint8Array,
  shape: Shape<T>,
  limits: JsonLimits,
  refused: (cause: JsonError | ShapeError) => Error,
): T {
  try {
    return shape(parseJson(bytes, limits), '');
  } catch (cause) {
    if (cause instanceof JsonError || cause instanceof ShapeError) throw refused(cause);
    throw cause;
  }
}
