import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  type DeviceDetail,
  type DeviceRow,
  type deviceList,
  holdRequest,
  type Look,
  lookedRequest,
  reasonRequest,
  withdrawRequest,
} from '../../api/security.ts';
import { noteLooked, openLooks } from '../../store/device-events.ts';
import { type Device, listDevices, requestRevocation, setSuspended } from '../../store/devices.ts';
import { findLearner } from '../../store/learners.ts';
import { giveOrder, openOrders, withdrawOrder } from '../../store/orders.ts';
import { newestBackup, newPinKey } from '../../store/recovery.ts';
import { DeskError } from '../auth/desk-error.ts';
import type { StationContext } from '../context.ts';
import { handOver } from '../handover/hand-over.ts';
import { modulePatterns, plainCapabilities } from '../licence/module-patterns.ts';
import { addRoute } from './call.ts';
import { deviceHistory } from './device-history.ts';
import { byUrgency, standingOf } from './device-standing.ts';
import { knownDevice } from './known-device.ts';
import { revocationsOf } from './revocations.ts';

const allow = ['security'] as const;

interface Shown {
  readonly learnerName: string | null;
  readonly looks: readonly Look[];
  readonly nowMs: number;
}

function show(device: Device, { learnerName, looks, nowMs }: Shown): DeviceRow {
  return {
    id: device.id,
    learner: { id: device.learnerId, displayName: learnerName },
    ...standingOf(device, nowMs),
    licenceExpiresAtMs: device.licenceExpiresAtMs,
    lastSeenAtMs: device.lastSeenAtMs,
    looks: [...looks],
    writing: device.capabilities.includes('write'),
    keyLevel: device.keyLevel,
  };
}

const handoverRequest = z.object({ toSite: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/) });

/** The table of devices, one device, and what an officer may do to it. */
export function addDeviceRoutes(desk: FastifyInstance, context: StationContext): void {
  const { db } = context;

  addRoute(desk, context, {
    method: 'GET',
    path: '/security/devices',
    allow,
    handle: async (): Promise<z.infer<typeof deviceList>> => {
      const nowMs = context.now();
      const looks = await openLooks(db);
      const rows = (await listDevices(db)).map((one) =>
        show(one, { learnerName: one.learnerName, looks: looks.get(one.id) ?? [], nowMs }),
      );
      return { devices: rows.sort(byUrgency), nowMs };
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/security/devices/:id',
    allow,
    handle: async (call): Promise<DeviceDetail> => {
      const found = await knownDevice(db, call.param('id'));
      const learner = await findLearner(db, found.learnerId);
      const revocation = (await revocationsOf(context)).find((one) => one.deviceId === found.id);
      const nowMs = context.now();
      const looks = (await openLooks(db)).get(found.id) ?? [];
      return {
        ...show(found, { learnerName: learner?.displayName ?? null, looks, nowMs }),
        epoch: found.epoch,
        fingerprint: found.id,
        capabilities: plainCapabilities(found.capabilities),
        modules: modulePatterns(found.capabilities),
        stateReason: found.stateReason,
        heldUntilMs: found.heldUntilMs,
        orders: (await openOrders(db, found.id, nowMs)).map(({ id, kind, orderedAtMs }) => ({ id, kind, orderedAtMs })),
        newPin: (await newPinKey(db, found.id)).state,
        backupAtMs: (await newestBackup(db, found.id))?.createdAtMs ?? null,
        wipedAtMs: found.wipedAtMs,
        createdAtMs: found.createdAtMs,
        licenceSerial: found.licenceSerial,
        revocation: revocation ?? null,
        history: await deviceHistory(db, found.id),
      };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/revoke',
    allow,
    fresh: true,
    body: reasonRequest,
    handle: async (call) => {
      const found = await knownDevice(db, call.param('id'));
      if (found.state === 'revoked') throw new DeskError('WRONG_STATE');
      const fields = { deviceId: found.id, reason: call.body.reason, actor: call.staff().staffId };
      await requestRevocation(db, fields, context.now());
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/looked',
    allow,
    body: lookedRequest,
    handle: async (call) => {
      const { id: deviceId } = await knownDevice(db, call.param('id'));
      const fields = { deviceId, ...call.body, actor: call.staff().staffId };
      if (!(await noteLooked(db, fields, context.now()))) throw new DeskError('WRONG_STATE');
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/hold',
    allow,
    body: holdRequest,
    handle: async (call) => {
      const found = await knownDevice(db, call.param('id'));
      const { reason, untilMs } = call.body;
      if (untilMs !== null && untilMs <= context.now()) throw new DeskError('BAD_REQUEST');
      const fields = { deviceId: found.id, suspended: true, reason, untilMs, actor: call.staff().staffId };
      if (!(await setSuspended(db, fields, context.now()))) throw new DeskError('WRONG_STATE');
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/release',
    allow,
    handle: async (call) => {
      const found = await knownDevice(db, call.param('id'));
      const fields = { deviceId: found.id, suspended: false, reason: null, untilMs: null, actor: call.staff().staffId };
      if (!(await setSuspended(db, fields, context.now()))) throw new DeskError('WRONG_STATE');
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/release-pin',
    allow,
    handle: async (call) => {
      const { id: deviceId } = await knownDevice(db, call.param('id'));
      const fields = { deviceId, kind: 'release-pin', actor: call.staff().staffId } as const;
      if (!(await giveOrder(db, fields, context.now()))) throw new DeskError('WRONG_STATE');
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/new-pin',
    allow,
    fresh: true,
    handle: async (call) => {
      const found = await knownDevice(db, call.param('id'));
      const fields = { deviceId: found.id, kind: 'new-pin', actor: call.staff().staffId } as const;
      if (found.state !== 'ok' || (await newPinKey(db, found.id)).state !== 'ready') throw new DeskError('WRONG_STATE');
      if (!(await giveOrder(db, fields, context.now()))) throw new DeskError('WRONG_STATE');
      return { ok: true };
    },
  });

  for (const kind of ['wipe', 'wipe-closed'] as const) {
    addRoute(desk, context, {
      method: 'POST',
      path: `/security/devices/:id/${kind}`,
      allow,
      fresh: true,
      handle: async (call) => {
        const found = await knownDevice(db, call.param('id'));
        const fields = { deviceId: found.id, kind, actor: call.staff().staffId };
        // Of two copies nobody knows which one holds the work.
        if (found.wipedAtMs !== null || found.state === 'forked') throw new DeskError('WRONG_STATE');
        if (!(await giveOrder(db, fields, context.now()))) throw new DeskError('WRONG_STATE');
        return { ok: true };
      },
    });
  }

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/orders/withdraw',
    allow,
    body: withdrawRequest,
    handle: async (call) => {
      const { id: deviceId } = await knownDevice(db, call.param('id'));
      const fields = { deviceId, orderId: call.body.orderId, actor: call.staff().staffId };
      if (!(await withdrawOrder(db, fields, context.now()))) throw new DeskError('WRONG_STATE');
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/handover',
    allow,
    fresh: true,
    body: handoverRequest,
    handle: async (call) => {
      const fields = { toSite: call.body.toSite, actor: call.staff().staffId };
      if (!(await context.mirror.stationAuthority(fields.toSite))) throw new DeskError('NOT_FOUND');
      if (!(await handOver(context, await knownDevice(db, call.param('id')), fields)))
        throw new DeskError('WRONG_STATE');
      return { ok: true };
    },
  });
}
