import type { Bytes } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { keyIdOf } from '#core/crypto/ed25519.ts';
import type { UpItem } from '#core/parcel/items.ts';
import type { OutboxParcel } from '../device/device-database.ts';
import { randomId } from '../device/random.ts';
import { collectBackup, sealBackup } from './backup.ts';
import { outboxOf } from './outbox.ts';
import { type SyncContext, SyncError } from './sync-context.ts';
import { packLoads, type UpLoad, waitingItems } from './up-items.ts';

const BACKUP = 'backup.json';

/**
 * Seals everything that waits into parcels, and stores each strictly before anything of it leaves. Sealing happens once:
 * age is randomised, so the same items sealed again would look like another device's.
 */
export async function sealWaiting(context: SyncContext): Promise<void> {
  const outbox = outboxOf(context.database);
  const parcels = await outbox.all();
  const startedAtMs = context.nowMs();
  const sealed = new Set(parcels.flatMap((parcel) => parcel.itemIds));
  const contents = await collectBackup(context.records);
  const backupSha256 = await sha256Hex(contents);
  const isBackedUp = (await context.meta.read('backupSha256')) === backupSha256;
  const loads = packLoads(await waitingItems(context, sealed));
  const backup = await backupFor(context, contents);
  const fresh: readonly UpLoad[] =
    loads.length > 0 || isBackedUp || !backup ? loads : [{ items: [], attachments: new Map(), sizeBytes: 0 }];
  let last = parcels.at(-1);
  for (const load of fresh) {
    last = await sealOne(context, load, backup, last);
    await outbox.add(last);
  }
  if (fresh.length === 0) return;
  await context.meta.write({ progressSentAtMs: startedAtMs, ...(backup ? { backupSha256 } : {}) });
  await markReported(context);
}

async function backupFor(context: SyncContext, contents: Bytes): Promise<Bytes | undefined> {
  const file = await context.meta.read('vault');
  return file && sealBackup(contents, context.vault, file);
}

async function sealOne(
  context: SyncContext,
  load: UpLoad,
  backup: Bytes | undefined,
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

async function markReported(context: SyncContext): Promise<void> {
  const transaction = context.database.transaction('quarantine', 'readwrite', { durability: 'strict' });
  for (const file of await transaction.store.getAll()) await transaction.store.put({ ...file, reported: true });
  await transaction.done;
}
