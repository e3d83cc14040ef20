import type { Transaction } from 'kysely';
import { utf8 } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { keyIdOf } from '#core/crypto/ed25519.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { attachmentOf, type DownItem, downItemsShape } from '#core/parcel/items.ts';
import { sealParcel } from '#core/parcel/seal.ts';
import { type Device, findDevice } from '../../store/devices.ts';
import { downHead } from '../../store/down-parcels.ts';
import type { StationSchema } from '../../store/schema.ts';
import { stationEpoch } from '../../store/settings.ts';
import type { StationContext } from '../context.ts';

// Leaves room below 16 MiB for the manifest, the archive and age.
const MAX_CONTENTS_BYTES = 14 * 1024 * 1024;
const MAX_PARCEL_ITEMS = 1_000;

/** What waits for a device. */
export interface WaitingParcel {
  readonly id: string;
  readonly sizeBytes: number;
}

/**
 * Seals what waits for the device's learner, each item once and stored before it is offered, and lists every parcel
 * that the device has not acknowledged, oldest first.
 */
export async function pendingDown(context: StationContext, deviceId: string): Promise<readonly WaitingParcel[]> {
  return context.db.transaction().execute(async (trx) => {
    const device = await findDevice(trx, deviceId);
    if (!device) return [];
    await freeFromEarlier(trx, device);
    while (await sealNext(context, trx, device)) {
      // Until nothing waits.
    }
    return trx
      .selectFrom('downParcels')
      .select(['id', 'sizeBytes'])
      .where('deviceId', '=', device.id)
      .where('deviceEpoch', '=', device.epoch)
      .where('ackedAtMs', 'is', null)
      .orderBy('sequence')
      .execute();
  });
}

/** What an earlier epoch, or a device enrolled before this one, never acknowledged waits again. */
async function freeFromEarlier(trx: Transaction<StationSchema>, device: Device): Promise<void> {
  await trx
    .updateTable('downItems')
    .set({ parcelId: null })
    .where('learnerId', '=', device.learnerId)
    .where('parcelId', 'in', (unread) =>
      unread
        .selectFrom('downParcels')
        .innerJoin('devices', 'devices.id', 'downParcels.deviceId')
        .innerJoin('devices as mine', (join) => join.on('mine.id', '=', device.id))
        .select('downParcels.id')
        .where('downParcels.ackedAtMs', 'is', null)
        .where((is) =>
          is.or([
            is.and([is('devices.id', '=', device.id), is('downParcels.deviceEpoch', '<', device.epoch)]),
            is('devices.createdAtMs', '<', is.ref('mine.createdAtMs')),
          ]),
        ),
    )
    .execute();
}

async function sealNext(context: StationContext, trx: Transaction<StationSchema>, device: Device): Promise<boolean> {
  const { items, attachments } = await nextContents(context, trx, device);
  if (items.length === 0) return false;
  const { receipt } = context.keys;
  const last = await downHead(trx, device.id, device.epoch);
  const sequence = (last?.sequence ?? 0) + 1;
  const previous = last?.parcelId ?? null;
  const sealed = await sealParcel({
    address: {
      direction: 'down',
      from: receipt.keyId,
      to: await keyIdOf(fromHex(device.signingKey)),
      siteId: context.config.siteId,
      deviceId: device.id,
      deviceEpoch: device.epoch,
      stationEpoch: await stationEpoch(trx),
      sequence,
      previous,
    },
    items,
    attachments,
    signer: receipt,
    recipient: device.ageRecipient,
  });
  const objectHash = await context.objects.put(sealed.bytes);
  const { id } = sealed;
  const sizeBytes = sealed.bytes.length;
  const row = { id, deviceId: device.id, deviceEpoch: device.epoch, sequence, previous, objectHash, sizeBytes };
  await trx
    .insertInto('downParcels')
    .values({ ...row, sealedAtMs: context.now(), ack: null, ackedAtMs: null })
    .execute();
  const ids = items.map((item) => item.id);
  await trx.updateTable('downItems').set({ parcelId: id }).where('id', 'in', ids).execute();
  return true;
}

async function nextContents(context: StationContext, trx: Transaction<StationSchema>, device: Device) {
  const rows = await trx
    .selectFrom('downItems')
    .select(['item', 'attachmentHash'])
    .where('learnerId', '=', device.learnerId)
    .where('parcelId', 'is', null)
    // A backup to restore, or the word about a parcel, is for one device alone.
    .where((is) => is.or([is('deviceId', 'is', null), is('deviceId', '=', device.id)]))
    .orderBy('queuedAtMs')
    .limit(MAX_PARCEL_ITEMS)
    .execute();
  const items: DownItem[] = [];
  const attachments = new Map<string, Uint8Array>();
  let sizeBytes = 0;
  for (const row of rows) {
    const [item] = downItemsShape([parseJson(utf8(row.item))], 'items');
    if (!item) continue;
    const name = attachmentOf(item);
    const file = row.attachmentHash === null ? undefined : await context.objects.get(row.attachmentHash);
    const itemBytes = utf8(row.item).length + (file?.length ?? 0);
    if (itemBytes > MAX_CONTENTS_BYTES || (name !== undefined && !file)) {
      // One item that cannot travel must not hold up the others.
      context.log.error({ item: item.id }, 'an item cannot be sent: its file is too large or missing');
      continue;
    }
    if (sizeBytes + itemBytes > MAX_CONTENTS_BYTES) break;
    sizeBytes += itemBytes;
    items.push(item);
    if (name !== undefined && file) attachments.set(name, file);
  }
  return { items, attachments };
}
