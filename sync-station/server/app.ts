import { join } from 'node:path';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { StationContext } from './context.ts';
import { registerDeskRoutes } from './desk-routes/index.ts';
import { registerDock } from './dock/index.ts';
import { pendingDown } from './down/compose.ts';
import { deskPolicy, learnerPolicy, serveFace } from './http/faces.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import type { Ingest } from './ingest/ingest.ts';

/** Builds the listeners of a station; none listens yet. `faces` holds the built `app/` and `desk/`. */
export async function buildApps(
  ingest: Ingest,
  faces: string,
): Promise<{ learner: FastifyInstance; desk: FastifyInstance; metrics: Metrics }> {
  const { context } = ingest;
  const metrics = createMetrics();
  const learner = listener(context);
  metrics.observe(learner, 'learner');
  redirectOtherHosts(learner, context.config.learnerOrigins[0]);
  await registerDock(learner, ingest, (deviceId) => pendingDown(context, deviceId));
  const reserved = ['/dock', '/repository', '/m/'];
  const hasApp = await serveFace(learner, { folder: join(faces, 'app'), policy: learnerPolicy([]), reserved });

  const desk = listener(context);
  metrics.observe(desk, 'desk');
  await registerDeskRoutes(desk, context);
  const hasDesk = await serveFace(desk, { folder: join(faces, 'desk'), policy: deskPolicy, reserved: ['/desk/api'] });
  if (!hasApp || !hasDesk) context.log.warn({ faces }, 'the web faces are not built: only the interfaces answer');
  return { learner, desk, metrics };
}

function listener(context: StationContext): FastifyInstance {
  // Own lines only: the default ones hold addresses with proofs in them.
  const app = Fastify({
    loggerInstance: context.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 17 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 256 },
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime);
    request.log.debug({ method, route: routeOptions.url, status: reply.statusCode, ms }, 'answered');
  });
  return app;
}

// A page asked for under another name (localhost) goes to the one origin whose storage counts.
function redirectOtherHosts(app: FastifyInstance, origin: string | undefined): void {
  if (origin === undefined) return;
  const { host } = new URL(origin);
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.host === host) return undefined;
    if (request.method === 'GET' && request.url === '/') return reply.redirect(`${origin}/`, 307);
    return reply.code(421).send({ error: 'WRONG_HOST' });
  });
}
