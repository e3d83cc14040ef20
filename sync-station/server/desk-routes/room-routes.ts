import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import {
  type assignmentChoices,
  type presence,
  presenceRequest,
  type RoomEvent,
  type RoomSync,
  type roomHandIn,
  roomHandInRequest,
  type roomToday,
} from '../../api/room.ts';
import { bookRoomHandIn, learnerNames } from '../../store/desk-work.ts';
import { findDevice } from '../../store/devices.ts';
import { findLearner } from '../../store/learners.ts';
import { findPresence, hashRoomCode } from '../../store/presence.ts';
import { DeskError } from '../auth/desk-error.ts';
import { createLoginDelay } from '../auth/login-delay.ts';
import type { StationContext } from '../context.ts';
import { addRoute } from './call.ts';
import { storeFile } from './files.ts';
import { listAssignments } from './published.ts';
import { streamEvents } from './room-events.ts';

const dayMs = 24 * 60 * 60_000;

async function today(context: StationContext): Promise<RoomSync[]> {
  const { db } = context;
  const since = context.now() - (context.now() % dayMs);
  const names = await learnerNames(db);
  const devices = await db
    .selectFrom('devices')
    .select(['id', 'learnerId', 'lastSeenAtMs', 'licenceExpiresAtMs'])
    .where('lastSeenAtMs', '>=', since)
    .orderBy('lastSeenAtMs', 'desc')
    .execute();
  const syncs: RoomSync[] = [];
  for (const device of devices) {
    const parcels = await db
      .selectFrom('parcels')
      .leftJoin('receipts', (join) =>
        join.onRef('receipts.parcelId', '=', 'parcels.id').on('receipts.step', '=', 'backedUp'),
      )
      .select(['parcels.id', 'sequence', 'receivedAtMs', 'sizeBytes', 'receipt', 'receipts.step'])
      .where('deviceId', '=', device.id)
      .where('receivedAtMs', '>=', since)
      .orderBy('receivedAtMs', 'desc')
      .execute();
    const sent = await db
      .selectFrom('downItems')
      .innerJoin('downParcels', 'downParcels.id', 'downItems.parcelId')
      .select((query) => query.fn.countAll<number>().as('count'))
      .where('downParcels.deviceId', '=', device.id)
      .where('downParcels.ackedAtMs', '>=', since)
      .executeTakeFirst();
    syncs.push({
      deviceId: device.id,
      learner: { id: device.learnerId, displayName: names.get(device.learnerId) ?? null },
      lastAtMs: device.lastSeenAtMs ?? since,
      parcels: parcels.map(({ step, receipt, ...parcel }) => ({
        ...parcel,
        receipt: step === 'backedUp' ? 'backedUp' : receipt === null ? 'none' : 'stored',
      })),
      sentItems: Number(sent?.count ?? 0),
      licenceExpiresAtMs: device.licenceExpiresAtMs,
    });
  }
  return syncs;
}

/** The computer room: what docks now, what synced today, and handing in a file for a learner who is there. */
export function addRoomRoutes(desk: FastifyInstance, context: StationContext): void {
  const { db } = context;
  const delay = createLoginDelay();

  addRoute(desk, context, {
    method: 'GET',
    path: '/room',
    allow: 'staff',
    handle: async (): Promise<z.infer<typeof roomToday>> => ({ syncs: await today(context), nowMs: context.now() }),
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/room/events',
    allow: 'staff',
    handle: async (call) =>
      streamEvents(call, async (event): Promise<RoomEvent> => {
        const device = await findDevice(db, event.deviceId);
        const learner = device && (await findLearner(db, device.learnerId));
        return { ...event, learner: learner?.displayName ?? null };
      }),
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/room/assignments',
    allow: 'staff',
    handle: async (): Promise<z.infer<typeof assignmentChoices>> => ({
      assignments: await listAssignments(context.mirror),
    }),
  });

  async function present(code: string, staffId: string) {
    // Six digits are few: wrong ones cost time.
    const waitMs = delay.waitMs(staffId, context.now());
    if (waitMs > 0) throw new DeskError('WAIT_BEFORE_LOGIN', { retryAfterSeconds: Math.ceil(waitMs / 1000) });
    const found = await findPresence(db, code, context.now());
    if (!found) {
      delay.failed(staffId, context.now());
      throw new DeskError('CODE_UNKNOWN');
    }
    delay.succeeded(staffId);
    return found;
  }

  async function learnerOf(id: string) {
    const learner = await findLearner(db, id);
    return { id, displayName: learner?.displayName ?? null };
  }

  addRoute(desk, context, {
    method: 'POST',
    path: '/room/presence',
    allow: 'staff',
    body: presenceRequest,
    handle: async (call): Promise<z.infer<typeof presence>> => {
      const found = await present(call.body.roomCode, call.staff().staffId);
      return { learner: await learnerOf(found.learnerId), expiresAtMs: found.expiresAtMs };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/room/hand-ins',
    allow: 'staff',
    body: roomHandInRequest,
    handle: async (call): Promise<z.infer<typeof roomHandIn>> => {
      const { roomCode, assignmentId, modulePath, file } = call.body;
      const actor = call.staff().staffId;
      await present(roomCode, actor);
      const assignment = (await listAssignments(context.mirror)).find(
        (one) => one.assignmentId === assignmentId && one.modulePath === modulePath,
      );
      if (!assignment) throw new DeskError('NOT_FOUND');
      const stored = { hash: await storeFile(context, file), name: file.name };
      const fields = { assignmentId, modulePath, title: assignment.title, file: stored, actor };
      const booked = await bookRoomHandIn(db, { ...fields, codeHash: hashRoomCode(roomCode) }, context.now());
      if (!booked) throw new DeskError('CODE_UNKNOWN');
      context.jobs.wake();
      return {
        submissionId: booked.submissionId,
        learner: await learnerOf(booked.learnerId),
        title: assignment.title,
        fileName: file.name,
        sha256: createHash('sha256').update(Buffer.from(file.base64, 'base64')).digest('hex'),
        handedInAtMs: context.now(),
      };
    },
  });
}
