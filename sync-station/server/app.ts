import { join } from 'node:path';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { StationContext } from './context.ts';
import { registerDeskRoutes } from './desk-routes/index.ts';
import { registerDock } from './dock/index.ts';
import { pendingDown } from './down/compose.ts';
import { deskPolicy, learnerPolicy, sandboxPolicy, serveFace } from './http/faces.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import type { Ingest } from './ingest/ingest.ts';

/**
 * Builds the listeners of a station; none listens yet. `faces` holds the built `app/`, `desk/` and `sandbox/`. Without a
 * `sandboxOrigin` the app shows no scripted content.
 */
export async function buildApps(
  ingest: Ingest,
  faces: string,
  sandboxOrigin?: string,
): Promise<{
  learner: FastifyInstance;
  desk: FastifyInstance;
  sandbox: FastifyInstance | undefined;
  metrics: Metrics;
}> {
  const { context } = ingest;
  const metrics = createMetrics();
  const learner = listener(context);
  metrics.observe(learner, 'learner');
  redirectOtherHosts(learner, context.config.learnerOrigins[0]);
  await registerDock(learner, ingest, (deviceId) => pendingDown(context, deviceId));
  const reserved = ['/dock', '/repository', '/m/'];
  learner.get('/sandbox.json', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ origin: sandboxOrigin ?? null }),
  );
  const policy = learnerPolicy([], sandboxOrigin);
  const hasApp = await serveFace(learner, { folder: join(faces, 'app'), policy, reserved });

  const desk = listener(context);
  metrics.observe(desk, 'desk');
  await registerDeskRoutes(desk, context);
  const hasDesk = await serveFace(desk, { folder: join(faces, 'desk'), policy: deskPolicy, reserved: ['/desk/api'] });
  if (!hasApp || !hasDesk) context.log.warn({ faces }, 'the web faces are not built: only the interfaces answer');
  const sandbox = sandboxOrigin === undefined ? undefined : await buildSandbox(context, faces, sandboxOrigin);
  return { learner, desk, sandbox, metrics };
}

/** formats/module.md 8.1: three files, and 404 for every other address. */
async function buildSandbox(
  context: StationContext,
  faces: string,
  origin: string,
): Promise<FastifyInstance | undefined> {
  const sandbox = listener(context);
  redirectOtherHosts(sandbox, origin);
  // decisions/0066: closes WebRTC in the player's own page too, which content can reach into
  sandbox.addHook('onSend', async (_request, reply) => {
    reply.header('connection-allowlist', '(response-origin)');
  });
  const policy = sandboxPolicy(origin, context.config.learnerOrigins[0] ?? "'none'");
  const isBuilt = await serveFace(sandbox, { folder: join(faces, 'sandbox'), policy, reserved: ['/'] });
  return isBuilt ? sandbox : undefined;
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
