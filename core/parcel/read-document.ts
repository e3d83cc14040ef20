import { type Shape, ShapeError } from '#core/json/shape.ts';
import { JsonError, parseJson } from '#core/json/strict-json.ts';
import { ParcelError, type ParcelErrorCode } from './parcel-error.ts';

/** Reads JSON bytes with `shape`. Throws `ParcelError` with `code`. */
export function readDocument<T>(bytes: Uint8Array, shape: Shape<T>, code: ParcelErrorCode): T {
  try {
    return shape(parseJson(bytes), '');
  } catch (cause) {
    if (cause instanceof JsonError || cause instanceof ShapeError) throw new ParcelError({ code, cause });
    throw cause;
  }
}
