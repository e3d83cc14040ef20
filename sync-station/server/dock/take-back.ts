import { type Envelope, type VerifiedPayload, verifyEnvelope } from '#core/dsse/dsse.ts';
import { LICENCE_TYPE, type Licence, parseLicence } from '#core/licence/licence.ts';
import { appendAudit } from '../../store/audit.ts';
import { noteDeviceEvent } from '../../store/device-events.ts';
import { findDevice } from '../../store/devices.ts';
import { keepLearner } from '../../store/learners.ts';
import { noteSeenLicence } from '../../store/licences.ts';
import { stationEpoch } from '../../store/settings.ts';
import type { StationContext } from '../context.ts';
import { DockError } from '../http/dock-error.ts';
import { payloadHash } from '../licence/issue.ts';
import { withModules } from '../licence/module-patterns.ts';
import { isRevoked } from '../licence/revoked.ts';

/**
 * Books a device again that was enrolled after the backup from which this station was restored. Its licence, signed by
 * this station, says whose it is and what it may; that it holds the keys, its next signed request shows.
 * Throws DockError UNKNOWN_DEVICE unless the station was restored and the licence is its own, or REVOKED.
 */
export async function takeBack(context: StationContext, envelope: Envelope, deviceEpoch: number): Promise<string> {
  const licence = await ownLicence(context, envelope);
  const { deviceId, learnerId } = licence;
  if (isRevoked(context, deviceId)) throw new DockError(403, 'REVOKED');
  const nowMs = context.now();
  await context.db.transaction().execute(async (trx) => {
    // A station that never lost its memory knows all its devices: one that it deleted does not come back.
    if ((await stationEpoch(trx)) === 1) throw new DockError(401, 'UNKNOWN_DEVICE');
    if (await findDevice(trx, deviceId)) return;
    await keepLearner(trx, { id: learnerId, displayName: null }, nowMs);
    await trx
      .insertInto('devices')
      .values({
        id: deviceId,
        learnerId,
        signingKey: licence.deviceKeys.signing,
        ageRecipient: licence.deviceKeys.age,
        keyLevel: 'unknown',
        epoch: deviceEpoch,
        state: 'ok',
        stateReason: null,
        capabilities: JSON.stringify(withModules(licence.capabilities, licence.modules)),
        lastSeenAtMs: nowMs,
        licenceSerial: 0,
        licenceExpiresAtMs: null,
        quota: null,
        createdAtMs: nowMs,
      })
      .execute();
    const { id, serial, previous, issuedAtMs, expiresAtMs } = licence;
    const row = { id, deviceId, serial, previous, issuedAtMs, expiresAtMs, envelope: JSON.stringify(envelope) };
    await noteSeenLicence(trx, { ...row, payloadHash: payloadHash(envelope) }, nowMs);
    await noteDeviceEvent(trx, { deviceId, code: 'returned', detail: String(serial) }, nowMs);
    const act = { actor: `device:${deviceId}`, act: 'device-returned', subject: deviceId, detail: { serial } };
    await appendAudit(trx, act, nowMs);
  });
  return deviceId;
}

async function ownLicence(context: StationContext, envelope: Envelope): Promise<Licence> {
  const keys = [context.keys.licence.publicKey];
  let payload: VerifiedPayload;
  try {
    payload = await verifyEnvelope(envelope, { payloadType: LICENCE_TYPE, keys });
  } catch (cause) {
    throw new DockError(401, 'UNKNOWN_DEVICE', cause);
  }
  const licence = parseLicence(payload);
  if (licence.siteId !== context.config.siteId) throw new DockError(401, 'UNKNOWN_DEVICE');
  return licence;
}
