import type { Bytes } from '#core/bytes/bytes.ts';
import type { VerifiedPayload } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import { readJson } from '#core/json/read-json.ts';
import { isoInstantMs, object } from '#core/json/shape.ts';
import { nonce, siteId } from '#core/licence/identifiers.ts';
import { ClockError } from './clock-error.ts';

/** DSSE payload type of a time statement, signed with the station's receipt key. */
export const TIME_TYPE = 'application/vnd.leeslicht.time+json';

/** The time as a station says it, bound to the device's nonce. */
export interface TimeStatement {
  readonly timeMs: number;
  readonly nonce: string;
  readonly siteId: string;
}

const statementShape = object({ required: { time: isoInstantMs, nonce, siteId } }, { unknownKeys: 'ignore' });

/** Payload bytes of a statement. */
export function encodeTimeStatement(statement: TimeStatement): Bytes {
  return canonicalJson({
    time: formatInstant(statement.timeMs),
    nonce: statement.nonce,
    siteId: statement.siteId,
  });
}

/** Reads a statement whose signature was checked. Throws `ClockError` `MALFORMED`. */
export function parseTimeStatement(payload: VerifiedPayload): TimeStatement {
  if (payload.payloadType !== TIME_TYPE) throw new ClockError({ code: 'MALFORMED' });
  const { time, ...rest } = readJson(payload.bytes, statementShape, { maxBytes: 4096 }, malformed);
  return { ...rest, timeMs: time };
}

function malformed(cause: unknown): ClockError {
  return new ClockError({ code: 'MALFORMED', cause });
}
