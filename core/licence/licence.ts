import type { Bytes } from '#core/bytes/bytes.ts';
import type { VerifiedPayload } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import { array, hexString, integer, isoInstantMs, nullable, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { LicenceError } from './licence-error.ts';

/** DSSE payload type of a licence. */
export const LICENCE_TYPE = 'application/vnd.leeslicht.licence+json';

/** No licence runs longer, whatever it says: 30 days. */
export const MAX_LICENCE_MS = 30 * 24 * 60 * 60 * 1000;

/** The hours that an institution allows. Minutes count from midnight, local time of the site. */
export interface Regime {
  /** Hours of use a day, 1 to 24: what the use budget is made of. */
  readonly dailyHours: number;
  readonly readFromMinute: number | undefined;
  readonly readUntilMinute: number | undefined;
}

/** The right of one device to be read, for at most 30 days. */
export interface Licence {
  /** 128 random bits, hex. */
  readonly id: string;
  /** Rises by one with every licence of the device. */
  readonly serial: number;
  /** SHA-256 of the payload of the licence before it, hex; null for the first. */
  readonly previous: string | null;
  readonly deviceId: string;
  readonly deviceKeys: { readonly signing: string; readonly age: string };
  readonly learnerId: string;
  readonly siteId: string;
  readonly siteName: string;
  readonly issuedAtMs: number;
  readonly notBeforeMs: number;
  readonly expiresAtMs: number;
  /** Names that a device does not know grant nothing. */
  readonly capabilities: readonly string[];
  readonly regime: Regime;
  /** Path patterns of TUF targets: `courses/x/*`, or `*` for all. */
  readonly modules: readonly string[];
  /** The request that this licence answers, hex. */
  readonly nonce: string;
  /** Where the learner brings the laptop, in plain words. */
  readonly whereToSync: string;
}

const minute = integer({ max: 24 * 60 });
const shape = object({
  required: {
    id: hexString(16),
    serial: integer({ min: 1 }),
    previous: nullable(hexString(32)),
    deviceId: hexString(16),
    deviceKeys: object({
      required: { signing: hexString(32), age: string({ maxLength: 100, pattern: /^age1[a-z0-9]+$/ }) },
    }),
    learnerId: string({ minLength: 1, maxLength: 64 }),
    siteId: string({ minLength: 1, maxLength: 64 }),
    siteName: string({ maxLength: 200 }),
    issued: isoInstantMs,
    notBefore: isoInstantMs,
    expires: isoInstantMs,
    capabilities: array(string({ maxLength: 64 }), { max: 64 }),
    regime: object({
      required: { dailyHours: integer({ min: 1, max: 24 }) },
      optional: { readFromMinute: minute, readUntilMinute: minute },
    }),
    modules: array(string({ minLength: 1, maxLength: 300 }), { max: 1000 }),
    nonce: hexString(16),
    whereToSync: string({ maxLength: 300 }),
  },
});

/** The payload of a licence: canonical JSON, the same bytes for the same licence. */
export function encodeLicence(licence: Licence): Bytes {
  const { issuedAtMs, notBeforeMs, expiresAtMs, regime, deviceKeys, capabilities, modules, ...rest } = licence;
  const { readFromMinute, readUntilMinute } = regime;
  return canonicalJson({
    ...rest,
    deviceKeys: { ...deviceKeys },
    capabilities: [...capabilities],
    modules: [...modules],
    issued: formatInstant(issuedAtMs),
    notBefore: formatInstant(notBeforeMs),
    expires: formatInstant(expiresAtMs),
    regime: {
      dailyHours: regime.dailyHours,
      ...(readFromMinute === undefined ? {} : { readFromMinute }),
      ...(readUntilMinute === undefined ? {} : { readUntilMinute }),
    },
  });
}

/** Reads a licence whose signature was checked. Throws LicenceError MALFORMED or TOO_LONG (formats/licence.md 2.5). */
export function parseLicence(payload: VerifiedPayload): Licence {
  let read: ReturnType<typeof shape>;
  try {
    read = shape(parseJson(payload.bytes), 'licence');
  } catch (cause) {
    throw new LicenceError({ code: 'MALFORMED', cause });
  }
  const { issued, notBefore, expires, regime, ...rest } = read;
  if (expires <= notBefore || expires - notBefore > MAX_LICENCE_MS) throw new LicenceError({ code: 'TOO_LONG' });
  return {
    ...rest,
    issuedAtMs: issued,
    notBeforeMs: notBefore,
    expiresAtMs: expires,
    regime: {
      dailyHours: regime.dailyHours,
      readFromMinute: regime.readFromMinute,
      readUntilMinute: regime.readUntilMinute,
    },
  };
}

/** Whether one of a licence's patterns covers a target path. `*` stands for one part, a lone `*` for everything. */
export function coversModule(patterns: readonly string[], path: string): boolean {
  const parts = path.split('/');
  return patterns.some((pattern) => {
    if (pattern === '*') return true;
    const wanted = pattern.split('/');
    return wanted.length === parts.length && wanted.every((part, index) => part === '*' || part === parts[index]);
  });
}
