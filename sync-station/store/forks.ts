import type { Transaction } from 'kysely';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';
import { requestRevocation } from './devices.ts';
import { addJob } from './jobs.ts';
import { setParcelHead } from './parcels.ts';
import type { StationSchema } from './schema.ts';
import { readSetting, writeSetting } from './settings.ts';

/** What an officer decides about two copies of one device. `headParcelId` is null when only a renewal showed the copy. */
export type ForkOutcome =
  | { readonly kind: 'revoke' }
  | { readonly kind: 'continue'; readonly headParcelId: string | null };

/**
 * Ends a fork. The work of every branch is opened (items are unique, so nothing counts twice), and then has its receipt.
 * With `continue` the branch that `headParcelId` is part of goes on, to its end; with `revoke` the device is revoked.
 * Returns false when there is nothing to decide.
 */
export async function resolveFork(
  db: StationDatabase,
  fields: { readonly deviceId: string; readonly outcome: ForkOutcome; readonly actor: string },
  nowMs: number,
): Promise<boolean> {
  const { deviceId, outcome, actor } = fields;
  const resolved = await db.transaction().execute(async (trx) => {
    const device = await trx.selectFrom('devices').select('state').where('id', '=', deviceId).executeTakeFirst();
    const branches = await trx
      .selectFrom('branches')
      .select('parcelId')
      .where('deviceId', '=', deviceId)
      .where('resolvedAtMs', 'is', null)
      .execute();
    if (branches.length === 0 && device?.state !== 'forked') return false;
    if (outcome.kind === 'continue' && !(await goOn(trx, deviceId, outcome.headParcelId))) return false;
    for (const { parcelId } of branches) {
      await trx
        .updateTable('parcels')
        .set({ state: 'accepted' })
        .where('id', '=', parcelId)
        .where('state', '=', 'forked')
        .execute();
      await addJob(trx, { kind: 'open-parcel', body: { parcelId } }, nowMs);
    }
    await trx
      .updateTable('branches')
      .set({ resolvedAtMs: nowMs, resolvedBy: actor })
      .where('deviceId', '=', deviceId)
      .where('resolvedAtMs', 'is', null)
      .execute();
    await appendAudit(
      trx,
      { actor, act: 'fork-resolved', subject: deviceId, detail: { outcome: outcome.kind } },
      nowMs,
    );
    return true;
  });
  if (resolved && outcome.kind === 'revoke') await requestRevocation(db, { deviceId, reason: 'fork', actor }, nowMs);
  return resolved;
}

async function goOn(trx: Transaction<StationSchema>, deviceId: string, headParcelId: string | null): Promise<boolean> {
  if (headParcelId !== null) {
    const parcels = await trx
      .selectFrom('parcels')
      .select(['id', 'previous', 'deviceEpoch', 'sequence'])
      .where('deviceId', '=', deviceId)
      .where('state', '!=', 'quarantined')
      .execute();
    let head = parcels.find((parcel) => parcel.id === headParcelId);
    if (!head) return false;
    // The branch may be longer than the place where it parted.
    for (let next = followerOf(parcels, head); next; next = followerOf(parcels, next)) head = next;
    await setParcelHead(trx, deviceId, { epoch: head.deviceEpoch, sequence: head.sequence, parcelId: head.id });
  }
  await trx.updateTable('devices').set({ state: 'ok', stateReason: null }).where('id', '=', deviceId).execute();
  // Which licence the true device holds is not known here: its next request says it, once.
  await writeSetting(trx, openChain(deviceId), 'open');
  // Nor how far it has read: its next hello says it, once.
  await writeSetting(trx, openDown(deviceId), 'open');
  return true;
}

function followerOf<T extends { id: string; previous: string | null; deviceEpoch: number }>(
  parcels: readonly T[],
  of: T,
): T | undefined {
  return parcels.find((parcel) => parcel.previous === of.id && parcel.deviceEpoch === of.deviceEpoch);
}

/** Whether an officer's decision lets the next licence request name any licence before it; asking uses that up. */
export function takeOpenChain(trx: Transaction<StationSchema>, deviceId: string): Promise<boolean> {
  return takeSetting(trx, openChain(deviceId));
}

/** Whether an officer's decision lets the next hello say how far the device has read; asking uses that up. */
export function takeOpenDown(trx: Transaction<StationSchema>, deviceId: string): Promise<boolean> {
  return takeSetting(trx, openDown(deviceId));
}

async function takeSetting(trx: Transaction<StationSchema>, name: string): Promise<boolean> {
  const isOpen = (await readSetting(trx, name)) !== undefined;
  if (isOpen) await trx.deleteFrom('settings').where('name', '=', name).execute();
  return isOpen;
}

const openChain = (deviceId: string): string => `licenceChainOpen:${deviceId}`;
const openDown = (deviceId: string): string => `downOpen:${deviceId}`;
