import { judgeLicenceRequest, type LicenceRequest } from '#core/licence/request.ts';
import { appendAudit } from '../../store/audit.ts';
import { noteDeviceEvent } from '../../store/device-events.ts';
import { type Device, endHold, isHoldOver } from '../../store/devices.ts';
import { takeOpenChain } from '../../store/forks.ts';
import { findHandover } from '../../store/handovers.ts';
import { insertLicence, latestLicence, licenceOfRequest } from '../../store/licences.ts';
import type { StationContext } from '../context.ts';
import { DockError } from '../http/dock-error.ts';
import { requireGrant, signLicence } from './issue.ts';
import { compiledPolicyOf } from './policy-of.ts';

/** A device-signed request, verified; `requestHash` is the hash of its payload bytes. */
export interface RenewalRequest extends LicenceRequest {
  readonly requestHash: string;
}

/**
 * Renews a device's licence; the same request again gets the same licence. A request that names another licence than
 * the newest shows a copy of the device, unless the newest was never seen on it (its answer was lost on the way).
 * Returns the envelope text. Throws DockError REVOKED, SUSPENDED, FORKED or NOT_AUTHORISED.
 */
export async function renewLicence(context: StationContext, device: Device, request: RenewalRequest): Promise<string> {
  if (device.state === 'revoked') throw new DockError(403, 'REVOKED');
  if (device.state === 'suspended' && !isHoldOver(device, context.now())) throw new DockError(403, 'SUSPENDED');
  if (device.state === 'forked') throw new DockError(403, 'FORKED');
  // formats/enrolment.md 6.2: a device renews at one site
  if (await findHandover(context.db, device.id, 'out')) throw new DockError(403, 'MOVED');
  const policy = await compiledPolicyOf(context, requireGrant(context), { ...device, deviceId: device.id });
  const answer = await context.db.transaction().execute(async (trx) => {
    const again = await licenceOfRequest(trx, device.id, request.requestHash);
    if (again) return again.envelope;
    if (device.state === 'suspended') await endHold(trx, device.id, context.now());
    const latest = await latestLicence(trx, device.id);
    const newest = latest && {
      hash: latest.payloadHash,
      previous: latest.previous,
      seen: latest.seenAtMs !== null,
    };
    const isOdd = judgeLicenceRequest(request, newest).kind === 'fork';
    if (isOdd && !(await takeOpenChain(trx, device.id))) {
      await trx.updateTable('devices').set({ state: 'forked' }).where('id', '=', device.id).execute();
      await noteDeviceEvent(trx, { deviceId: device.id, code: 'licence-fork', detail: '' }, context.now());
      const act = { actor: `device:${device.id}`, act: 'licence-forked', subject: device.id, detail: {} };
      await appendAudit(trx, act, context.now());
      return undefined;
    }
    const licence = await signLicence(context, {
      deviceId: device.id,
      signingKey: device.signingKey,
      ageRecipient: device.ageRecipient,
      learnerId: device.learnerId,
      policy,
      serial: Math.max(device.licenceSerial, latest?.serial ?? 0) + 1,
      previous: request.previous,
      nonce: request.nonce,
      requestHash: request.requestHash,
    });
    await insertLicence(trx, licence);
    const detail = { serial: licence.serial };
    await appendAudit(
      trx,
      { actor: `device:${device.id}`, act: 'licence-issued', subject: device.id, detail },
      context.now(),
    );
    return licence.envelope;
  });
  if (answer === undefined) throw new DockError(403, 'FORKED');
  return answer;
}
