import { utf8 } from '#core/bytes/bytes.ts';
import { parseEnvelope } from '#core/dsse/dsse.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { array, integer, isoInstantMs, literal, object, string } from '#core/json/shape.ts';
import { NO_FLOORS, parseFloors, raiseFloors } from '#core/licence/floors.ts';
import { parseStatus } from '#core/licence/status.ts';
import { judgeLicence, mayRead } from '#core/licence/verdict.ts';

const text = string({ maxLength: 1_000_000 });
const shape = object({
  required: {
    envelope: text,
    licenceKeys: array(object({ required: { public: text, notBefore: isoInstantMs, notAfter: isoInstantMs } })),
    deviceId: text,
    now: isoInstantMs,
    grant: object({ required: { siteId: text, maxLicenceDays: integer(), capabilities: array(text) } }),
  },
  optional: {
    status: text,
    certainty: literal('certain', 'uncertain'),
    uncertainHoursLeft: integer(),
    usedMs: integer(),
    sessions: integer(),
    floors: array(text),
    device: object({
      required: { app: text, metadata: object({ required: { root: integer(), snapshot: integer() } }) },
    }),
  },
});

/** The verdict on a licence, and whether it lets the device be read. */
export async function judgeLicenceCase(input: JsonValue): Promise<unknown> {
  const { envelope, licenceKeys, deviceId, now, grant, status, ...more } = shape(input, 'input');
  const { certainty = 'certain', uncertainHoursLeft, usedMs = 0, sessions = 0, floors = [], device } = more;
  const least = floors.map((file) => parseFloors(utf8(file))).reduce(raiseFloors, NO_FLOORS);
  const { verdict } = await judgeLicence({
    envelope: parseEnvelope(utf8(envelope)),
    licenceKeys: licenceKeys.map((key) => ({
      public: key.public,
      notBeforeMs: key.notBefore,
      notAfterMs: key.notAfter,
    })),
    deviceId,
    grant,
    status: status === undefined ? undefined : parseStatus(utf8(status)),
    time: { nowMs: now, certainty, ...(uncertainHoursLeft === undefined ? {} : { uncertainHoursLeft }) },
    budgets: { usedMs, sessions },
    floors: device && { least, device },
  });
  return { verdict, mayRead: mayRead(verdict) };
}
