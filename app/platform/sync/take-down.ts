import { utf8 } from '#core/bytes/bytes.ts';
import { keyIdOf } from '#core/crypto/ed25519.ts';
import { signEnvelope } from '#core/dsse/dsse.ts';
import type { DownItem } from '#core/parcel/items.ts';
import { ACK_TYPE, encodeAck } from '#core/parcel/receipt.ts';
import { judgeSequence } from '#core/parcel/sequence.ts';
import type { RecordChange } from '../records/open-records.ts';
import type { FeedbackRecord, MessageRecord, SubmissionRecord } from '../records/records.ts';
import type { HelloAnswer } from '../transports/dock-answers.ts';
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
  const [{ openHeader }, { openContents }] = await Promise.all([
    import('#core/parcel/parcel-file.ts'),
    import('#core/parcel/seal.ts'),
  ]);
  const answer = await context.dock.send('GET', `/dock/down/${id}`, new Uint8Array(), sizeBytes);
  if (answer.status !== 200) throw dockError(answer);
  const opened = await openHeader(answer.body, receiptKeys(context.trust(), context.pinned, context.nowMs()));
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
  await acknowledge(context, id);
  return count;
}

async function acknowledge(context: SyncContext, parcelId: string): Promise<void> {
  const payload = encodeAck({ parcelId, deviceId: context.keys.deviceId });
  const ack = await signEnvelope(ACK_TYPE, payload, [context.keys.signer]);
  const answer = await context.dock.send('POST', `/dock/down/${parcelId}/ack`, utf8(JSON.stringify({ ack })));
  if (answer.status !== 204) throw dockError(answer);
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
      await letGo(context, item.parcelId);
      return [];
    case 'backup-restore':
      return restore(context, item.wrapped, attachments.get(item.attachment));
  }
}

async function feedbackChanges(
  context: SyncContext,
  item: DownItem & { kind: 'feedback' },
  attachments: Attachments,
): Promise<readonly RecordChange[]> {
  if (await context.records.get<FeedbackRecord>('feedback', item.id)) return [];
  const { id, submissionId, text, tutor, createdAtMs, mark, attachment, fileName } = item;
  const bytes = attachment === undefined ? undefined : attachments.get(attachment);
  const value: FeedbackRecord = {
    ...{ id, submissionId, text, tutor, createdAtMs },
    ...(mark === undefined ? {} : { mark }),
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

/** The word of a signed parcel that a copy exists on another medium: now the outbox copy may go. */
async function letGo(context: SyncContext, parcelId: string): Promise<void> {
  const outbox = outboxOf(context.database);
  const parcel = (await outbox.all()).find((one) => one.id === parcelId);
  if (parcel) await outbox.receive(parcel.id, null, 'backedUp');
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
