import { statfs } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import type { StationContext } from '../context.ts';
import { DockError } from '../http/dock-error.ts';
import { type Ingest, ingestParcel } from '../ingest/ingest.ts';
import type { Nonces } from './nonces.ts';
import { verifySigned } from './signed-request.ts';

const PARCEL_ID = /^[0-9a-f]{64}$/;

/** PUT /dock/parcels/:parcelId. */
export function registerParcels(dock: FastifyInstance, nonces: Nonces, ingest: Ingest): void {
  const { context } = ingest;
  const disk = diskReserve(context);

  dock.put<{ Params: { parcelId: string } }>(
    '/dock/parcels/:parcelId',
    { onRequest: () => disk.require() },
    async (request, reply) => {
      const { device, body } = await verifySigned(context, nonces, request, reply);
      const { parcelId } = request.params;
      if (!PARCEL_ID.test(parcelId)) throw new DockError(400, 'BAD_REQUEST');
      const answer = await ingestParcel(ingest, device, parcelId, body);
      const step = answer.kind === 'receipt' ? 'up' : 'refused';
      const detail = answer.kind === 'receipt' ? parcelId : answer.code;
      context.events.emit({ kind: 'dock', deviceId: device.id, step, detail, atMs: context.now() });
      reply.type('application/json; charset=utf-8');
      // The kept text goes out as it is, so that the same parcel gets the same bytes.
      if (answer.kind === 'receipt') return reply.send(`{"receipt":${answer.envelope}}`);
      return reply.code(statusOf(answer.code)).send(`{"refusal":${answer.envelope}}`);
    },
  );
}

function statusOf(code: string): number {
  return code === 'GAP' || code === 'FORK' || code === 'FORKED' ? 409 : 422;
}

const CHECK_EVERY_MS = 1_000;

/** Refuses before any byte of a body is read when the disk is under its reserve. */
function diskReserve(context: StationContext): { require(): Promise<void> } {
  let checkedAtMs = Number.NEGATIVE_INFINITY;
  let enough = true;
  return {
    require: async () => {
      const nowMs = performance.now();
      if (nowMs - checkedAtMs >= CHECK_EVERY_MS) {
        const { bavail, bsize } = await statfs(context.config.dataFolder);
        enough = bavail * bsize >= context.config.diskReserveBytes;
        checkedAtMs = nowMs;
      }
      if (!enough) throw new DockError(507, 'DISK_RESERVE');
    },
  };
}
