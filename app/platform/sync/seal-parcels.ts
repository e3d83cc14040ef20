import type { Bytes } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { keyIdOf } from '#core/crypto/ed25519.ts';
import type { UpItem } from '#core/parcel/items.ts';
import type { OutboxParcel } from '../device/device-database.ts';
import { randomId } from '../device/random.ts';
import { collectBackup, sealBackup } from './backup.ts';
import { outboxOf, resealing } from './outbox.ts';
import { type SyncContext, SyncError } from './sync-context.ts';
import { PARCEL_ROOM_BYTES, packLoads, type UpLoad, waitingItems } from './up-items.ts';

const BACKUP = 'backup.json';

/**
 * Seals everything that waits into parcels, and stores each strictly before anything of it leaves. Sealing happens once:
 * age is randomised, so the same items sealed again would look like another device's. Answers `backupTooLarge` where
 * the work goes without a backup, for no parcel could hold it.
 */
export async function sealWaiting(context: SyncContext, reoffer: boolean): Promise<'sealed' | 'backupTooLarge'> {
  const outbox = outboxOf(context.database);
  const parcels = await outbox.all();
  const identity = await context.meta.read('identity');
  const movedAtEpoch = identity?.moved?.epoch ?? 0;
  const waiting = resealing(parcels, identity?.deviceEpoch ?? 1, { reoffer, movedAtEpoch });
  const startedAtMs = context.nowMs();
  const contents = await collectBackup(context.records);
  const backupSha256 = await sha256Hex(contents);
  const isBackedUp = waiting.ended.length === 0 && (await context.meta.read('backupSha256')) === backupSha256;
  const loads = packLoads(await waitingItems(context, waiting));
  const sealed = loads.length === 0 && isBackedUp ? undefined : await backupFor(context, contents);
  const backup = sealed && sealed.length <= PARCEL_ROOM_BYTES ? sealed : undefined;
  const parts = placeBackup(loads, backup);
  let last = parcels.at(-1);
  for (const part of parts) {
    last = await sealOne(context, part, last);
    await outbox.add(last);
  }
  if (waiting.ended.length > 0) await outbox.drop(waiting.ended);
  const outcome = sealed && !backup ? 'backupTooLarge' : 'sealed';
  if (parts.length === 0) return outcome;
  await context.meta.write({ progressSentAtMs: startedAtMs, ...(backup ? { backupSha256 } : {}) });
  await markReported(context, startedAtMs);
  return outcome;
}

/** A load, perhaps with the backup of the moment. */
interface BackedUpLoad extends UpLoad {
  readonly backup?: Bytes;
}

/**
 * The backup goes with the last load that has room for it, or else alone: what is sealed must always fit, for a parcel
 * that nobody can take would hold up all that follow.
 */
export function placeBackup(loads: readonly UpLoad[], backup: Bytes | undefined): readonly BackedUpLoad[] {
  if (!backup) return loads;
  const at = loads.findLastIndex((load) => load.sizeBytes + backup.length <= PARCEL_ROOM_BYTES);
  if (at < 0) return [...loads, { items: [], attachments: new Map(), sizeBytes: 0, backup }];
  return loads.map((load, index) => (index === at ? { ...load, backup } : load));
}

async function backupFor(context: SyncContext, contents: Bytes): Promise<Bytes | undefined> {
  const file = await context.meta.read('vault');
  return file && sealBackup(contents, context.vault, file);
}

async function sealOne(
  context: SyncContext,
  { backup, ...load }: BackedUpLoad,
  last: OutboxParcel | undefined,
): Promise<OutboxParcel> {
  const { sealParcel } = await import('#core/parcel/seal.ts');
  const { keys, pinned } = context;
  const identity = await context.meta.read('identity');
  const station = context.trust()?.station;
  if (!identity || !station) throw new SyncError({ code: 'NO_STATION_KEY' });
  const items: UpItem[] = [...load.items];
  const attachments = new Map(load.attachments);
  const backupItem: UpItem = {
    kind: 'backup',
    id: randomId(),
    createdAtMs: Math.floor(context.nowMs()),
    attachment: BACKUP,
  };
  if (backup) {
    items.push(backupItem);
    attachments.set(BACKUP, backup);
  }
  const continues = last?.deviceEpoch === identity.deviceEpoch;
  const sequence = continues ? last.sequence + 1 : 1;
  const { id, bytes } = await sealParcel({
    address: {
      direction: 'up',
      from: keys.signer.keyId,
      to: await keyIdOf(pinned.receiptKey),
      siteId: pinned.siteId,
      deviceId: keys.deviceId,
      deviceEpoch: identity.deviceEpoch,
      stationEpoch: identity.stationEpoch,
      sequence,
      previous: continues ? last.id : null,
    },
    items,
    attachments,
    signer: keys.signer,
    recipient: station.keys.age.recipient,
  });
  return {
    id,
    deviceEpoch: identity.deviceEpoch,
    sequence,
    bytes,
    sizeBytes: bytes.length,
    itemIds: items.map((item) => item.id),
    step: 'sealed',
    receipt: null,
    refusal: null,
  };
}

async function markReported(context: SyncContext, startedAtMs: number): Promise<void> {
  const transaction = context.database.transaction('quarantine', 'readwrite', { durability: 'strict' });
  for (const file of await transaction.store.getAll()) await transaction.store.put({ ...file, reported: true });
  await transaction.done;
  const noticed = await context.meta.read('noticed');
  if (!noticed) return;
  // What was noticed while this was sealed goes with the next parcel.
  const told = noticed.map((one) => (one.atMs <= startedAtMs ? { ...one, isReported: true } : one));
  await context.meta.write({ noticed: told });
}
