import { randomBytes } from 'node:crypto';
import { signEnvelope } from '#core/dsse/dsse.ts';
import { encodeHandover, HANDOVER_TYPE } from '#core/enrolment/handover.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Device } from '../../store/devices.ts';
import { findHandover, keepHandover } from '../../store/handovers.ts';
import { findLearner } from '../../store/learners.ts';
import type { StationContext } from '../context.ts';
import { payloadHash } from '../licence/issue.ts';
import { modulePatterns, plainCapabilities } from '../licence/module-patterns.ts';

/**
 * Hands a device over to another site: from now on this station renews it no more, still takes its parcels, and gives it
 * the signed word for the new station at its next hello. False unless the device is in order and here.
 */
export async function handOver(
  context: StationContext,
  device: Device,
  fields: { readonly toSite: string; readonly actor: string },
): Promise<boolean> {
  const { siteId } = context.config;
  if (device.state !== 'ok' || fields.toSite === siteId) return false;
  const learner = await findLearner(context.db, device.learnerId);
  const issuedAtMs = Math.floor(context.now() / 1000) * 1000;
  const payload = encodeHandover({
    deviceId: device.id,
    signingKey: device.signingKey,
    ageRecipient: device.ageRecipient,
    learnerId: device.learnerId,
    learnerLabel: learner?.displayName ?? '',
    fromSite: siteId,
    toSite: fields.toSite,
    deviceEpoch: device.epoch,
    licenceSerial: device.licenceSerial,
    capabilities: plainCapabilities(device.capabilities),
    modules: modulePatterns(device.capabilities),
    issuedAtMs,
    nonce: randomBytes(16).toString('hex'),
  });
  const envelope = await signEnvelope(HANDOVER_TYPE, payload, [context.keys.receipt]);
  return context.db.transaction().execute(async (trx) => {
    // Signed once: two words for two sites would make two devices of one.
    if (await findHandover(trx, device.id, 'out')) return false;
    const row = { deviceId: device.id, direction: 'out' as const, otherSite: fields.toSite, atMs: context.now() };
    await keepHandover(trx, { ...row, payloadHash: payloadHash(envelope), envelope: JSON.stringify(envelope) });
    const act = { actor: fields.actor, act: 'device-handed-over', subject: device.id, detail: { to: fields.toSite } };
    await appendAudit(trx, act, context.now());
    return true;
  });
}
