import { fromHex } from '#core/bytes/hex.ts';
import { type Envelope, type VerifiedPayload, verifyEnvelope } from '#core/dsse/dsse.ts';
import { LICENCE_REQUEST_TYPE, parseLicenceRequest } from '#core/licence/request.ts';
import { ACK_TYPE, parseAck } from '#core/parcel/receipt.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Device } from '../../store/devices.ts';
import type { StationContext } from '../context.ts';
import { DockError } from '../http/dock-error.ts';
import { payloadHash } from '../licence/issue.ts';
import { renewLicence } from '../licence/renew.ts';
import { isRevoked } from '../licence/revoked.ts';

/** Books a device's signed word that it holds a down parcel. Throws DockError BAD_REQUEST or NOT_FOUND. */
export async function bookAck(
  context: StationContext,
  device: Device,
  parcelId: string,
  envelope: Envelope,
): Promise<void> {
  const value = await signedByDevice(device, envelope, ACK_TYPE, parseAck);
  if (value.deviceId !== device.id || value.parcelId !== parcelId) throw new DockError(400, 'BAD_REQUEST');
  const nowMs = context.now();
  await context.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('downParcels')
      .select('ackedAtMs')
      .where('id', '=', parcelId)
      .where('deviceId', '=', device.id)
      .executeTakeFirst();
    if (!row) throw new DockError(404, 'NOT_FOUND');
    if (row.ackedAtMs !== null) return;
    await trx
      .updateTable('downParcels')
      .set({ ack: JSON.stringify(envelope), ackedAtMs: nowMs })
      .where('id', '=', parcelId)
      .execute();
    const act = { actor: `device:${device.id}`, act: 'down-acknowledged', subject: parcelId, detail: {} };
    await appendAudit(trx, act, nowMs);
  });
}

/** Answers a device's signed request with a licence, as envelope text. Throws DockError as {@link renewLicence}. */
export async function answerRequest(context: StationContext, device: Device, envelope: Envelope): Promise<string> {
  const value = await signedByDevice(device, envelope, LICENCE_REQUEST_TYPE, parseLicenceRequest);
  if (value.deviceId !== device.id) throw new DockError(400, 'BAD_REQUEST');
  if (isRevoked(context, device.id)) throw new DockError(403, 'REVOKED');
  return renewLicence(context, device, { ...value, requestHash: payloadHash(envelope) });
}

async function signedByDevice<T>(
  device: Device,
  envelope: Envelope,
  payloadType: string,
  read: (payload: VerifiedPayload) => T,
): Promise<T> {
  try {
    return read(await verifyEnvelope(envelope, { payloadType, keys: [fromHex(device.signingKey)] }));
  } catch (cause) {
    throw new DockError(400, 'BAD_REQUEST', cause);
  }
}
