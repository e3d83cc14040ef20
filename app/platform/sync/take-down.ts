import { type Bytes, utf8 } from '#core/bytes/bytes.ts';
import { keyIdOf } from '#core/crypto/ed25519.ts';
import type { HelloAnswer } from '#core/dock/protocol.ts';
import { type Envelope, parseEnvelope, signEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import type { DownItem } from '#core/parcel/items.ts';
import { ACK_TYPE, encodeAck, parseReceipt, RECEIPT_TYPE, receiptCovers } from '#core/parcel/receipt.ts';
import { judgeSequence } from '#core/parcel/sequence.ts';
import type { OutboxParcel } from '../device/device-database.ts';
import type { RecordChange } from '../records/open-records.ts';
import type { FeedbackRecord, MessageRecord, SubmissionRecord } from '../records/records.ts';
import { dockError } from '../transports/dock-client.ts';
import { receiptKeys } from '../trust/trust.ts';
import { mergeBackup, openBackup, wrappedKeyOf } from './backup.ts';
import { outboxOf } from './outbox.ts';
import { type SyncContext, SyncError } from './sync-context.ts';

type Attachments = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/**
 * Fetches the parcels that wait at the station, oldest first: verify, decrypt, keep, note the head, and only then tell
 * the station, which lets go of a parcel when the device has signed that it holds it.
 */
export async function* takeDown(
  context: SyncContext,
  hello: HelloAnswer,
): AsyncGenerator<{ readonly done: number; readonly total: number; readonly items: number }, void, undefined> {
  for (const [index, waiting] of hello.down.entries()) {
    context.signal.throwIfAborted();
    const items = await takeOne(context, waiting.id, waiting.sizeBytes);
    yield { done: index + 1, total: hello.down.length, items };
  }
}

async function takeOne(context: SyncContext, id: string, sizeBytes: number): Promise<number> {
  const answer = await context.dock.send('GET', `/dock/down/${id}`, new Uint8Array(), sizeBytes);
  if (answer.status !== 200) throw dockError(answer);
  const count = await keepParcel(context, id, answer.body);
  const ack = await signAck(context, id);
  const heard = await context.dock.send('POST', `/dock/down/${id}/ack`, utf8(JSON.stringify({ ack })));
  if (heard.status !== 204) throw dockError(heard);
  return count;
}

/**
 * Verifies a down parcel, decrypts it, keeps its items and notes the head; the same parcel again changes nothing. Returns
 * how many items were new. Throws ParcelError or SyncError; then nothing of it may be acknowledged.
 */
export async function keepParcel(context: SyncContext, id: string, bytes: Bytes): Promise<number> {
  const [{ openHeader }, { openContents }] = await Promise.all([
    import('#core/parcel/parcel-file.ts'),
    import('#core/parcel/seal.ts'),
  ]);
  const opened = await openHeader(bytes, receiptKeys(context.trust(), context.pinned, context.nowMs()));
  const { header } = opened;
  const isMine =
    opened.id === id &&
    header.direction === 'down' &&
    header.deviceId === context.keys.deviceId &&
    header.to === context.keys.signer.keyId &&
    header.from === (await keyIdOf(context.pinned.receiptKey)) &&
    header.siteId === context.pinned.siteId;
  if (!isMine) throw new SyncError({ code: 'WRONG_PARCEL' });
  const head = (await context.meta.read('downHead')) ?? null;
  const verdict = judgeSequence(head, { ...header, id: opened.id });
  if (verdict.kind === 'gap' || verdict.kind === 'fork')
    throw new SyncError({ code: `DOWN_${verdict.kind.toUpperCase()}` });
  let count = 0;
  if (verdict.kind === 'next') {
    const contents = await openContents(opened, context.keys.ageIdentity);
    if (contents.direction !== 'down') throw new SyncError({ code: 'WRONG_PARCEL' });
    count = contents.items.length;
    for (const item of contents.items) await keepItem(context, item, contents.attachments);
    const { deviceEpoch: epoch, sequence } = header;
    await context.meta.write({ downHead: { epoch, sequence, parcelId: opened.id } });
  }
  return count;
}

/** The device's signed word that it holds a down parcel. */
export function signAck(context: SyncContext, parcelId: string): Promise<Envelope> {
  const payload = encodeAck({ parcelId, deviceId: context.keys.deviceId });
  return signEnvelope(ACK_TYPE, payload, [context.keys.signer]);
}

/** Keeps one item, in one durable step; the same item again changes nothing. */
async function keepItem(context: SyncContext, item: DownItem, attachments: Attachments): Promise<void> {
  const changes = await changesOf(context, item, attachments);
  if (changes.length > 0) await context.records.change(changes);
}

async function changesOf(
  context: SyncContext,
  item: DownItem,
  attachments: Attachments,
): Promise<readonly RecordChange[]> {
  switch (item.kind) {
    case 'feedback':
      return feedbackChanges(context, item, attachments);
    case 'submission-status':
      return stepChanges(context, item.submissionId, item.step);
    case 'message':
    case 'notice':
      return messageChanges(context, item);
    case 'receipt-ack':
      await letGo(context, item.parcelId, item.receipt);
      return [];
    case 'backup-restore':
      return [...(await restore(context, item.wrapped, attachments.get(item.attachment))), tellRecovered(item)];
  }
}

async function feedbackChanges(
  context: SyncContext,
  item: DownItem & { kind: 'feedback' },
  attachments: Attachments,
): Promise<readonly RecordChange[]> {
  if (await context.records.get<FeedbackRecord>('feedback', item.id)) return [];
  const { id, submissionId, text, tutor, createdAtMs, mark, remarks, again, attachment, fileName } = item;
  const bytes = attachment === undefined ? undefined : attachments.get(attachment);
  const value: FeedbackRecord = {
    ...{ id, submissionId, text, tutor, createdAtMs },
    ...(mark === undefined ? {} : { mark }),
    ...(remarks === undefined ? {} : { remarks }),
    ...(again === true ? { again } : {}),
    ...(bytes ? { fileId: `feedback:${id}`, fileName: fileName ?? attachment ?? id } : {}),
  };
  const changes: RecordChange[] = [{ kind: 'put', table: 'feedback', id, value }];
  if (bytes) changes.push({ kind: 'file', id: `feedback:${id}`, bytes });
  return [...changes, ...(await stepChanges(context, submissionId, 'marked'))];
}

/** A step only ever goes forward. */
async function stepChanges(
  context: SyncContext,
  id: string,
  step: 'received' | 'marked',
): Promise<readonly RecordChange[]> {
  const record = await context.records.get<SubmissionRecord>('submissions', id);
  if (!record || record.step === 'marked' || record.step === step) return [];
  return [{ kind: 'put', table: 'submissions', id, value: { ...record, step } }];
}

async function messageChanges(
  context: SyncContext,
  item: DownItem & { kind: 'message' | 'notice' },
): Promise<readonly RecordChange[]> {
  if (await context.records.get<MessageRecord>('messages', item.id)) return [];
  const { id, kind, text, createdAtMs } = item;
  const named = item.kind === 'message' ? { from: item.from } : { title: item.title };
  const value: MessageRecord = { id, kind, direction: 'in', text, createdAtMs, step: 'received', ...named };
  return [{ kind: 'put', table: 'messages', id, value }];
}

/**
 * The word of a signed parcel that a copy exists on another medium: now the outbox copy may go. The receipt that comes
 * along is kept: it is what a restored station must be shown.
 */
async function letGo(context: SyncContext, parcelId: string, receipt: string | undefined): Promise<void> {
  const outbox = outboxOf(context.database);
  const parcel = (await outbox.all()).find((one) => one.id === parcelId);
  if (!parcel) return;
  const envelope = receipt === undefined ? null : await backedUpReceipt(context, parcel, receipt);
  await outbox.receive(parcel.id, envelope, 'backedUp');
}

async function backedUpReceipt(context: SyncContext, parcel: OutboxParcel, text: string): Promise<Envelope> {
  const envelope = parseEnvelope(utf8(text));
  const keys = receiptKeys(context.trust(), context.pinned, context.nowMs());
  const receipt = parseReceipt(await verifyEnvelope(envelope, { payloadType: RECEIPT_TYPE, keys }));
  const { id, deviceEpoch, sequence } = parcel;
  const covered = receiptCovers(receipt, { id, header: { deviceId: context.keys.deviceId, deviceEpoch, sequence } });
  if (!covered || receipt.step !== 'backedUp') throw new SyncError({ code: 'WRONG_RECEIPT' });
  return envelope;
}

/** Recovery opens what only the learner's PIN should: so the learner is told, in the same durable step. */
export function tellRecovered(item: { readonly id: string; readonly createdAtMs: number }): RecordChange {
  const id = `recovered:${item.id}`;
  const { createdAtMs } = item;
  const value: MessageRecord = {
    ...{ id, kind: 'notice', event: 'recovered', direction: 'in', text: '', createdAtMs, step: 'received' },
  };
  return { kind: 'put', table: 'messages', id, value };
}

async function restore(
  context: SyncContext,
  wrapped: string,
  backup: Uint8Array | undefined,
): Promise<readonly RecordChange[]> {
  if (!backup) throw new SyncError({ code: 'NO_BACKUP' });
  const { ageDecrypt } = await import('#core/parcel/age.ts');
  const rawDataKey = await ageDecrypt(wrappedKeyOf(wrapped), context.keys.ageIdentity);
  return mergeBackup(context.records, await openBackup(backup, rawDataKey));
}
