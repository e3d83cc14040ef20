import type { Bytes } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import type { VerifiedPayload } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import { array, integer, isoInstantMs, nullable, object, string } from '#core/json/shape.ts';
import { timeOfDay } from '#core/policy/policy.ts';
import { ageRecipient, hex256, id128, nonce, siteId } from './identifiers.ts';
import { LicenceError } from './licence-error.ts';
import { readDocument } from './read-document.ts';

/** DSSE payload type of a licence. */
export const LICENCE_TYPE = 'application/vnd.leeslicht.licence+json';

/** One day, in milliseconds: licences count days of 24 hours, whatever the local clock does at night. */
export const DAY_MS = 86_400_000;
/** No licence runs longer than this, whoever signs it. */
export const MAX_LICENCE_DAYS = 30;

/** How much and when the regime lets a learner read. */
export interface Regime {
  /** Hours a day; 31 times this is the most use that one licence gives. */
  readonly dailyHours: number;
  /** Local times of day, `07:30`, between which reading is open; without them it always is. */
  readonly readFrom?: string;
  readonly readUntil?: string;
  /** The zone of those times, as `Europe/Amsterdam`; UTC without it. */
  readonly timeZone?: string;
}

/** What a site lets one device do, until when (formats/licence.md). */
export interface Licence {
  readonly id: string;
  /** Rises by one or more at every renewal of this device. */
  readonly serial: number;
  /** SHA-256 (hex) of the payload of the licence before it, or null. */
  readonly previous: string | null;
  readonly deviceId: string;
  readonly deviceKeys: { readonly signing: string; readonly age: string };
  /** Opaque: who it is, only the station knows. */
  readonly learnerId: string;
  readonly siteId: string;
  readonly siteName: string;
  readonly issuedAtMs: number;
  readonly notBeforeMs: number;
  readonly expiresAtMs: number;
  readonly capabilities: readonly string[];
  readonly regime: Regime;
  /** Target path patterns such as `courses/study/*`, or `*`. */
  readonly modules: readonly string[];
  /** Of the request that this licence answers. */
  readonly nonce: string;
  /** Where to bring the device, in the words of the site. */
  readonly whereToSync: string;
}

// formats/licence.md 2.2: members a reader does not know are ignored, so that a newer station can say more
const licenceShape = object(
  {
    required: {
      id: id128,
      serial: integer({ min: 1 }),
      previous: nullable(hex256),
      deviceId: id128,
      deviceKeys: object({ required: { signing: hex256, age: ageRecipient } }),
      learnerId: string({ minLength: 1, maxLength: 128 }),
      siteId,
      siteName: string({ maxLength: 200 }),
      issued: isoInstantMs,
      notBefore: isoInstantMs,
      expires: isoInstantMs,
      capabilities: array(string({ minLength: 1, maxLength: 64 }), { max: 256 }),
      regime: object(
        {
          required: { dailyHours: integer({ min: 1, max: 24 }) },
          optional: { readFrom: timeOfDay, readUntil: timeOfDay, timeZone: string({ minLength: 1, maxLength: 64 }) },
        },
        { unknownKeys: 'ignore' },
      ),
      modules: array(string({ minLength: 1, maxLength: 512 }), { max: 4096 }),
      nonce,
      whereToSync: string({ maxLength: 500 }),
    },
  },
  { unknownKeys: 'ignore' },
);

const MAX_LICENCE_BYTES = 512 * 1024;

/** The licence as the payload bytes to sign with `LICENCE_TYPE`. */
export function encodeLicence(licence: Licence): Bytes {
  const { issuedAtMs, notBeforeMs, expiresAtMs, regime, deviceKeys, capabilities, modules, ...rest } = licence;
  return canonicalJson({
    ...rest,
    deviceKeys: { signing: deviceKeys.signing, age: deviceKeys.age },
    issued: formatInstant(issuedAtMs),
    notBefore: formatInstant(notBeforeMs),
    expires: formatInstant(expiresAtMs),
    capabilities: [...capabilities],
    modules: [...modules],
    regime: {
      dailyHours: regime.dailyHours,
      ...(regime.readFrom === undefined ? {} : { readFrom: regime.readFrom }),
      ...(regime.readUntil === undefined ? {} : { readUntil: regime.readUntil }),
      ...(regime.timeZone === undefined ? {} : { timeZone: regime.timeZone }),
    },
  });
}

/**
 * Reads a licence whose signature was checked. Throws `LicenceError` `MALFORMED`, or `TOO_LONG` when it runs longer
 * than 30 days or ends before it begins.
 */
export function parseLicence(payload: VerifiedPayload): Licence {
  if (payload.payloadType !== LICENCE_TYPE) throw new LicenceError({ code: 'MALFORMED' });
  const { issued, notBefore, expires, ...rest } = readDocument(payload.bytes, licenceShape, MAX_LICENCE_BYTES);
  // formats/licence.md 3.2: 30 days at most, checked by the device and not only by who signs
  if (expires <= notBefore || expires - Math.min(notBefore, issued) > MAX_LICENCE_DAYS * DAY_MS) {
    throw new LicenceError({ code: 'TOO_LONG' });
  }
  return { ...rest, issuedAtMs: issued, notBeforeMs: notBefore, expiresAtMs: expires };
}

/** What the next licence and its request name as `previous`: SHA-256 of the licence's payload bytes. */
export function licenceHash(payload: Pick<VerifiedPayload, 'bytes'>): Promise<string> {
  return sha256Hex(payload.bytes);
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
