import type { FastifyInstance } from 'fastify';
import { fromHex } from '#core/bytes/hex.ts';
import { EvidenceError } from '#core/evidence/evidence-error.ts';
import { noticedCodes } from '#core/evidence/noticed.ts';
import { openReport, type Report } from '#core/evidence/report.ts';
import { type CheckNumber, type ReadReport, reportRequest } from '../../api/evidence.ts';
import { appendAudit } from '../../store/audit.ts';
import { openCheck, takeCheck } from '../../store/checks.ts';
import { isEventKnown, noteDeviceEvent } from '../../store/device-events.ts';
import type { Device } from '../../store/devices.ts';
import { DeskError } from '../auth/desk-error.ts';
import type { StationContext } from '../context.ts';
import { addRoute } from './call.ts';
import { knownDevice } from './known-device.ts';

const allow = ['security'] as const;
const known: readonly string[] = noticedCodes;

async function opened(text: string, device: Device): Promise<Report> {
  try {
    return await openReport(text, fromHex(device.signingKey));
  } catch (cause) {
    if (!(cause instanceof EvidenceError)) throw cause;
    throw new DeskError(cause.code === 'MALFORMED' ? 'NO_REPORT' : 'FOREIGN_REPORT', { cause });
  }
}

/** A device in an officer's hand: the number for its report, and the report that it signed. */
export function addReportRoutes(desk: FastifyInstance, context: StationContext): void {
  const { db } = context;

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/checks',
    allow,
    handle: async (call): Promise<CheckNumber> => {
      const { id: deviceId } = await knownDevice(db, call.param('id'));
      return openCheck(db, { deviceId, actor: call.staff().staffId }, context.now());
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/report',
    allow,
    body: reportRequest,
    handle: async (call): Promise<ReadReport> => {
      const found = await knownDevice(db, call.param('id'));
      const report = await opened(call.body.text, found);
      const actor = call.staff().staffId;
      const nowMs = context.now();
      const isNew = await db.transaction().execute(async (trx) => {
        const taken = report.check !== null && (await takeCheck(trx, found.id, report.check, nowMs));
        for (const { code, detail, atMs } of report.events) {
          const event = { deviceId: found.id, code, detail };
          if (known.includes(code) && !(await isEventKnown(trx, event, atMs))) await noteDeviceEvent(trx, event, nowMs);
        }
        const detail = { events: report.events.length, forCheck: taken ? 1 : 0 };
        await appendAudit(trx, { actor, act: 'report-read', subject: found.id, detail }, nowMs);
        return taken;
      });
      const { madeAtMs, wallMs, verdict, licence, events, older } = report;
      return { isNew, madeAtMs, wallMs, verdict, licence, events: [...events], older };
    },
  });
}
