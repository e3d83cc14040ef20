import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';
import { dropNewPinKey } from './recovery.ts';
import type { DeviceOrdersTable, StationSchema } from './schema.ts';

/** What an officer ordered for a device. */
export type DeviceOrder = DeviceOrdersTable;

type Queries = StationDatabase | Transaction<StationSchema>;

const HOUR_MS = 3_600_000;

/** How long an order waits for its device (formats/orders.md 3.2, 4.6, 5.6 and 6.5). */
const LIFETIME_MS: Readonly<Record<DeviceOrder['kind'], number>> = {
  'release-pin': 24 * HOUR_MS,
  wipe: 90 * 24 * HOUR_MS,
  'new-pin': HOUR_MS / 2,
  'wipe-closed': 24 * HOUR_MS,
};

/** The orders that wait for a device, oldest first. */
export function openOrders(db: Queries, deviceId: string, nowMs: number): Promise<DeviceOrder[]> {
  return db
    .selectFrom('deviceOrders')
    .selectAll()
    .where('deviceId', '=', deviceId)
    .where('takenAtMs', 'is', null)
    .where('withdrawnAtMs', 'is', null)
    .where('expiresAtMs', '>', nowMs)
    .orderBy('orderedAtMs')
    .execute();
}

/** Gives an order. False when the same one waits already. */
export async function giveOrder(
  db: StationDatabase,
  fields: { readonly deviceId: string; readonly kind: DeviceOrder['kind']; readonly actor: string },
  nowMs: number,
): Promise<boolean> {
  const { deviceId, kind, actor } = fields;
  return db.transaction().execute(async (trx) => {
    if ((await openOrders(trx, deviceId, nowMs)).some((order) => order.kind === kind)) return false;
    const id = randomBytes(16).toString('hex');
    const times = { orderedAtMs: nowMs, expiresAtMs: nowMs + LIFETIME_MS[kind] };
    await trx
      .insertInto('deviceOrders')
      .values({ id, deviceId, kind, orderedBy: actor, ...times, takenAtMs: null, done: null, withdrawnAtMs: null })
      .execute();
    await appendAudit(trx, { actor, act: `${kind}-ordered`, subject: deviceId, detail: { order: id } }, nowMs);
    return true;
  });
}

/** Withdraws an order that still waits; false when it does not. */
export async function withdrawOrder(
  db: StationDatabase,
  fields: { readonly deviceId: string; readonly orderId: string; readonly actor: string },
  nowMs: number,
): Promise<boolean> {
  const { deviceId, orderId, actor } = fields;
  return db.transaction().execute(async (trx) => {
    const order = (await openOrders(trx, deviceId, nowMs)).find(({ id }) => id === orderId);
    if (!order) return false;
    await trx.updateTable('deviceOrders').set({ withdrawnAtMs: nowMs }).where('id', '=', orderId).execute();
    const act = { actor, act: `${order.kind}-withdrawn`, subject: deviceId, detail: { order: orderId } };
    await appendAudit(trx, act, nowMs);
    return true;
  });
}

/**
 * Books the device's word, also for an order that ran out or was withdrawn while the device was carrying it out: what is
 * done is done. Answers false for an order that was never given to this device; the same word again changes nothing.
 */
export async function noteOrderDone(
  trx: Transaction<StationSchema>,
  fields: Pick<DeviceOrder, 'deviceId' | 'kind'> & {
    readonly orderId: string;
    readonly done: string;
    readonly doneAtMs: number;
  },
  nowMs: number,
): Promise<boolean> {
  const { deviceId, orderId, kind, done, doneAtMs } = fields;
  const order = await trx
    .selectFrom('deviceOrders')
    .select('takenAtMs')
    .where('id', '=', orderId)
    .where('deviceId', '=', deviceId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  if (!order) return false;
  if (order.takenAtMs !== null) return true;
  await trx.updateTable('deviceOrders').set({ takenAtMs: nowMs, done }).where('id', '=', orderId).execute();
  if (kind === 'new-pin') await dropNewPinKey(trx, deviceId);
  if (kind === 'wipe' || kind === 'wipe-closed') {
    // Its keys are gone: whoever shows them now is a copy.
    const gone = { state: 'revoked', stateReason: null, heldUntilMs: null, wipedAtMs: doneAtMs } as const;
    await trx.updateTable('devices').set(gone).where('id', '=', deviceId).execute();
  }
  const act = { actor: `device:${deviceId}`, act: `${kind}-done`, subject: deviceId, detail: { order: orderId } };
  await appendAudit(trx, act, nowMs);
  return true;
}
