import type { Transaction } from 'kysely';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';
import { randomId } from './random-id.ts';
import type { DevicesTable, StationSchema } from './schema.ts';

/** How a device stands with the station. */
export type DeviceState = DevicesTable['state'];

/** A device as routes and the desk use it. */
export interface Device {
  readonly id: string;
  readonly learnerId: string;
  /** Ed25519 public key, hex. */
  readonly signingKey: string;
  readonly ageRecipient: string;
  readonly keyLevel: string;
  readonly epoch: number;
  readonly state: DeviceState;
  readonly stateReason: string | null;
  readonly heldUntilMs: number | null;
  readonly wipedAtMs: number | null;
  readonly capabilities: readonly string[];
  readonly lastSeenAtMs: number | null;
  readonly licenceSerial: number;
  readonly licenceExpiresAtMs: number | null;
  readonly quota: { readonly usageBytes: number; readonly quotaBytes: number } | null;
  readonly createdAtMs: number;
}

/** A device with the name of its learner. */
export interface ListedDevice extends Device {
  readonly learnerName: string | null;
}

/** The device with this id. */
export async function findDevice(
  db: StationDatabase | Transaction<StationSchema>,
  id: string,
): Promise<Device | undefined> {
  const row = await db.selectFrom('devices').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toDevice(row);
}

/** All devices, newest first. */
export async function listDevices(db: StationDatabase): Promise<ListedDevice[]> {
  const rows = await db
    .selectFrom('devices')
    .innerJoin('learners', 'learners.id', 'devices.learnerId')
    .selectAll('devices')
    .select('learners.displayName as learnerName')
    .orderBy('devices.createdAtMs', 'desc')
    .execute();
  return rows.map((row) => ({ ...toDevice(row), learnerName: row.learnerName }));
}

/** The devices of one learner, newest first. */
export async function devicesOfLearner(db: StationDatabase, learnerId: string): Promise<Device[]> {
  const rows = await db
    .selectFrom('devices')
    .selectAll()
    .where('learnerId', '=', learnerId)
    .orderBy('createdAtMs', 'desc')
    .execute();
  return rows.map(toDevice);
}

/** Suspends a device or ends its suspension. A revoked or forked device is left as it is (returns false). */
export async function setSuspended(
  db: StationDatabase,
  fields: {
    readonly deviceId: string;
    readonly suspended: boolean;
    readonly reason: string | null;
    /** When the hold ends by itself; null: only when somebody ends it. */
    readonly untilMs: number | null;
    readonly actor: string;
  },
  nowMs: number,
): Promise<boolean> {
  const from = fields.suspended ? 'ok' : 'suspended';
  const to = fields.suspended ? 'suspended' : 'ok';
  return db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('devices')
      .set({
        state: to,
        stateReason: fields.suspended ? fields.reason : null,
        heldUntilMs: fields.suspended ? fields.untilMs : null,
      })
      .where('id', '=', fields.deviceId)
      .where('state', '=', from)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return false;
    const act = fields.suspended ? 'device-suspended' : 'device-resumed';
    const detail = fields.suspended && fields.untilMs !== null ? { until: fields.untilMs } : {};
    await appendAudit(trx, { actor: fields.actor, act, subject: fields.deviceId, detail }, nowMs);
    return true;
  });
}

/** Whether a device is on hold no more, because the end that was set for it has come. */
export function isHoldOver(device: Pick<Device, 'state' | 'heldUntilMs'>, nowMs: number): boolean {
  return device.state === 'suspended' && device.heldUntilMs !== null && device.heldUntilMs <= nowMs;
}

/** Notes that a hold came to the end that was set for it. */
export async function endHold(trx: Transaction<StationSchema>, deviceId: string, nowMs: number): Promise<void> {
  await trx
    .updateTable('devices')
    .set({ state: 'ok', stateReason: null, heldUntilMs: null })
    .where('id', '=', deviceId)
    .where('state', '=', 'suspended')
    .execute();
  await appendAudit(trx, { actor: 'station', act: 'device-resumed', subject: deviceId, detail: {} }, nowMs);
}

/**
 * Revokes a device at this station at once, and keeps the request until the authorities' status list carries it.
 * An offline device reads on until its licence ends. Returns false when there is no such device.
 */
export async function requestRevocation(
  db: StationDatabase,
  fields: { readonly deviceId: string; readonly reason: string; readonly actor: string },
  nowMs: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('devices')
      .set({ state: 'revoked', stateReason: fields.reason })
      .where('id', '=', fields.deviceId)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return false;
    await trx
      .insertInto('revocationRequests')
      .values({
        id: randomId(),
        deviceId: fields.deviceId,
        reason: fields.reason,
        requestedBy: fields.actor,
        requestedAtMs: nowMs,
        publishedAtMs: null,
      })
      .execute();
    await appendAudit(trx, { actor: fields.actor, act: 'device-revoked', subject: fields.deviceId, detail: {} }, nowMs);
    return true;
  });
}

/** Revocations asked for at this desk, newest first. */
export async function listRevocationRequests(db: StationDatabase): Promise<StationSchema['revocationRequests'][]> {
  return db.selectFrom('revocationRequests').selectAll().orderBy('requestedAtMs', 'desc').execute();
}

function toDevice(row: DevicesTable): Device {
  return {
    ...row,
    capabilities: parseNames(row.capabilities),
    quota: parseQuota(row.quota),
  };
}

/** Reads a JSON list of names that this station wrote. */
export function parseNames(text: string): string[] {
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

function parseQuota(text: string | null): Device['quota'] {
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('usageBytes' in value) || !('quotaBytes' in value)) return null;
  const { usageBytes, quotaBytes } = value;
  return typeof usageBytes === 'number' && typeof quotaBytes === 'number' ? { usageBytes, quotaBytes } : null;
}
