import { readJson } from '#core/json/read-json.ts';
import type { Shape } from '#core/json/shape.ts';
import { EnrolmentError } from './enrolment-error.ts';

/** Reads JSON bytes with `shape`. Throws `EnrolmentError` `MALFORMED`. */
export function readDocument<T>(bytes: Uint8Array, shape: Shape<T>, maxBytes: number): T {
  return readJson(bytes, shape, { maxBytes }, (cause) => new EnrolmentError({ code: 'MALFORMED', cause }));
}
