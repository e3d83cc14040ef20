import type { FastifyInstance } from 'fastify';
import type { StationContext } from '../context.ts';
import { deskPolicy } from '../http/faces.ts';

/**
 * Sets the desk's headers on every answer and refuses a foreign Host, so that another site's name cannot point here.
 * A page asked for under another name is sent to the desk's own address.
 */
export function guardDesk(desk: FastifyInstance, context: StationContext): void {
  const { deskOrigin } = context.config;
  const host = new URL(deskOrigin).host;
  desk.addHook('onRequest', async (request, reply) => {
    if (request.headers.host === host) return;
    if (request.method === 'GET' && request.url === '/') return reply.redirect(`${deskOrigin}/`, 307);
    return reply.code(421).send({ error: 'WRONG_ORIGIN' });
  });
  desk.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', deskPolicy);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cross-origin-opener-policy', 'same-origin');
    reply.header('cross-origin-resource-policy', 'same-origin');
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  });
}
