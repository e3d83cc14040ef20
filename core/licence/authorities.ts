import { fromHex } from '#core/bytes/hex.ts';
import { array, hexString, integer, isoInstantMs, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { LicenceError } from './licence-error.ts';

/** A key of a station, with the time in which its signatures count. */
export interface StationKey {
  readonly publicHex: string;
  readonly publicKey: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** What the authorities say of one site: its keys, and the bounds of what its licences can grant. */
export interface StationAuthority {
  readonly siteId: string;
  readonly siteName: string;
  readonly stationName: string;
  readonly keys: {
    readonly licence: StationKey;
    /** Signs receipts, refusals, station time and down parcels. */
    readonly receipt: StationKey;
    readonly age: { readonly recipient: string; readonly notBeforeMs: number; readonly notAfterMs: number };
  };
  readonly maxLicenceDays: number;
  readonly capabilities: readonly string[];
}

const recipient = string({ maxLength: 100, pattern: /^age1[a-z0-9]+$/ });
const key = object({ required: { public: hexString(32), notBefore: isoInstantMs, notAfter: isoInstantMs } });
const name = string({ minLength: 1, maxLength: 200 });
const stationShape = object(
  {
    required: {
      siteId: string({ pattern: /^[a-z0-9][a-z0-9-]{0,62}$/ }),
      siteName: name,
      stationName: name,
      keys: object({
        required: {
          licence: key,
          receipt: key,
          age: object({ required: { recipient, notBefore: isoInstantMs, notAfter: isoInstantMs } }),
        },
      }),
      maxLicenceDays: integer({ min: 1, max: 30 }),
      capabilities: array(string({ maxLength: 64 }), { max: 64 }),
    },
  },
  { unknownKeys: 'ignore' },
);
const recoveryShape = object({ required: { recipient } }, { unknownKeys: 'ignore' });

/**
 * Reads `authorities/stations/<site>.json`; hand in bytes that the repository's client verified (or, at `init`, the
 * station's own request, which nobody trusts yet). Throws LicenceError MALFORMED.
 */
export function parseStationAuthority(bytes: Uint8Array): StationAuthority {
  try {
    const { keys, ...rest } = stationShape(parseJson(bytes), 'station');
    const read = (one: typeof keys.licence): StationKey => ({
      publicHex: one.public,
      publicKey: fromHex(one.public),
      notBeforeMs: one.notBefore,
      notAfterMs: one.notAfter,
    });
    const { age } = keys;
    return {
      ...rest,
      keys: {
        licence: read(keys.licence),
        receipt: read(keys.receipt),
        age: { recipient: age.recipient, notBeforeMs: age.notBefore, notAfterMs: age.notAfter },
      },
    };
  } catch (cause) {
    throw new LicenceError({ code: 'MALFORMED', cause });
  }
}

/** Reads `authorities/recovery.json`: whom data keys are wrapped for. Throws LicenceError MALFORMED. */
export function parseRecovery(bytes: Uint8Array): { readonly recipient: string } {
  try {
    return recoveryShape(parseJson(bytes), 'recovery');
  } catch (cause) {
    throw new LicenceError({ code: 'MALFORMED', cause });
  }
}
