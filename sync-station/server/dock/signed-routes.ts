import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { arrivalBody, helloBody, orderDoneBody, ordersBody, returnBody } from '#core/dock/protocol.ts';
import { hexString, json, object } from '#core/json/shape.ts';
import { findDevice } from '../../store/devices.ts';
import { openPresence, PRESENCE_LIFETIME_MS } from '../../store/presence.ts';
import type { StationContext } from '../context.ts';
import { arrive } from '../handover/arrive.ts';
import { DockError } from '../http/dock-error.ts';
import { answerOrders, bookOrderDone } from '../orders/orders.ts';
import { answerRequest, bookAck } from './device-words.ts';
import { readEnvelope } from './envelope.ts';
import { answerHello, type PendingDown } from './hello.ts';
import type { Nonces } from './nonces.ts';
import { bodyBytes, readBody, verifySigned } from './signed-request.ts';
import { takeBack } from './take-back.ts';

const challengeShape = object({ required: { deviceId: hexString(16) } });
const licenceBodyShape = object({ required: { request: json } });
const ackBodyShape = object({ required: { ack: json } });
/** Challenge, hello, down parcels, licence, orders and presence. */
export function registerSigned(
  dock: FastifyInstance,
  context: StationContext,
  nonces: Nonces,
  pendingDown: PendingDown,
): void {
  const said = (deviceId: string, step: 'hello' | 'down' | 'licence' | 'presence' | 'done', detail: string): void =>
    context.events.emit({ kind: 'dock', deviceId, step, detail, atMs: context.now() });

  // Unknown devices get a nonce as well: the answer tells nobody which ids exist.
  dock.post('/dock/challenge', async (request) => {
    const { deviceId } = readBody(bodyBytes(request), challengeShape);
    const device = await findDevice(context.db, deviceId);
    return { nonce: device ? nonces.issue(device.id) : randomBytes(16).toString('hex') };
  });

  dock.post('/dock/return', async (request, reply) => {
    const { licence, deviceEpoch } = readBody(bodyBytes(request), returnBody);
    const deviceId = await takeBack(context, licence, deviceEpoch);
    said(deviceId, 'hello', 'returned');
    return reply.code(204).send();
  });

  dock.post('/dock/arrivals', async (request, reply) => {
    const { handover } = readBody(bodyBytes(request), arrivalBody);
    said(await arrive(context, handover), 'hello', 'arrived');
    return reply.code(204).send();
  });

  dock.post('/dock/hello', async (request, reply) => {
    const { device, body } = await verifySigned(context, nonces, request, reply);
    const answer = await answerHello(context, device, readBody(body, helloBody), pendingDown);
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
    await bookAck(context, device, request.params.id, readEnvelope(readBody(body, ackBodyShape).ack));
    return reply.code(204).send();
  });

  dock.post('/dock/licence', async (request, reply) => {
    const { device, body } = await verifySigned(context, nonces, request, reply);
    const licence = await answerRequest(context, device, readEnvelope(readBody(body, licenceBodyShape).request));
    said(device.id, 'licence', 'renewed');
    return reply.type('application/json; charset=utf-8').send(`{"licence":${licence}}`);
  });

  dock.post('/dock/orders', async (request, reply) => {
    const { device, body } = await verifySigned(context, nonces, request, reply);
    return answerOrders(context, device, readBody(body, ordersBody));
  });

  dock.post('/dock/orders/done', async (request, reply) => {
    const { deviceId, done } = readBody(bodyBytes(request), orderDoneBody);
    await bookOrderDone(context, deviceId, done);
    return reply.code(204).send();
  });

  // formats/dock-api.md 3.6: for the room's screen alone; nothing else follows from it
  dock.post('/dock/done', async (request, reply) => {
    const { device } = await verifySigned(context, nonces, request, reply);
    said(device.id, 'done', 'told');
    return reply.code(204).send();
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
