import { fromHex } from '#core/bytes/hex.ts';
import { type Envelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import type { StationKey } from './authorities.ts';
import { LICENCE_TYPE, type Licence, parseLicence } from './licence.ts';
import { requireWithinGrant, type SiteGrant } from './request.ts';

/** What the authorities say of the site that a licence comes from. */
export interface SiteWord {
  /** The site's licence keys from its verified station file, earlier ones too (`stationKeys`). */
  readonly licenceKeys: readonly StationKey[];
  /** What the authorities grant the site; a licence beyond it does not count. A `StationAuthority` will do. */
  readonly grant?: SiteGrant | undefined;
}

/**
 * Reads a licence that the site signed with a key in that key's time, and within its grant (formats/licence.md 3.1, 3.2,
 * 3.4). Whose it is, and whether it still runs, is for the caller. Throws `DsseError` or `LicenceError`.
 */
export async function openLicence(envelope: Envelope, { licenceKeys, grant }: SiteWord): Promise<Licence> {
  const signedBy = (keys: readonly StationKey[]) =>
    verifyEnvelope(envelope, { payloadType: LICENCE_TYPE, keys: keys.map((key) => fromHex(key.public)) });
  const licence = parseLicence(await signedBy(licenceKeys));
  if (grant) requireWithinGrant(licence, grant);
  const at = licence.issuedAtMs;
  // formats/licence.md 3.1: a key signs only while the authorities say that it may
  await signedBy(licenceKeys.filter((key) => key.notBeforeMs <= at && at < key.notAfterMs));
  return licence;
}
