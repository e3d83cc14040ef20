import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { fromBase64 } from '#core/bytes/base64.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { type Envelope, type VerifiedPayload, verifyEnvelope } from '#core/dsse/dsse.ts';
import { hexString, json, object } from '#core/json/shape.ts';
import { LICENCE_REQUEST_TYPE, parseLicenceRequest } from '#core/licence/request.ts';
import { ACK_TYPE, parseAck } from '#core/parcel/receipt.ts';
import { appendAudit } from '../../store/audit.ts';
import { type Device, findDevice } from '../../store/devices.ts';
import { openPresence, PRESENCE_LIFETIME_MS } from '../../store/presence.ts';
import type { StationContext } from '../context.ts';
import { DockError } from '../http/dock-error.ts';
import { renewLicence } from '../licence/renew.ts';
import { readEnvelope } from './envelope.ts';
import { answerHello, helloShape, type PendingDown } from './hello.ts';
import type { Nonces } from './nonces.ts';
import { bodyBytes, readBody, verifySigned } from './signed-request.ts';

const challengeShape = object({ required: { deviceId: hexString(16) } });
const licenceBodyShape = object({ required: { request: json } });
const ackBodyShape = object({ required: { ack: json } });
/** Challenge, hello, down parcels, licence and presence. */
export function registerSigned(
  dock: FastifyInstance,
  context: StationContext,
  nonces: Nonces,
  pendingDown: PendingDown,
): void {
  const said = (deviceId: string, step: 'hello' | 'down' | 'licence' | 'presence', detail: string): void =>
    context.events.emit({ kind: 'dock', deviceId, step, detail, atMs: context.now() });

  // Unknown devices get a nonce as well: the answer tells nobody which ids exist.
  dock.post('/dock/challenge', async (request) => {
    const { deviceId } = readBody(bodyBytes(request), challengeShape);
    const device = await findDevice(context.db, deviceId);
    return { nonce: device ? nonces.issue(device.id) : randomBytes(16).toString('hex') };
  });

  dock.post('/dock/hello', async (request, reply) => {
    const { device, body } = await verifySigned(context, nonces, request, reply);
    const answer = await answerHello(context, device, readBody(body, helloShape), pendingDown);
    said(device.id, 'hello', answer.device);
    return answer;
  });

  dock.get<{ Params: { id: string } }>('/dock/down/:id', async (request, reply) => {
    const { device } = await verifySigned(context, nonces, request, reply);
    const row = await context.db
      .selectFrom('downParcels')
      .select('objectHash')
      .where('id', '=', request.params.id)
      .where('deviceId', '=', device.id)
      .executeTakeFirst();
    const bytes = row && (await context.objects.get(row.objectHash));
    if (!bytes) throw new DockError(404, 'NOT_FOUND');
    said(device.id, 'down', request.params.id);
    return reply.type('application/octet-stream').send(bytes);
  });

  dock.post<{ Params: { id: string } }>('/dock/down/:id/ack', async (request, reply) => {
    const { device, body } = await verifySigned(context, nonces, request, reply);
    const { envelope, value } = await signedByDevice(device, readBody(body, ackBodyShape).ack, ACK_TYPE, parseAck);
    if (value.deviceId !== device.id || value.parcelId !== request.params.id) throw new DockError(400, 'BAD_REQUEST');
    const nowMs = context.now();
    await context.db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom('downParcels')
        .select('ackedAtMs')
        .where('id', '=', value.parcelId)
        .where('deviceId', '=', device.id)
        .executeTakeFirst();
      if (!row) throw new DockError(404, 'NOT_FOUND');
      if (row.ackedAtMs !== null) return;
      await trx
        .updateTable('downParcels')
        .set({ ack: JSON.stringify(envelope), ackedAtMs: nowMs })
        .where('id', '=', value.parcelId)
        .execute();
      const act = { actor: `device:${device.id}`, act: 'down-acknowledged', subject: value.parcelId, detail: {} };
      await appendAudit(trx, act, nowMs);
    });
    return reply.code(204).send();
  });

  dock.post('/dock/licence', async (request, reply) => {
    const { device, body } = await verifySigned(context, nonces, request, reply);
    const asked = readBody(body, licenceBodyShape).request;
    const { envelope, value } = await signedByDevice(device, asked, LICENCE_REQUEST_TYPE, parseLicenceRequest);
    if (value.deviceId !== device.id) throw new DockError(400, 'BAD_REQUEST');
    if (context.mirror.status()?.revokedDevices.some((entry) => entry.deviceId === device.id)) {
      throw new DockError(403, 'REVOKED');
    }
    const requestHash = createHash('sha256').update(fromBase64(envelope.payload)).digest('hex');
    const licence = await renewLicence(context, device, { ...value, requestHash });
    said(device.id, 'licence', 'renewed');
    return reply.type('application/json; charset=utf-8').send(`{"licence":${licence}}`);
  });

  dock.post('/dock/presence', async (request, reply) => {
    const { device } = await verifySigned(context, nonces, request, reply);
    if (device.state === 'revoked') throw new DockError(403, 'REVOKED');
    const roomCode = await openPresence(
      context.db,
      { deviceId: device.id, learnerId: device.learnerId },
      context.now(),
    );
    said(device.id, 'presence', 'shown');
    return { roomCode, minutes: PRESENCE_LIFETIME_MS / 60_000 };
  });
}

async function signedByDevice<T>(
  device: Device,
  value: Parameters<typeof readEnvelope>[0],
  payloadType: string,
  read: (payload: VerifiedPayload) => T,
): Promise<{ envelope: Envelope; value: T }> {
  try {
    const envelope = readEnvelope(value);
    const keys = [fromHex(device.signingKey)];
    return { envelope, value: read(await verifyEnvelope(envelope, { payloadType, keys })) };
  } catch (cause) {
    throw new DockError(400, 'BAD_REQUEST', cause);
  }
}
