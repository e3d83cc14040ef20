import { readJson } from '#core/json/read-json.ts';
import type { Shape } from '#core/json/shape.ts';
import { ParcelError, type ParcelErrorCode } from './parcel-error.ts';

/** Reads JSON bytes with `shape`. Throws `ParcelError` with `code`. */
export function readDocument<T>(bytes: Uint8Array, shape: Shape<T>, code: ParcelErrorCode): T {
  return readJson(bytes, shape, {}, (cause) => new ParcelError({ code, cause }));
}
