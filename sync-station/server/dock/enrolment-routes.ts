import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { normaliseCode } from '#core/enrolment/code.ts';
import { json, object, string } from '#core/json/shape.ts';
import { findEnrolment, takeCode } from '../../store/enrolments.ts';
import { findLearner } from '../../store/learners.ts';
import type { StationContext } from '../context.ts';
import { DockError } from '../http/dock-error.ts';
import { readEnrolmentRequest } from '../licence/confirm.ts';
import { readEnvelope } from './envelope.ts';
import { bodyBytes, readBody } from './signed-request.ts';

const takeShape = object({ required: { code: string({ maxLength: 40 }), request: json } });

/** POST /dock/enrolments and GET /dock/enrolments/:id. */
export function registerEnrolment(dock: FastifyInstance, context: StationContext): void {
  // Slow enough that 40 bits last: 5 tries a code, and 20 a minute from one address whatever the code.
  const rateLimit = { max: 20, timeWindow: '1 minute' };

  dock.post('/dock/enrolments', { config: { rateLimit } }, async (request, reply) => {
    const body = readBody(bodyBytes(request), takeShape);
    const envelope = await asked(() => readEnvelope(body.request));
    const wanted = await asked(() => readEnrolmentRequest(envelope));
    const code = codeOf(body.code);
    const taken = await takeCode(
      context.db,
      {
        code,
        request: JSON.stringify(envelope),
        deviceId: wanted.deviceId,
        deviceNonce: wanted.deviceNonce,
        stationNonce: randomBytes(16).toString('hex'),
      },
      context.now(),
    );
    if (taken.kind === 'refused') throw new DockError(403, taken.code);
    context.events.emit({ kind: 'dock', deviceId: wanted.deviceId, step: 'enrolment', atMs: context.now() });
    return reply.code(201).send({ enrolmentId: taken.enrolmentId, stationNonce: taken.stationNonce });
  });

  dock.get<{ Params: { id: string }; Querystring: { proof?: string } }>('/dock/enrolments/:id', async (request) => {
    const enrolment = await findEnrolment(context.db, request.params.id);
    const { proof } = request.query;
    if (!enrolment || enrolment.deviceNonce === null || !proves(proof, enrolment.deviceNonce)) {
      throw new DockError(404, 'NOT_FOUND');
    }
    if (enrolment.state === 'confirmed' && enrolment.licence !== null) {
      const learner = await findLearner(context.db, enrolment.learnerId);
      return {
        state: 'confirmed',
        licence: JSON.parse(enrolment.licence),
        deviceEpoch: enrolment.deviceEpoch,
        learnerLabel: learner?.displayName ?? '',
      };
    }
    const gone = enrolment.state !== 'requested' || enrolment.expiresAtMs + 60 * 60_000 < context.now();
    return { state: gone ? 'refused' : 'waiting' };
  });
}

function codeOf(text: string): string {
  try {
    return normaliseCode(text) ?? '';
  } catch {
    // Letters that no code has: it counts as a wrong code like any other.
    return '';
  }
}

async function asked<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new DockError(400, 'BAD_REQUEST', cause);
  }
}

function proves(proof: string | undefined, deviceNonce: string): boolean {
  if (proof === undefined || !/^[0-9a-f]{64}$/.test(proof)) return false;
  const expected = createHash('sha256').update(Buffer.from(deviceNonce, 'hex')).digest();
  return timingSafeEqual(Buffer.from(proof, 'hex'), expected);
}
