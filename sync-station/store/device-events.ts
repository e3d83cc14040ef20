import type { Transaction } from 'kysely';
import { noticedCodes } from '#core/evidence/noticed.ts';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';
import type { StationSchema } from './schema.ts';

/** Something that happened to a device and that an officer has not looked at yet. */
export interface Look {
  readonly id: number;
  readonly code: string;
  readonly detail: string;
  readonly atMs: number;
}

/** What the devices notice themselves, and what the station notices of them. The rest is for the history. */
const lookCodes: readonly string[] = [
  ...noticedCodes,
  'licence-unknown',
  'licence-forgotten',
  'licence-older',
  'backed-up-lost',
  'returned',
];

interface DeviceEvent {
  readonly deviceId: string;
  readonly code: string;
  readonly detail: string;
}

function sameEvents(trx: Transaction<StationSchema>, { deviceId, code, detail }: DeviceEvent) {
  return trx
    .selectFrom('deviceEvents')
    .select('id')
    .where('deviceId', '=', deviceId)
    .where('code', '=', code)
    .where('detail', '=', detail);
}

/** Notes something the officer must see; the same again is one thing until somebody has looked at it. */
export async function noteDeviceEvent(
  trx: Transaction<StationSchema>,
  event: DeviceEvent,
  nowMs: number,
): Promise<void> {
  const known = await sameEvents(trx, event).where('seenAtMs', 'is', null).executeTakeFirst();
  if (known) return;
  await trx
    .insertInto('deviceEvents')
    .values({ ...event, atMs: nowMs })
    .execute();
}

/** Whether a device has told of something already that happened at `atMs`, whatever an officer made of it since. */
export async function isEventKnown(
  trx: Transaction<StationSchema>,
  event: DeviceEvent,
  atMs: number,
): Promise<boolean> {
  const known = await sameEvents(trx, event).where('atMs', '>=', atMs).executeTakeFirst();
  return known !== undefined;
}

/** What still has to be looked at, by device, newest first. */
export async function openLooks(db: StationDatabase): Promise<ReadonlyMap<string, readonly Look[]>> {
  const rows = await db
    .selectFrom('deviceEvents')
    .select(['id', 'deviceId', 'code', 'detail', 'atMs'])
    .where('code', 'in', lookCodes)
    .where('seenAtMs', 'is', null)
    .orderBy('id', 'desc')
    .execute();
  const looks = new Map<string, Look[]>();
  for (const { deviceId, ...look } of rows) {
    const known = looks.get(deviceId);
    if (known) known.push(look);
    else looks.set(deviceId, [look]);
  }
  return looks;
}

/** How many devices need a look: something was noticed, or there are two copies. */
export async function countDevicesToLookAt(db: StationDatabase): Promise<number> {
  const forked = await db.selectFrom('devices').select('id').where('state', '=', 'forked').execute();
  const noticed = await openLooks(db);
  return new Set([...forked.map(({ id }) => id), ...noticed.keys()]).size;
}

/**
 * An officer has looked at a device. `upTo` is the newest of what the officer was shown: what came in after it stays
 * open. The note is kept here, and never in the audit log. False when there was nothing open.
 */
export async function noteLooked(
  db: StationDatabase,
  fields: { readonly deviceId: string; readonly upTo: number; readonly note: string; readonly actor: string },
  nowMs: number,
): Promise<boolean> {
  const { deviceId, upTo, note, actor } = fields;
  return db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('deviceEvents')
      .set({ seenAtMs: nowMs, seenBy: actor, note })
      .where('deviceId', '=', deviceId)
      .where('code', 'in', lookCodes)
      .where('seenAtMs', 'is', null)
      .where('id', '<=', upTo)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return false;
    const detail = { events: Number(changed.numUpdatedRows) };
    await appendAudit(trx, { actor, act: 'device-looked-at', subject: deviceId, detail }, nowMs);
    return true;
  });
}
