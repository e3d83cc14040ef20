import type { Shape } from '#core/json/shape.ts';
import { ShapeError } from '#core/json/shape.ts';
import { JsonError, parseJson } from '#core/json/strict-json.ts';
import { LicenceError } from './licence-error.ts';

/** Reads JSON bytes with `shape`. Throws `LicenceError` `MALFORMED`. */
export function readDocument<T>(bytes: Uint8Array, shape: Shape<T>, maxBytes: number): T {
  try {
    return shape(parseJson(bytes, { maxBytes }), '');
  } catch (cause) {
    if (cause instanceof JsonError || cause instanceof ShapeError) throw new LicenceError({ code: 'MALFORMED', cause });
    throw cause;
  }
}
