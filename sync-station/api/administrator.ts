import { z } from 'zod';
import { id, instantMs } from './basics.ts';
import { role } from './session.ts';

/** A member of staff, without anything secret. */
export const staffRow = z.object({
  id,
  login: z.string(),
  displayName: z.string(),
  roles: z.array(role),
  disabled: z.boolean(),
  createdAtMs: instantMs,
});

/** A member of staff. */
export type StaffRow = z.infer<typeof staffRow>;

/** GET /desk/api/administrator/staff */
export const staffList = z.object({ staff: z.array(staffRow) });

/** The shortest password for staff. */
export const minPasswordCharacters = 12;

/** A login name: what a person types. */
export const loginName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{1,39}$/);

/** POST /desk/api/administrator/staff */
export const newStaffRequest = z.object({
  login: loginName,
  displayName: z.string().trim().min(1).max(120),
  password: z.string().min(1).max(200),
  roles: z.array(role).min(1),
});

/** POST /desk/api/administrator/staff/:id: only what changes. */
export const changeStaffRequest = z.object({
  displayName: z.string().trim().min(1).max(120).optional(),
  roles: z.array(role).min(1).optional(),
  disabled: z.boolean().optional(),
  password: z.string().min(1).max(200).optional(),
});

/** GET /desk/api/administrator/station */
export const stationInfo = z.object({
  stationName: z.string(),
  siteId: z.string(),
  siteName: z.string(),
  whereToSync: z.string(),
  deskOrigin: z.string(),
  learnerOrigins: z.array(z.string()),
  receiptKeyId: z.string(),
  licenceKeyId: z.string(),
  ageRecipient: z.string(),
  licenceDays: z.number(),
  granted: z.boolean(),
  /** What has failed at every try of late. */
  failing: z.array(z.enum(['school', 'backup'])),
  /** Whether one broken disk would take the station and its backup. */
  backupOnSameDisk: z.boolean(),
  nowMs: instantMs,
});

/** GET /desk/api/administrator/mirror, and the answer to POST …/mirror/refresh */
export const mirrorInfo = z.object({
  kind: z.enum(['empty', 'fresh', 'late', 'stopped']),
  repository: z.string().nullable(),
  refreshedAtMs: instantMs.nullable(),
  rootSha256: z.string().nullable(),
  roles: z.array(z.object({ role: z.string(), version: z.number().int(), expiresAtMs: instantMs.nullable() })),
  failure: z.object({ code: z.string(), atMs: instantMs }).nullable(),
  nowMs: instantMs,
});

/** How the mirror of the published repository stands. */
export type MirrorInfo = z.infer<typeof mirrorInfo>;
