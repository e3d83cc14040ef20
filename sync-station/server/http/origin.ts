import type { FastifyInstance } from 'fastify';
import { DockError } from './dock-error.ts';

const SAFE = new Set(['GET', 'HEAD']);

/**
 * Refuses every request whose Host is not one of `origins`, and every request from a page of another origin. A request
 * without Origin comes from no page (or is a same-origin GET) and passes: the dock has no cookies, so nothing rides on it.
 */
export function requireExactHost(app: FastifyInstance, hostsOf: readonly string[], origins: readonly string[]): void {
  const hosts = new Set(hostsOf.map((origin) => new URL(origin).host));
  const allowed = new Set(origins);
  app.addHook('onRequest', async (request) => {
    const host = request.headers.host;
    if (host === undefined || !hosts.has(host)) throw new DockError(421, 'WRONG_HOST');
    const { origin } = request.headers;
    if (origin !== undefined && !allowed.has(origin)) throw new DockError(403, 'WRONG_ORIGIN');
    if (origin === undefined && !SAFE.has(request.method) && request.headers['sec-fetch-site'] !== undefined) {
      // A browser that says where it comes from always names an origin on a write.
      throw new DockError(403, 'WRONG_ORIGIN');
    }
  });
}

/** Lets the listed origins reach the dock by CORS, without credentials. Register before the routes. */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  const allowed = new Set(origins);
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return undefined;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', 'leeslicht-next-nonce');
    reply.header('vary', 'origin');
    if (request.method !== 'OPTIONS') return undefined;
    reply.header('access-control-allow-methods', 'GET, POST, PUT');
    reply.header(
      'access-control-allow-headers',
      'content-type, leeslicht-device, leeslicht-nonce, leeslicht-signature',
    );
    reply.header('access-control-max-age', '600');
    // Chromium asks this before a public page reaches a private address.
    if (request.headers['access-control-request-private-network'] === 'true') {
      reply.header('access-control-allow-private-network', 'true');
    }
    return reply.code(204).send();
  });
}
