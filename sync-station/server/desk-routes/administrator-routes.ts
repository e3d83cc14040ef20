import { stat } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import {
  changeStaffRequest,
  type MirrorInfo,
  newStaffRequest,
  type StaffRow,
  type staffList,
  type stationInfo,
} from '../../api/administrator.ts';
import { failingKinds } from '../../store/jobs.ts';
import { addStaff } from '../auth/add-staff.ts';
import { changeStaff } from '../auth/change-staff.ts';
import { parseRoles } from '../auth/sessions.ts';
import type { StationContext } from '../context.ts';
import { addRoute } from './call.ts';

const allow = ['administrator'] as const;

/** A school that restarts, or a stick that is being changed, is no trouble yet. */
const TRIES_BEFORE_NOTICE = 4;
const SCHOOL_JOBS = ['hand-in-upstream', 'message-upstream', 'fetch-upstream'];

async function failing({ db }: StationContext): Promise<('school' | 'backup')[]> {
  const kinds = await failingKinds(db, TRIES_BEFORE_NOTICE);
  const school = SCHOOL_JOBS.some((kind) => kinds.has(kind));
  return [...(school ? (['school'] as const) : []), ...(kinds.has('back-up') ? (['backup'] as const) : [])];
}

async function isBackupOnSameDisk({ config }: StationContext): Promise<boolean> {
  if (config.backup === undefined) return false;
  try {
    const [data, copy] = [await stat(config.dataFolder), await stat(config.backup)];
    return data.dev === copy.dev;
  } catch {
    // The medium is away: the failing backup says so.
    return false;
  }
}

function describeMirror(context: StationContext): MirrorInfo {
  const { versions, expiresAtMs, ...state } = context.mirror.state();
  return {
    ...state,
    repository: context.config.repository ?? null,
    roles: Object.entries(versions).map(([role, version]) => ({
      role,
      version,
      expiresAtMs: expiresAtMs[role] ?? null,
    })),
    nowMs: context.now(),
  };
}

/** Staff accounts, what this station is, and its mirror. */
export function addAdministratorRoutes(desk: FastifyInstance, context: StationContext): void {
  const { db, config, keys } = context;

  addRoute(desk, context, {
    method: 'GET',
    path: '/administrator/staff',
    allow,
    handle: async (): Promise<z.infer<typeof staffList>> => {
      const rows = await db
        .selectFrom('staff')
        .select(['id', 'login', 'displayName', 'roles', 'disabled', 'createdAtMs'])
        .orderBy('displayName')
        .execute();
      const staff = rows.map(
        (row): StaffRow => ({ ...row, roles: parseRoles(row.roles), disabled: row.disabled === 1 }),
      );
      return { staff };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/administrator/staff',
    allow,
    fresh: true,
    body: newStaffRequest,
    handle: async (call) => {
      await addStaff(db, call.body, { actor: call.staff().staffId, nowMs: context.now() });
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/administrator/staff/:id',
    allow,
    fresh: true,
    body: changeStaffRequest,
    handle: async (call) => {
      const options = { actor: call.staff().staffId, nowMs: context.now() };
      await changeStaff(db, call.param('id'), call.body, options);
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/administrator/station',
    allow,
    handle: async (): Promise<z.infer<typeof stationInfo>> => ({
      stationName: config.stationName,
      siteId: config.siteId,
      siteName: config.siteName,
      whereToSync: config.whereToSync,
      deskOrigin: config.deskOrigin,
      learnerOrigins: [...config.learnerOrigins],
      receiptKeyId: keys.receipt.keyId,
      licenceKeyId: keys.licence.keyId,
      ageRecipient: keys.age.recipient,
      licenceDays: config.licenceDays,
      granted: context.mirror.stationGrant() !== undefined,
      failing: await failing(context),
      backupOnSameDisk: await isBackupOnSameDisk(context),
      nowMs: context.now(),
    }),
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/administrator/mirror',
    allow,
    handle: async () => describeMirror(context),
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/administrator/mirror/refresh',
    allow,
    handle: async () => {
      await context.mirror.refresh();
      return describeMirror(context);
    },
  });
}
