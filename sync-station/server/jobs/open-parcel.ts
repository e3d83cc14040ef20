import type { Transaction } from 'kysely';
import { utf8 } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { attachmentOf, type UpItem } from '#core/parcel/items.ts';
import { ParcelError } from '#core/parcel/parcel-error.ts';
import { openHeader } from '#core/parcel/parcel-file.ts';
import { openContents, type ParcelContents } from '#core/parcel/seal.ts';
import { appendAudit } from '../../store/audit.ts';
import { noteDeviceEvent } from '../../store/device-events.ts';
import { type Device, findDevice } from '../../store/devices.ts';
import { bookEarlyFeedback } from '../../store/feedback.ts';
import { addJob } from '../../store/jobs.ts';
import { findParcel, type ParcelRow } from '../../store/parcels.ts';
import { randomId } from '../../store/random-id.ts';
import type { StationSchema } from '../../store/schema.ts';
import type { StationContext } from '../context.ts';

type Station = Omit<StationContext, 'jobs'>;

const bodyShape = object({ required: { parcelId: string() } });

/**
 * Opens an accepted parcel and books its items in one durable step; an item that the learner sent before counts once.
 * A parcel that cannot be opened is quarantined and shown to the officer. Throws when its file is missing or damaged.
 */
export async function openParcelJob(station: Station, body: string): Promise<void> {
  const { parcelId } = bodyShape(parseJson(utf8(body)), 'body');
  const parcel = await findParcel(station.db, parcelId);
  if (parcel?.state !== 'accepted') return;
  const device = await findDevice(station.db, parcel.deviceId);
  const bytes = await station.objects.get(parcel.objectHash);
  if (!device || !bytes) throw new Error(`the file or device of parcel ${parcelId} is missing`);
  let contents: ParcelContents;
  try {
    const opened = await openHeader(bytes, [fromHex(device.signingKey)]);
    contents = await openContents(opened, station.keys.age.identity);
  } catch (error) {
    if (!(error instanceof ParcelError)) throw error;
    return quarantine(station, parcel, error.code);
  }
  if (contents.direction !== 'up') return quarantine(station, parcel, 'MALFORMED');
  const { items, attachments } = contents;
  const stored = new Map<string, string>();
  for (const [name, file] of attachments) stored.set(name, await station.objects.put(file));
  const nowMs = station.now();
  await station.db.transaction().execute(async (trx) => {
    for (const item of items) {
      const name = attachmentOf(item);
      const attachmentHash = (name !== undefined && stored.get(name)) || null;
      await bookItem(trx, { parcel, device, item, attachmentHash, nowMs });
    }
    await trx.updateTable('parcels').set({ state: 'opened' }).where('id', '=', parcelId).execute();
    const act = { actor: 'station', act: 'parcel-opened', subject: parcelId, detail: { items: items.length } };
    await appendAudit(trx, act, nowMs);
  });
}

interface Booking {
  readonly parcel: ParcelRow;
  readonly device: Device;
  readonly item: UpItem;
  readonly attachmentHash: string | null;
  readonly nowMs: number;
}

async function bookItem(trx: Transaction<StationSchema>, booking: Booking): Promise<void> {
  const { parcel, device, item, attachmentHash, nowMs } = booking;
  const { learnerId } = device;
  const { id, kind, createdAtMs } = item;
  const fresh = await trx
    .insertInto('items')
    .values({ learnerId, id, parcelId: parcel.id, kind, body: JSON.stringify(item), attachmentHash, createdAtMs })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!fresh) return;
  switch (item.kind) {
    case 'submission': {
      const { assignmentId, modulePath, title, text, words } = item;
      const booked = await trx
        .insertInto('submissions')
        .values({
          id,
          learnerId,
          assignmentId,
          modulePath,
          title,
          text,
          words,
          attachmentHash,
          fileName: item.fileName ?? null,
          source: 'parcel',
          step: 'handedIn',
          handedInAtMs: parcel.receivedAtMs,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      // Random ids of 128 bits only meet when a device takes another learner's.
      if (booked) {
        await addJob(trx, { kind: 'hand-in-upstream', body: { submissionId: id } }, nowMs);
        await bookEarlyFeedback(trx, { submissionId: id, learnerId }, nowMs);
      } else await noteDeviceEvent(trx, { deviceId: device.id, code: 'id-taken', detail: id }, parcel.receivedAtMs);
      return;
    }
    case 'message': {
      const { text } = item;
      const row = { id, learnerId, direction: 'up' as const, kind: 'message' as const, sender: learnerId, title: null };
      const booked = await trx
        .insertInto('messages')
        .values({ ...row, text, createdAtMs, upstreamId: null })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (booked) await addJob(trx, { kind: 'message-upstream', body: { messageId: id } }, nowMs);
      return;
    }
    case 'backup': {
      if (attachmentHash === null) return;
      const none = { requestedBy: null, requestedAtMs: null, wrapped: null, targetDeviceId: null, answeredAtMs: null };
      await trx
        .insertInto('recovery')
        .values({ id: randomId(), learnerId, backupHash: attachmentHash, parcelId: parcel.id, createdAtMs, ...none })
        .execute();
      return;
    }
    case 'event':
      await noteDeviceEvent(trx, { deviceId: device.id, code: item.code, detail: item.detail }, parcel.receivedAtMs);
      return;
    // Kept as they are in `items`, where the tutor's results are read from
    case 'statement':
    case 'progress':
      return;
  }
}

async function quarantine(station: Station, parcel: ParcelRow, code: string): Promise<void> {
  await station.db.transaction().execute(async (trx) => {
    await trx.updateTable('parcels').set({ state: 'quarantined' }).where('id', '=', parcel.id).execute();
    const event = { deviceId: parcel.deviceId, code: 'parcel-unreadable', detail: code };
    await noteDeviceEvent(trx, event, station.now());
    const act = { actor: 'station', act: 'parcel-quarantined', subject: parcel.id, detail: { code } };
    await appendAudit(trx, act, station.now());
  });
}
