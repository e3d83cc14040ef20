import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { recoveryAnswer, type recoveryFile, type recoveryList, recoveryRequest } from '../../api/security.ts';
import { appendAudit } from '../../store/audit.ts';
import { learnerNames } from '../../store/desk-work.ts';
import { devicesOfLearner, findDevice } from '../../store/devices.ts';
import { queueDown } from '../../store/down-queue.ts';
import { randomId } from '../../store/random-id.ts';
import { newPinKey, requestRecovery } from '../../store/recovery.ts';
import { DeskError } from '../auth/desk-error.ts';
import type { StationContext } from '../context.ts';
import { addRoute } from './call.ts';

const allow = ['security'] as const;

/** What the custodians' command writes: the backup's key, wrapped anew for one device. */
const answerFile = z.object({ recoveryId: z.string(), deviceId: z.string(), wrapped: z.string().min(16).max(50_000) });

function parseAnswer(text: string): z.infer<typeof answerFile> {
  try {
    return answerFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new DeskError('BAD_ANSWER', { cause });
  }
}

/** Recovery of a learner's sealed backup with the custodians' key, which never comes to a station. */
export function addRecoveryRoutes(desk: FastifyInstance, context: StationContext): void {
  const { db } = context;

  async function backup(id: string) {
    const row = await db.selectFrom('recovery').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new DeskError('NOTHING_TO_RECOVER');
    return row;
  }

  async function makerOf(parcelId: string): Promise<string | undefined> {
    const row = await db.selectFrom('parcels').select('deviceId').where('id', '=', parcelId).executeTakeFirst();
    return row?.deviceId;
  }

  addRoute(desk, context, {
    method: 'GET',
    path: '/security/recovery',
    allow,
    handle: async (): Promise<z.infer<typeof recoveryList>> => {
      const names = await learnerNames(db);
      const rows = await db
        .selectFrom('recovery')
        .innerJoin('parcels', 'parcels.id', 'recovery.parcelId')
        .selectAll('recovery')
        .select('parcels.deviceId as madeBy')
        .orderBy('recovery.createdAtMs', 'desc')
        .orderBy('parcels.sequence', 'desc')
        .execute();
      // Of each laptop its newest: the one that replaces a broken one makes backups of its own at once.
      const newest = new Map<string, (typeof rows)[number]>();
      for (const row of rows) if (!newest.has(row.madeBy)) newest.set(row.madeBy, row);
      const backups = [];
      for (const row of newest.values()) {
        const devices = (await devicesOfLearner(db, row.learnerId)).filter((one) => one.state === 'ok');
        backups.push({
          id: row.id,
          learner: { id: row.learnerId, displayName: names.get(row.learnerId) ?? null },
          madeBy: row.madeBy,
          createdAtMs: row.createdAtMs,
          requestedAtMs: row.requestedAtMs,
          answeredAtMs: row.answeredAtMs,
          targetDeviceId: row.targetDeviceId,
          newPin: (await newPinKey(db, row.madeBy)).state,
          devices: devices.map(({ id, createdAtMs }) => ({ id, createdAtMs })),
        });
      }
      return { backups };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/recovery/:id/request',
    allow,
    fresh: true,
    body: recoveryRequest,
    handle: async (call): Promise<z.infer<typeof recoveryFile>> => {
      const row = await backup(call.param('id'));
      const device = await findDevice(db, call.body.deviceId);
      if (!device || device.learnerId !== row.learnerId || device.state !== 'ok') throw new DeskError('WRONG_STATE');
      const sealed = await context.objects.get(row.backupHash);
      if (!sealed) throw new DeskError('NOTHING_TO_RECOVER');
      const { id, learnerId } = row;
      const fields = { id, learnerId, deviceId: device.id, actor: call.staff().staffId };
      await requestRecovery(db, fields, context.now());
      const isOwn = (await makerOf(row.parcelId)) === device.id;
      const request = {
        kind: 'leeslicht-recovery-request',
        version: 1,
        purpose: isOwn ? 'new-pin' : 'replacement',
        siteId: context.config.siteId,
        recoveryId: row.id,
        learnerId: row.learnerId,
        deviceId: device.id,
        deviceRecipient: device.ageRecipient,
        requestedAt: new Date(context.now()).toISOString(),
        backupSha256: row.backupHash,
        backup: Buffer.from(sealed).toString('base64'),
      };
      return { fileName: `recovery-request-${row.id}.json`, text: `${JSON.stringify(request, null, 2)}\n` };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/recovery/answer',
    allow,
    fresh: true,
    body: recoveryAnswer,
    handle: async (call) => {
      const { recoveryId, deviceId, wrapped } = parseAnswer(call.body.text);
      const row = await backup(recoveryId);
      if (row.requestedAtMs === null || row.targetDeviceId !== deviceId) throw new DeskError('BAD_ANSWER');
      if (row.answeredAtMs !== null) throw new DeskError('WRONG_STATE');
      const actor = call.staff().staffId;
      const nowMs = context.now();
      const isOwn = (await makerOf(row.parcelId)) === deviceId;
      const id = randomId();
      const item = { id, kind: 'backup-restore', createdAtMs: nowMs, wrapped, attachment: id };
      await db.transaction().execute(async (trx) => {
        await trx.updateTable('recovery').set({ wrapped, answeredAtMs: nowMs }).where('id', '=', row.id).execute();
        // The key in it is wrapped to this one device: another of the learner could not open it. The device that made
        // the backup has everything in it, and waits for a new PIN: it gets the key by an order (formats/orders.md 5).
        if (!isOwn) await queueDown(trx, { learnerId: row.learnerId, deviceId }, item, row.backupHash, nowMs);
        const detail = { learner: row.learnerId, device: deviceId };
        await appendAudit(trx, { actor, act: 'recovery-answered', subject: row.id, detail }, nowMs);
      });
      context.jobs.wake();
      return { ok: true };
    },
  });
}
