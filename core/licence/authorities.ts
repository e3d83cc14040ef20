import { type Bytes, toBytes } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import { array, type Infer, integer, isoInstantMs, object, string } from '#core/json/shape.ts';
import { ageRecipient, hex256, siteId } from './identifiers.ts';
import { MAX_LICENCE_DAYS } from './licence.ts';
import { readDocument } from './read-document.ts';

/** A station's signing key and when it may sign. */
export interface StationKey {
  /** Ed25519, 32 bytes in hex. */
  readonly public: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** A station's encryption key and when it may be encrypted to. */
export interface StationAgeKey {
  readonly recipient: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** What the authorities grant one station (formats/status-and-authorities.md 3). */
export interface StationAuthority {
  readonly siteId: string;
  readonly siteName: string;
  readonly stationName: string;
  readonly keys: { readonly licence: StationKey; readonly receipt: StationKey; readonly age: StationAgeKey };
  /** Keys that were in use before and are still accepted while old and new overlap. */
  readonly earlierKeys: { readonly licence: readonly StationKey[]; readonly receipt: readonly StationKey[] };
  readonly maxLicenceDays: number;
  /** The most that licences of this site can give. */
  readonly capabilities: readonly string[];
}

/** Where the grants of stations lie in the repository: one file a site. */
export const STATIONS_PREFIX = 'authorities/stations/';
/** Where the programme's recovery key lies in the repository. */
export const RECOVERY_PATH = 'authorities/recovery.json';

/** The target path of one site's grant. */
export function stationPath(site: string): string {
  return `${STATIONS_PREFIX}${site}.json`;
}

const validity = { notBefore: isoInstantMs, notAfter: isoInstantMs };
const signingKeyShape = object({ required: { public: hex256, ...validity } }, { unknownKeys: 'ignore' });
const ageKeyShape = object({ required: { recipient: ageRecipient, ...validity } }, { unknownKeys: 'ignore' });

const stationShape = object(
  {
    required: {
      siteId,
      siteName: string({ maxLength: 200 }),
      stationName: string({ maxLength: 200 }),
      keys: object(
        { required: { licence: signingKeyShape, receipt: signingKeyShape, age: ageKeyShape } },
        { unknownKeys: 'ignore' },
      ),
      maxLicenceDays: integer({ min: 1, max: MAX_LICENCE_DAYS }),
      capabilities: array(string({ minLength: 1, maxLength: 64 }), { max: 256 }),
    },
    optional: {
      earlierKeys: object(
        {
          required: {
            licence: array(signingKeyShape, { max: 16 }),
            receipt: array(signingKeyShape, { max: 16 }),
          },
        },
        { unknownKeys: 'ignore' },
      ),
    },
  },
  { unknownKeys: 'ignore' },
);

/** Reads a station's file, which the caller got as a verified target. Throws `LicenceError` `MALFORMED`. */
export function parseStationAuthority(bytes: Uint8Array): StationAuthority {
  const { keys, earlierKeys, ...rest } = readDocument(bytes, stationShape, 256 * 1024);
  return {
    ...rest,
    keys: {
      licence: readKey(keys.licence),
      receipt: readKey(keys.receipt),
      age: { recipient: keys.age.recipient, notBeforeMs: keys.age.notBefore, notAfterMs: keys.age.notAfter },
    },
    earlierKeys: {
      licence: earlierKeys?.licence.map(readKey) ?? [],
      receipt: earlierKeys?.receipt.map(readKey) ?? [],
    },
  };
}

/** The grant as bytes of a station's file. */
export function encodeStationAuthority(
  authority: Omit<StationAuthority, 'earlierKeys'> & Partial<StationAuthority>,
): Bytes {
  const { keys, earlierKeys } = authority;
  return canonicalJson({
    siteId: authority.siteId,
    siteName: authority.siteName,
    stationName: authority.stationName,
    keys: {
      licence: writeKey(keys.licence),
      receipt: writeKey(keys.receipt),
      age: {
        recipient: keys.age.recipient,
        notBefore: formatInstant(keys.age.notBeforeMs),
        notAfter: formatInstant(keys.age.notAfterMs),
      },
    },
    earlierKeys: {
      licence: (earlierKeys?.licence ?? []).map(writeKey),
      receipt: (earlierKeys?.receipt ?? []).map(writeKey),
    },
    maxLicenceDays: authority.maxLicenceDays,
    capabilities: [...authority.capabilities],
  });
}

/** The keys a station may have used for `purpose`, the present one first. */
export function stationKeys(authority: StationAuthority, purpose: 'licence' | 'receipt'): readonly StationKey[] {
  return [authority.keys[purpose], ...authority.earlierKeys[purpose]];
}

/** The public keys among them that may sign at `atMs` (formats/status-and-authorities.md 3.3). */
export function keysValidAt(keys: readonly StationKey[], atMs: number): readonly Bytes[] {
  return keys.filter((key) => key.notBeforeMs <= atMs && atMs < key.notAfterMs).map((key) => fromHex(key.public));
}

const recoveryShape = object({ required: { recipient: ageRecipient } }, { unknownKeys: 'ignore' });

/** The programme's recovery key; its private half lies offline with two custodians. */
export interface Recovery {
  readonly recipient: string;
}

/** Reads `recovery.json`, a verified target. Throws `LicenceError` `MALFORMED`. */
export function parseRecovery(bytes: Uint8Array): Recovery {
  return readDocument(toBytes(bytes), recoveryShape, 4096);
}

/** The bytes of `recovery.json`. */
export function encodeRecovery(recovery: Recovery): Bytes {
  return canonicalJson({ recipient: recovery.recipient });
}

function readKey(key: Infer<typeof signingKeyShape>): StationKey {
  return { public: key.public, notBeforeMs: key.notBefore, notAfterMs: key.notAfter };
}

function writeKey(key: StationKey) {
  return {
    public: key.public,
    notBefore: formatInstant(key.notBeforeMs),
    notAfter: formatInstant(key.notAfterMs),
  };
}
