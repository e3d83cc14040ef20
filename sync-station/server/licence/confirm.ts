import { fromBase64 } from '#core/bytes/base64.ts';
import { utf8 } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { keyIdOf } from '#core/crypto/ed25519.ts';
import { type Envelope, parseEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { ENROLMENT_REQUEST_TYPE, type EnrolmentRequest, parseEnrolmentRequest } from '#core/enrolment/request.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { appendAudit } from '../../store/audit.ts';
import { findEnrolment } from '../../store/enrolments.ts';
import { insertLicence, latestLicence } from '../../store/licences.ts';
import type { StationContext } from '../context.ts';
import { requireGrant, signLicence } from './issue.ts';
import { compiledPolicyOf } from './policy-of.ts';

/** What the officer's confirmation brought. */
export type Confirmation =
  | { readonly kind: 'confirmed'; readonly deviceId: string; readonly deviceEpoch: number }
  | { readonly kind: 'not-waiting' }
  // Its keys are on the revocation list for good; it needs new ones.
  | { readonly kind: 'revoked' };

/** Verifies a request against the key it names. Throws DsseError or ShapeError when it is not self-signed. */
export async function readEnrolmentRequest(envelope: Envelope): Promise<EnrolmentRequest & { deviceId: string }> {
  // The key is inside: read first, then believe only what that key signed.
  const claimed = parseEnrolmentRequest(await selfSigned(envelope));
  return { ...claimed, deviceId: (await keyIdOf(fromHex(claimed.signingKey))).slice(0, 32) };
}

/**
 * Confirms an enrolment whose words the officer compared: the device gets its learner, its epoch and licence 1.
 * Throws DockError NOT_AUTHORISED while the authorities have not signed for this station.
 */
export async function confirmEnrolment(
  context: StationContext,
  fields: { readonly enrolmentId: string; readonly actor: string },
): Promise<Confirmation> {
  const nowMs = context.now();
  const enrolment = await findEnrolment(context.db, fields.enrolmentId);
  if (enrolment?.state !== 'requested' || enrolment.request === null) return { kind: 'not-waiting' };
  const request = await readEnrolmentRequest(parseEnvelope(utf8(enrolment.request)));
  const { deviceId } = request;
  const { learnerId, capabilities } = enrolment;
  const policy = await compiledPolicyOf(context, requireGrant(context), { deviceId, learnerId, capabilities });
  return context.db.transaction().execute(async (trx): Promise<Confirmation> => {
    const current = await trx
      .selectFrom('enrolments')
      .select('state')
      .where('id', '=', enrolment.id)
      .executeTakeFirst();
    if (current?.state !== 'requested') return { kind: 'not-waiting' };
    const before = await trx
      .selectFrom('devices')
      .select(['epoch', 'state'])
      .where('id', '=', deviceId)
      .executeTakeFirst();
    if (before?.state === 'revoked') return { kind: 'revoked' };
    const deviceEpoch = (before?.epoch ?? 0) + 1;
    const latest = await latestLicence(trx, deviceId);
    const device = {
      learnerId: enrolment.learnerId,
      signingKey: request.signingKey,
      ageRecipient: request.ageRecipient,
      keyLevel: request.keyLevel,
      epoch: deviceEpoch,
      state: 'ok' as const,
      stateReason: null,
      heldUntilMs: null,
      capabilities: JSON.stringify(enrolment.capabilities),
    };
    if (before) await trx.updateTable('devices').set(device).where('id', '=', deviceId).execute();
    else {
      const fresh = { lastSeenAtMs: null, licenceSerial: 0, licenceExpiresAtMs: null, quota: null, createdAtMs: nowMs };
      await trx
        .insertInto('devices')
        .values({ id: deviceId, ...device, ...fresh })
        .execute();
    }
    const licence = await signLicence(context, {
      deviceId,
      signingKey: request.signingKey,
      ageRecipient: request.ageRecipient,
      learnerId: enrolment.learnerId,
      policy,
      serial: (latest?.serial ?? 0) + 1,
      previous: latest?.payloadHash ?? null,
      nonce: request.deviceNonce,
      requestHash: null,
    });
    await insertLicence(trx, licence);
    await trx
      .updateTable('enrolments')
      .set({ state: 'confirmed', deviceId, deviceEpoch, licence: licence.envelope })
      .where('id', '=', enrolment.id)
      .execute();
    const act = {
      actor: fields.actor,
      act: 'enrolment-confirmed',
      subject: enrolment.id,
      detail: { device: deviceId },
    };
    await appendAudit(trx, act, nowMs);
    return { kind: 'confirmed', deviceId, deviceEpoch };
  });
}

async function selfSigned(envelope: Envelope) {
  const value = parseJson(fromBase64(envelope.payload));
  const key = typeof value === 'object' && value !== null && 'signingKey' in value ? value['signingKey'] : undefined;
  return verifyEnvelope(envelope, {
    payloadType: ENROLMENT_REQUEST_TYPE,
    keys: [fromHex(typeof key === 'string' ? key : '')],
  });
}
