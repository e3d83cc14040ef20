import { fromBase64 } from '#core/bytes/base64.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { signEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { keysValidAt, stationKeys } from '#core/licence/authorities.ts';
import { LICENCE_TYPE, type Licence, parseLicence } from '#core/licence/licence.ts';
import {
  encodeLicenceRequest,
  LICENCE_REQUEST_TYPE,
  requireAnswers,
  requireWithinGrant,
} from '#core/licence/request.ts';
import { randomId } from '../device/random.ts';
import { licenceShape } from '../transports/dock-answers.ts';
import { type SyncContext, SyncError } from './sync-context.ts';

/**
 * Asks for the next licence and keeps it when it answers this request, follows the one held, and stays within what the
 * authorities give the site. Throws DockError `REVOKED`, `SUSPENDED` or `FORKED`, LicenceError, DsseError or SyncError.
 */
export async function renewLicence(context: SyncContext): Promise<Licence> {
  const station = context.trust()?.station;
  if (!station) throw new SyncError({ code: 'NO_STATION_KEY' });
  const keys = keysValidAt(stationKeys(station, 'licence'), context.nowMs());
  const held = await context.meta.read('licence');
  const previous = held ? await sha256Hex(fromBase64(held.payload)) : null;
  const nonce = randomId();
  const sequence = ((await context.meta.read('licenceRequests')) ?? 0) + 1;
  await context.meta.write({ licenceRequests: sequence });
  const { deviceId, signer, ageRecipient } = context.keys;
  const payload = encodeLicenceRequest({ deviceId, nonce, sequence, previous });
  const request = await signEnvelope(LICENCE_REQUEST_TYPE, payload, [signer]);
  const { licence: envelope } = await context.dock.ask('/dock/licence', { request }, licenceShape);
  const licence = parseLicence(await verifyEnvelope(envelope, { payloadType: LICENCE_TYPE, keys }));
  requireWithinGrant(licence, station);
  const before = held && previous !== null ? { serial: await serialOf(context, keys), hash: previous } : undefined;
  const deviceKeys = { signing: toHex(signer.publicKey), age: ageRecipient };
  requireAnswers(licence, { nonce, deviceId, deviceKeys, held: before });
  await context.meta.write({ licence: envelope, standing: 'ok' });
  return licence;
}

async function serialOf(context: SyncContext, keys: readonly Uint8Array[]): Promise<number> {
  const held = await context.meta.read('licence');
  const station = context.trust()?.station;
  if (!held || !station) return 0;
  // The held licence may be signed with a key that is not in use any more; its chain of hashes still counts.
  const all = [...keys, ...allKeys(station)];
  return parseLicence(await verifyEnvelope(held, { payloadType: LICENCE_TYPE, keys: all })).serial;
}

function allKeys(station: Parameters<typeof stationKeys>[0]): readonly Uint8Array[] {
  return stationKeys(station, 'licence').flatMap((key) => keysValidAt([key], key.notBeforeMs));
}
