import { type HelloAnswer, receiptAnswer, refusalAnswer } from '#core/dock/protocol.ts';
import type { Envelope } from '#core/dsse/dsse.ts';
import { verifyEnvelope } from '#core/dsse/dsse.ts';
import { parseJson } from '#core/json/strict-json.ts';
import {
  parseReceipt,
  parseRefusal,
  RECEIPT_TYPE,
  REFUSAL_TYPE,
  type Receipt,
  receiptCovers,
} from '#core/parcel/receipt.ts';
import type { OutboxParcel } from '../device/device-database.ts';
import type { RecordChange } from '../records/open-records.ts';
import type { AttemptRecord, MessageRecord, SubmissionRecord } from '../records/records.ts';
import { dockError, read } from '../transports/dock-client.ts';
import { receiptKeys } from '../trust/trust.ts';
import { outboxOf, parcelsToSend } from './outbox.ts';
import { type SyncContext, SyncError } from './sync-context.ts';

/** What happened to one parcel. */
export type SentParcel =
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | { readonly kind: 'refused'; readonly code: string };

/** Which parcels a station asks for. */
export type Wanted = Pick<HelloAnswer, 'expectedSequence' | 'missing' | 'reoffer'>;

/** All that was sealed and has no receipt, without asking the station what it misses. */
export const ALL_SEALED: Wanted = { expectedSequence: Number.MAX_SAFE_INTEGER, missing: [], reoffer: false };

/** What sending needs; no PIN. */
export type SendPorts = Pick<
  SyncContext,
  'database' | 'meta' | 'keys' | 'pinned' | 'dock' | 'signal' | 'trust' | 'nowMs'
>;

/**
 * Sends what the station must have, oldest first. The same bytes every time, so a cut cable costs nothing. A refused
 * parcel stays here and does not stop the next step. Throws TransportError, or DockError as `DISK_RESERVE`.
 */
export async function* sendParcels(
  context: SendPorts,
  wanted: Wanted,
): AsyncGenerator<{ readonly done: number; readonly total: number; readonly sent: SentParcel }, void, undefined> {
  const identity = await context.meta.read('identity');
  if (!identity) throw new SyncError({ code: 'NOT_ENROLLED' });
  const parcels = parcelsToSend(await outboxOf(context.database).all(), identity.deviceEpoch, wanted);
  for (const [index, parcel] of parcels.entries()) {
    context.signal.throwIfAborted();
    const sent = await sendOne(context, parcel);
    yield { done: index + 1, total: parcels.length, sent };
    // Parcels after a refused one would only be a gap.
    if (sent.kind === 'refused') return;
  }
}

/** Marks the work in every parcel with a receipt as handed in. Safe to do again after a crash in between. */
export async function markHandedIn(context: SyncContext): Promise<void> {
  const received = (await outboxOf(context.database).all()).filter((parcel) => parcel.step !== 'sealed');
  const parcelOf = new Map(received.flatMap((parcel) => parcel.itemIds.map((id) => [id, parcel])));
  const changes: RecordChange[] = [];
  const handedInAtMs = Math.floor(context.nowMs());
  for (const record of await context.records.all<SubmissionRecord>('submissions')) {
    const parcel = parcelOf.get(record.id);
    if (!parcel || record.step !== 'outbox') continue;
    const value: SubmissionRecord = { ...record, step: 'handedIn', receiptId: parcel.id, handedInAtMs };
    changes.push({ kind: 'put', table: 'submissions', id: record.id, value });
  }
  for (const record of await context.records.all<MessageRecord>('messages')) {
    if (!parcelOf.has(record.id) || record.step !== 'outbox') continue;
    changes.push({ kind: 'put', table: 'messages', id: record.id, value: { ...record, step: 'handedIn' } });
  }
  for (const record of await context.records.all<AttemptRecord>('attempts')) {
    if (!parcelOf.has(record.id) || record.step !== 'outbox') continue;
    changes.push({ kind: 'put', table: 'attempts', id: record.id, value: { ...record, step: 'handedIn' } });
  }
  if (changes.length > 0) await context.records.change(changes);
}

async function sendOne(context: SendPorts, parcel: OutboxParcel): Promise<SentParcel> {
  if (!parcel.bytes) throw new SyncError({ code: 'PARCEL_GONE' });
  const answer = await context.dock.send('PUT', `/dock/parcels/${parcel.id}`, parcel.bytes);
  if (answer.status === 200) {
    const { receipt: envelope } = read(answer, receiptAnswer);
    return { kind: 'receipt', receipt: await keepReceipt(context, parcel, envelope) };
  }
  if (answer.status !== 409 && answer.status !== 422) throw dockError(answer);
  const { refusal: envelope } = refusalAnswer(parseJson(answer.body), '');
  return { kind: 'refused', code: await keepRefusal(context, parcel, envelope) };
}

/** Takes the station's word for a parcel, by wire or by stick. Throws SyncError WRONG_RECEIPT or DsseError. */
export async function keepReceipt(context: SendPorts, parcel: OutboxParcel, envelope: Envelope): Promise<Receipt> {
  const receipt = await verifiedReceipt(context, parcel, envelope);
  await outboxOf(context.database).receive(parcel.id, envelope, receipt.step);
  return receipt;
}

/** Takes the station's word against a parcel, which stays here. Returns why. Throws SyncError or DsseError. */
export async function keepRefusal(context: SendPorts, parcel: OutboxParcel, envelope: Envelope): Promise<string> {
  const keys = receiptKeys(context.trust(), context.pinned, context.nowMs());
  const refusal = parseRefusal(await verifyEnvelope(envelope, { payloadType: REFUSAL_TYPE, keys }));
  if (refusal.parcelId !== parcel.id) throw new SyncError({ code: 'BAD_ANSWER' });
  await outboxOf(context.database).refuse(parcel.id, envelope);
  return refusal.code;
}

/** Only a receipt of this station, about exactly this parcel, marks work as handed in. */
async function verifiedReceipt(context: SendPorts, parcel: OutboxParcel, envelope: Envelope): Promise<Receipt> {
  const keys = receiptKeys(context.trust(), context.pinned, context.nowMs());
  const receipt = parseReceipt(await verifyEnvelope(envelope, { payloadType: RECEIPT_TYPE, keys }));
  const { id, deviceEpoch, sequence } = parcel;
  const covered = receiptCovers(receipt, { id, header: { deviceId: context.keys.deviceId, deviceEpoch, sequence } });
  if (!covered) throw new SyncError({ code: 'WRONG_RECEIPT' });
  return receipt;
}
