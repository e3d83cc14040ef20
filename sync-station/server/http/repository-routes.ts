import type { FastifyInstance } from 'fastify';
import type { StationContext } from '../context.ts';
import { DockError } from './dock-error.ts';

// Named after their own hash or version, so they never change.
const FIXED = /^(chunks\/|leaves\/|targets\/|metadata\/\d+\.)/;

/** GET /repository/*: the mirror's verified copy. Devices verify it all again. */
export function registerRepository(app: FastifyInstance, context: StationContext): void {
  app.get<{ Params: { '*': string } }>('/repository/*', async (request, reply) => {
    const path = request.params['*'];
    const file = await context.mirror.read(path);
    if (!file) throw new DockError(404, 'NOT_FOUND');
    reply.header('cache-control', FIXED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cross-origin-resource-policy', 'cross-origin');
    reply.type(path.endsWith('.json') ? 'application/json' : 'application/octet-stream');
    return reply.send(file);
  });
}
