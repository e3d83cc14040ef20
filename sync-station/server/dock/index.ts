import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { toHex } from '#core/bytes/hex.ts';
import { stationEpoch } from '../../store/settings.ts';
import { DockError } from '../http/dock-error.ts';
import { allowOrigins, requireExactHost } from '../http/origin.ts';
import { registerRepository } from '../http/repository-routes.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { registerEnrolment } from './enrolment-routes.ts';
import type { PendingDown } from './hello.ts';
import { createNonces } from './nonces.ts';
import { registerParcels } from './parcel-routes.ts';
import { registerSigned } from './signed-routes.ts';

// A parcel of 16 MiB with its header.
const BODY_LIMIT = 16 * 1024 * 1024 + 64 * 1024;

/** The dock and the mirrored repository, in a scope of their own: bodies stay bytes, answers carry no cookies. */
export async function registerDock(app: FastifyInstance, ingest: Ingest, pendingDown: PendingDown): Promise<void> {
  const { context } = ingest;
  await app.register(
    async (dock) => {
      const { learnerOrigins } = context.config;
      allowOrigins(dock, learnerOrigins);
      requireExactHost(dock, learnerOrigins.slice(0, 1), learnerOrigins);
      dock.removeAllContentTypeParsers();
      dock.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
        done(null, body),
      );
      await dock.register(rateLimit, {
        global: false,
        errorResponseBuilder: () => new DockError(429, 'TOO_MANY'),
      });
      dock.setErrorHandler(async (error, request, reply) => {
        const answer = toDockError(error);
        if (answer.status >= 500 && answer.code === 'INTERNAL') request.log.error({ err: error }, 'dock failed');
        return reply.code(answer.status).send({ error: answer.code });
      });
      dock.addHook('onSend', async (request, reply) => {
        if (request.url.startsWith('/dock/')) reply.header('cache-control', 'no-store');
      });
      // Preflights are answered by the hook above; the route only makes it run.
      dock.options('/dock/*', async (_request, reply) => reply.code(204).send());
      dock.options('/repository/*', async (_request, reply) => reply.code(204).send());

      dock.get('/dock/info', async () => ({
        protocol: 1,
        stationName: context.config.stationName,
        siteId: context.config.siteId,
        siteName: context.config.siteName,
        receiptKey: toHex(context.keys.receipt.publicKey),
        licenceKey: toHex(context.keys.licence.publicKey),
        ageRecipient: context.keys.age.recipient,
        stationEpoch: await stationEpoch(context.db),
        rootSha256: context.mirror.state().rootSha256,
      }));

      const nonces = createNonces(context.now);
      registerEnrolment(dock, context);
      registerSigned(dock, context, nonces, pendingDown);
      registerParcels(dock, nonces, ingest);
      registerRepository(dock, context);
    },
    { bodyLimit: BODY_LIMIT },
  );
}

function toDockError(error: unknown): DockError {
  if (error instanceof DockError) return error;
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return new DockError(413, 'TOO_LARGE', error);
  if (typeof status === 'number' && status >= 400 && status < 500) return new DockError(status, 'BAD_REQUEST', error);
  return new DockError(500, 'INTERNAL', error);
}
