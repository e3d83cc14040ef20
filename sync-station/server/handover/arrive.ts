import { fromBase64 } from '#core/bytes/base64.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { type Envelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { claimedSite, HANDOVER_TYPE, type Handover, parseHandover } from '#core/enrolment/handover.ts';
import { keysValidAt, stationKeys } from '#core/licence/authorities.ts';
import { deviceIdOf } from '#core/licence/identifiers.ts';
import { appendAudit } from '../../store/audit.ts';
import { noteDeviceEvent } from '../../store/device-events.ts';
import { findDevice } from '../../store/devices.ts';
import { endHandover, findHandover, keepHandover } from '../../store/handovers.ts';
import { keepLearner } from '../../store/learners.ts';
import type { StationContext } from '../context.ts';
import { DockError } from '../http/dock-error.ts';
import { payloadHash } from '../licence/issue.ts';
import { withModules } from '../licence/module-patterns.ts';
import { isRevoked } from '../licence/revoked.ts';

/**
 * Takes a device over from another site, on that station's signed word and the authorities' word for that station. The
 * device begins its next epoch here; the same word again changes nothing, and an older one is refused.
 * Throws DockError BAD_HANDOVER, OLD_HANDOVER or REVOKED. Returns the device's id.
 */
export async function arrive(context: StationContext, envelope: Envelope): Promise<string> {
  const handover = await verified(context, envelope);
  const { deviceId, learnerId } = handover;
  if (isRevoked(context, deviceId)) throw new DockError(403, 'REVOKED');
  const nowMs = context.now();
  const hash = payloadHash(envelope);
  await context.db.transaction().execute(async (trx) => {
    const before = await findDevice(trx, deviceId);
    const taken = await findHandover(trx, deviceId, 'in');
    // The answer was lost on the way.
    if (before && taken?.payloadHash === hash) return;
    // A device that went on from here does not come back with the word that brought it.
    if (before && before.epoch > handover.deviceEpoch) throw new DockError(409, 'OLD_HANDOVER');
    if (before?.state === 'revoked') throw new DockError(403, 'REVOKED');
    await keepLearner(trx, { id: learnerId, displayName: handover.learnerLabel || null }, nowMs);
    const device = {
      learnerId,
      signingKey: handover.signingKey,
      ageRecipient: handover.ageRecipient,
      epoch: handover.deviceEpoch + 1,
      state: 'ok' as const,
      stateReason: null,
      capabilities: JSON.stringify(withModules(handover.capabilities, handover.modules)),
      licenceSerial: handover.licenceSerial,
    };
    const fresh = {
      keyLevel: 'unknown',
      lastSeenAtMs: null,
      licenceExpiresAtMs: null,
      quota: null,
      createdAtMs: nowMs,
    };
    if (before) await trx.updateTable('devices').set(device).where('id', '=', deviceId).execute();
    else {
      await trx
        .insertInto('devices')
        .values({ id: deviceId, ...device, ...fresh })
        .execute();
    }
    // The chain of licences goes on behind the other site's last one, which is not here.
    await trx.deleteFrom('licences').where('deviceId', '=', deviceId).execute();
    await endHandover(trx, deviceId);
    const row = { deviceId, direction: 'in' as const, otherSite: handover.fromSite, payloadHash: hash, atMs: nowMs };
    await keepHandover(trx, { ...row, envelope: JSON.stringify(envelope) });
    await noteDeviceEvent(trx, { deviceId, code: 'arrived', detail: handover.fromSite }, nowMs);
    const act = { actor: `device:${deviceId}`, act: 'device-arrived', subject: deviceId };
    await appendAudit(trx, { ...act, detail: { from: handover.fromSite } }, nowMs);
  });
  return deviceId;
}

async function verified(context: StationContext, envelope: Envelope): Promise<Handover> {
  let handover: Handover;
  try {
    const from = await context.mirror.stationAuthority(claimedSite(fromBase64(envelope.payload)));
    const keys = from ? keysValidAt(stationKeys(from, 'receipt'), context.now()) : [];
    handover = parseHandover(await verifyEnvelope(envelope, { payloadType: HANDOVER_TYPE, keys }));
    if (from?.siteId !== handover.fromSite) throw new DockError(403, 'BAD_HANDOVER');
  } catch (cause) {
    throw new DockError(403, 'BAD_HANDOVER', cause);
  }
  const isForHere = handover.toSite === context.config.siteId;
  if (!isForHere || (await deviceIdOf(fromHex(handover.signingKey))) !== handover.deviceId) {
    throw new DockError(403, 'BAD_HANDOVER');
  }
  return handover;
}
