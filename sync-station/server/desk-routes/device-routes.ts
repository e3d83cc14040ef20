import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { type DeviceDetail, type DeviceRow, type deviceList, reasonRequest } from '../../api/security.ts';
import { type Device, findDevice, listDevices, requestRevocation, setSuspended } from '../../store/devices.ts';
import { findLearner } from '../../store/learners.ts';
import { DeskError } from '../auth/desk-error.ts';
import type { StationContext } from '../context.ts';
import { modulePatterns, plainCapabilities } from '../licence/module-patterns.ts';
import { addRoute } from './call.ts';
import { deviceHistory } from './device-history.ts';
import { byUrgency, standingOf } from './device-standing.ts';
import { revocationsOf } from './revocations.ts';

const allow = ['security'] as const;

function show(device: Device, learnerName: string | null, nowMs: number): DeviceRow {
  return {
    id: device.id,
    learner: { id: device.learnerId, displayName: learnerName },
    ...standingOf(device, nowMs),
    licenceExpiresAtMs: device.licenceExpiresAtMs,
    lastSeenAtMs: device.lastSeenAtMs,
    writing: device.capabilities.includes('write'),
    keyLevel: device.keyLevel,
  };
}

/** The table of devices, one device, and what an officer may do to it. */
export function addDeviceRoutes(desk: FastifyInstance, context: StationContext): void {
  const { db } = context;

  async function device(id: string): Promise<Device> {
    const found = await findDevice(db, id);
    if (!found) throw new DeskError('NOT_FOUND');
    return found;
  }

  addRoute(desk, context, {
    method: 'GET',
    path: '/security/devices',
    allow,
    handle: async (): Promise<z.infer<typeof deviceList>> => {
      const nowMs = context.now();
      const rows = (await listDevices(db)).map((one) => show(one, one.learnerName, nowMs));
      return { devices: rows.sort(byUrgency), nowMs };
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/security/devices/:id',
    allow,
    handle: async (call): Promise<DeviceDetail> => {
      const found = await device(call.param('id'));
      const learner = await findLearner(db, found.learnerId);
      const revocation = (await revocationsOf(context)).find((one) => one.deviceId === found.id);
      return {
        ...show(found, learner?.displayName ?? null, context.now()),
        epoch: found.epoch,
        fingerprint: found.id,
        capabilities: plainCapabilities(found.capabilities),
        modules: modulePatterns(found.capabilities),
        stateReason: found.stateReason,
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
      const found = await device(call.param('id'));
      if (found.state === 'revoked') throw new DeskError('WRONG_STATE');
      const fields = { deviceId: found.id, reason: call.body.reason, actor: call.staff().staffId };
      await requestRevocation(db, fields, context.now());
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/hold',
    allow,
    body: reasonRequest,
    handle: async (call) => {
      const found = await device(call.param('id'));
      const fields = { deviceId: found.id, suspended: true, reason: call.body.reason, actor: call.staff().staffId };
      if (!(await setSuspended(db, fields, context.now()))) throw new DeskError('WRONG_STATE');
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/devices/:id/release',
    allow,
    handle: async (call) => {
      const found = await device(call.param('id'));
      const fields = { deviceId: found.id, suspended: false, reason: null, actor: call.staff().staffId };
      if (!(await setSuspended(db, fields, context.now()))) throw new DeskError('WRONG_STATE');
      return { ok: true };
    },
  });
}
