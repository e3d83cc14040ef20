import { readJson } from '#core/json/read-json.ts';
import type { Shape } from '#core/json/shape.ts';
import { LicenceError } from './licence-error.ts';

/** Reads JSON bytes with `shape`. Throws `LicenceError` `MALFORMED`. */
export function readDocument<T>(bytes: Uint8Array, shape: Shape<T>, maxBytes: number): T {
  return readJson(bytes, shape, { maxBytes }, (cause) => new LicenceError({ code: 'MALFORMED', cause }));
}
