import { fromHex, toHex } from '#core/bytes/hex.ts';
import { licenceAnswer } from '#core/dock/protocol.ts';
import { DsseError, type Envelope, signEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { stationKeys } from '#core/licence/authorities.ts';
import { LICENCE_TYPE, type Licence, parseLicence } from '#core/licence/licence.ts';
import { openLicence } from '#core/licence/open-licence.ts';
import { encodeLicenceRequest, LICENCE_REQUEST_TYPE, requireAnswers } from '#core/licence/request.ts';
import { headOf, heldLicence, licenceHead } from '../device/held-licence.ts';
import { randomId } from '../device/random.ts';
import { type SyncContext, SyncError } from './sync-context.ts';

/**
 * Asks for the next licence and keeps it when it answers this request, follows the one held, and stays within what the
 * authorities give the site. Throws DockError `REVOKED`, `SUSPENDED` or `FORKED`, LicenceError, DsseError or SyncError.
 */
export async function renewLicence(context: SyncContext): Promise<Licence> {
  const { request, nonce } = await requestLicence(context);
  const { licence } = await context.dock.ask('/dock/licence', { request }, licenceAnswer);
  return keepLicence(context, licence, nonce);
}

/** A signed request for the next licence, and the nonce that the answer must repeat. */
export async function requestLicence(
  context: SyncContext,
): Promise<{ readonly request: Envelope; readonly nonce: string }> {
  const previous = (await licenceHead(context.meta))?.hash ?? null;
  const nonce = randomId();
  const sequence = ((await context.meta.read('licenceRequests')) ?? 0) + 1;
  await context.meta.write({ licenceRequests: sequence });
  const { deviceId, signer } = context.keys;
  const payload = encodeLicenceRequest({ deviceId, nonce, sequence, previous });
  return { request: await signEnvelope(LICENCE_REQUEST_TYPE, payload, [signer]), nonce };
}

/** Keeps a licence that answers the request with this nonce, whichever way it came. Throws as {@link renewLicence}. */
export async function keepLicence(context: SyncContext, envelope: Envelope, nonce: string): Promise<Licence> {
  const station = context.trust()?.station;
  if (!station) throw new SyncError({ code: 'NO_STATION_KEY' });
  const nowMs = context.nowMs();
  const licenceKeys = stationKeys(station, 'licence').filter(
    (key) => key.notBeforeMs <= nowMs && nowMs < key.notAfterMs,
  );
  const licence = await openLicence(envelope, { licenceKeys, grant: station });
  const head = await licenceHead(context.meta);
  const before = head && { serial: await serialOf(context, head.serial), hash: head.hash };
  const { deviceId, signer, ageRecipient } = context.keys;
  const deviceKeys = { signing: toHex(signer.publicKey), age: ageRecipient };
  requireAnswers(licence, { nonce, deviceId, deviceKeys, held: before });
  const next = await headOf(envelope, licence.serial);
  await context.meta.write({ licence: envelope, licenceHead: next, standing: 'ok' });
  return licence;
}

/** The serial that a new licence must be above; `noted` was kept beside the licence. */
async function serialOf(context: SyncContext, noted: number): Promise<number> {
  const station = context.trust()?.station;
  const held = await heldLicence(context.meta);
  if (!station || held === undefined || held === 'unreadable') return noted;
  // The held licence may be signed with a key that is not in use any more; its chain of hashes still counts.
  const keys = stationKeys(station, 'licence').map((key) => fromHex(key.public));
  const { moved } = (await context.meta.read('identity')) ?? {};
  try {
    return parseLicence(await verifyEnvelope(held, { payloadType: LICENCE_TYPE, keys })).serial;
  } catch (cause) {
    if (!(cause instanceof DsseError)) throw cause;
    // It came from the site before this one, whose station has signed its serial. Or somebody changed it on the disk:
    // that must not keep the owner from a new one, which answers a nonce of now in any case.
    return Math.max(noted, moved?.licenceSerial ?? 0);
  }
}
