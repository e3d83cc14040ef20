import type { Transaction } from 'kysely';
import { fromHex } from '#core/bytes/hex.ts';
import { type Envelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { type StationAuthority, stationKeys } from '#core/licence/authorities.ts';
import { LICENCE_TYPE, parseLicence } from '#core/licence/licence.ts';
import type { Device } from '../../store/devices.ts';
import { findHandover } from '../../store/handovers.ts';
import { type LicenceRow, licenceWithSerial, newestSeenSerial } from '../../store/licences.ts';
import { judgeForgotten } from '../../store/restorations.ts';
import type { StationSchema } from '../../store/schema.ts';
import type { StationContext } from '../context.ts';
import { payloadHash } from '../licence/issue.ts';

/** A licence of this station that a device showed, its signature checked. */
export type OwnLicence = Omit<LicenceRow, 'seenAtMs' | 'requestHash'>;

/** What a device showed as its licence. `elsewhere`: of the site that handed it over. */
export type ShownLicence =
  | { readonly kind: 'own'; readonly licence: OwnLicence }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'edited' }
  | { readonly kind: 'none' };

/** Something that a licence says of the disk that it lay on, for an officer to look at. */
export interface OddLicence {
  readonly code: 'licence-edited' | 'licence-foreign' | 'licence-unknown' | 'licence-forgotten' | 'licence-older';
  readonly detail: string;
}

/** Reads the licence that a device showed at its hello. Whatever is not signed counts as edited. */
export async function readShownLicence(
  context: StationContext,
  device: Device,
  envelope: Envelope | null,
): Promise<ShownLicence> {
  if (envelope === null) return { kind: 'none' };
  const grant = context.mirror.stationGrant();
  try {
    const keys = [context.keys.licence.publicKey, ...licenceKeys(grant)];
    const licence = parseLicence(await verifyEnvelope(envelope, { payloadType: LICENCE_TYPE, keys }));
    if (licence.deviceId !== device.id) return { kind: 'foreign' };
    const { id, deviceId, serial, previous, issuedAtMs, expiresAtMs } = licence;
    const row = { id, deviceId, serial, previous, issuedAtMs, expiresAtMs, envelope: JSON.stringify(envelope) };
    return { kind: 'own', licence: { ...row, payloadHash: payloadHash(envelope) } };
  } catch (error) {
    // A device that was moved here shows the licence of the site that it came from, until this one has renewed it.
    if (await isFromBefore(context, device, envelope)) return { kind: 'elsewhere' };
    context.log.info({ device: device.id, err: error }, 'licence shown at hello is not ours');
    return { kind: 'edited' };
  }
}

/** What is odd about it (formats/dock-api.md 3.4.3). Ask before what it shows is booked. */
export async function judgeShownLicence(
  trx: Transaction<StationSchema>,
  deviceId: string,
  shown: ShownLicence,
): Promise<OddLicence | undefined> {
  const seen = await newestSeenSerial(trx, deviceId);
  switch (shown.kind) {
    case 'elsewhere':
      return undefined;
    case 'none':
      return seen === 0 ? undefined : { code: 'licence-edited', detail: '' };
    case 'edited':
      return { code: 'licence-edited', detail: '' };
    case 'foreign':
      return { code: 'licence-foreign', detail: '' };
    case 'own': {
      const { serial, payloadHash: hash } = shown.licence;
      if ((await licenceWithSerial(trx, deviceId, serial))?.payloadHash !== hash) {
        return { code: 'licence-unknown', detail: String(serial) };
      }
      return serial < seen ? { code: 'licence-older', detail: String(serial) } : undefined;
    }
  }
}

/**
 * What remains odd once it is known whether this station was restored (formats/dock-api.md 3.4.4). Ask after the
 * counters were raised: what the same hello shows may be what tells.
 */
export async function excuseRestored(
  trx: Transaction<StationSchema>,
  odd: OddLicence | undefined,
  shown: ShownLicence,
): Promise<OddLicence | undefined> {
  if (odd?.code !== 'licence-unknown' || shown.kind !== 'own') return odd;
  switch (await judgeForgotten(trx, shown.licence.issuedAtMs)) {
    case 'forgotten':
      return undefined;
    case 'perhaps':
      return { ...odd, code: 'licence-forgotten' };
    case 'never':
      return odd;
  }
}

async function isFromBefore(context: StationContext, device: Device, envelope: Envelope): Promise<boolean> {
  const handover = await findHandover(context.db, device.id, 'in');
  if (!handover) return false;
  const keys = licenceKeys(await context.mirror.stationAuthority(handover.otherSite));
  try {
    const payload = await verifyEnvelope(envelope, { payloadType: LICENCE_TYPE, keys });
    return parseLicence(payload).deviceId === device.id;
  } catch {
    // Not of that site either.
    return false;
  }
}

function licenceKeys(authority: StationAuthority | undefined): Uint8Array[] {
  return authority ? stationKeys(authority, 'licence').map((key) => fromHex(key.public)) : [];
}
