import type { Bytes } from '#core/bytes/bytes.ts';
import type { VerifiedPayload } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { integer, nullable, object } from '#core/json/shape.ts';
import { hex256, id128 } from './identifiers.ts';
import { DAY_MS, type Licence } from './licence.ts';
import { LicenceError } from './licence-error.ts';
import { readDocument } from './read-document.ts';

/** DSSE payload type of a licence request, signed by the device. */
export const LICENCE_REQUEST_TYPE = 'application/vnd.leeslicht.licence-request+json';

/** A device's request for its next licence. */
export interface LicenceRequest {
  readonly deviceId: string;
  /** 16 random bytes in hex; the licence that answers repeats them. */
  readonly nonce: string;
  /** Of the requests, rising, so that a copy of the device shows itself even if it uploads nothing. */
  readonly sequence: number;
  /** Hash of the licence that the device holds, or null (see `licenceHash`). */
  readonly previous: string | null;
}

const requestShape = object(
  {
    required: { deviceId: id128, nonce: id128, sequence: integer({ min: 1 }), previous: nullable(hex256) },
  },
  { unknownKeys: 'ignore' },
);

/** Payload bytes of a request. */
export function encodeLicenceRequest(request: LicenceRequest): Bytes {
  return canonicalJson({ ...request });
}

/** Reads a request whose signature was checked. Throws `LicenceError` `MALFORMED`. */
export function parseLicenceRequest(payload: VerifiedPayload): LicenceRequest {
  if (payload.payloadType !== LICENCE_REQUEST_TYPE) throw new LicenceError({ code: 'MALFORMED' });
  return readDocument(payload.bytes, requestShape, 4096);
}

/** The newest licence that a station has issued to a device. */
export interface IssuedLicence {
  readonly hash: string;
  readonly previous: string | null;
  /** Whether the device has shown that it holds this licence. */
  readonly seen: boolean;
}

/**
 * Whether a request continues the chain. `lost`: the last answer did not arrive, the device still holds the licence
 * before it. `fork`: two devices go on from one licence (formats/licence.md 5.3).
 */
export function judgeLicenceRequest(
  request: LicenceRequest,
  newest: IssuedLicence | undefined,
): { readonly kind: 'next' } | { readonly kind: 'lost' } | { readonly kind: 'fork' } {
  if (!newest || newest.hash === request.previous) return { kind: 'next' };
  return !newest.seen && newest.previous === request.previous ? { kind: 'lost' } : { kind: 'fork' };
}

/** What the authorities allow a site to issue. */
export interface SiteGrant {
  readonly siteId: string;
  readonly maxLicenceDays: number;
  readonly capabilities: readonly string[];
}

/** Throws `LicenceError` when a site would sign, or a device accept, more than the grant gives (formats/licence.md 3.4). */
export function requireWithinGrant(
  licence: Pick<Licence, 'siteId' | 'notBeforeMs' | 'expiresAtMs'>,
  grant: SiteGrant,
): void {
  if (licence.siteId !== grant.siteId) throw new LicenceError({ code: 'WRONG_SITE' });
  if (licence.expiresAtMs - licence.notBeforeMs > grant.maxLicenceDays * DAY_MS) {
    throw new LicenceError({ code: 'TOO_LONG' });
  }
}

/**
 * Checks a new licence on the device before it takes the place of the one it holds. Throws `LicenceError`
 * (formats/licence.md 5.4).
 */
export function requireAnswers(
  licence: Licence,
  asked: {
    readonly nonce: string;
    readonly deviceId: string;
    readonly deviceKeys: { readonly signing: string; readonly age: string };
    readonly held: { readonly serial: number; readonly hash: string } | undefined;
  },
): void {
  if (licence.deviceId !== asked.deviceId) throw new LicenceError({ code: 'WRONG_DEVICE' });
  const { signing, age } = licence.deviceKeys;
  if (signing !== asked.deviceKeys.signing || age !== asked.deviceKeys.age) {
    throw new LicenceError({ code: 'WRONG_DEVICE_KEYS' });
  }
  if (licence.nonce !== asked.nonce) throw new LicenceError({ code: 'WRONG_NONCE' });
  if (asked.held && licence.serial <= asked.held.serial) throw new LicenceError({ code: 'OLDER_SERIAL' });
  if (asked.held && licence.previous !== asked.held.hash) throw new LicenceError({ code: 'WRONG_PREVIOUS' });
}
