import type { Bytes } from '#core/bytes/bytes.ts';
import type { UpItem } from '#core/parcel/items.ts';
import { randomId } from '../device/random.ts';
import type { MessageRecord, ProgressRecord, SubmissionRecord } from '../records/records.ts';
import type { SyncContext } from './sync-context.ts';

/** Room for items in one parcel; the rest is for the backup, the archive and the header. */
const PARCEL_ROOM_BYTES = 15 * 1024 * 1024;
const MAX_ITEMS = 5_000;

/** Items that go together, with their attachments. */
export interface UpLoad {
  readonly items: readonly UpItem[];
  readonly attachments: ReadonlyMap<string, Bytes>;
  readonly sizeBytes: number;
}

interface SizedItem {
  readonly item: UpItem;
  readonly attachment?: readonly [name: string, bytes: Bytes];
  readonly sizeBytes: number;
}

/** Everything that waits to go out and is in no sealed parcel yet. */
export async function waitingItems(context: SyncContext, sealed: ReadonlySet<string>): Promise<readonly SizedItem[]> {
  const { records } = context;
  const waiting: SizedItem[] = [];
  for (const record of await records.all<SubmissionRecord>('submissions')) {
    if (record.step === 'outbox' && !sealed.has(record.id)) waiting.push(await submissionItem(context, record));
  }
  for (const { id, text, createdAtMs, direction, step } of await records.all<MessageRecord>('messages')) {
    if (direction !== 'out' || step !== 'outbox' || sealed.has(id)) continue;
    waiting.push(sized({ kind: 'message', id, text, createdAtMs: Math.floor(createdAtMs) }));
  }
  waiting.push(...(await events(context)), ...(await progress(context)));
  return waiting;
}

/** Cuts what waits into loads that fit a parcel each. */
export function packLoads(waiting: readonly SizedItem[]): readonly UpLoad[] {
  const loads: { items: UpItem[]; attachments: Map<string, Bytes>; sizeBytes: number }[] = [];
  for (const { item, attachment, sizeBytes } of waiting) {
    let load = loads.at(-1);
    if (!load || load.sizeBytes + sizeBytes > PARCEL_ROOM_BYTES || load.items.length >= MAX_ITEMS) {
      load = { items: [], attachments: new Map(), sizeBytes: 0 };
      loads.push(load);
    }
    load.items.push(item);
    load.sizeBytes += sizeBytes;
    if (attachment) load.attachments.set(...attachment);
  }
  return loads;
}

async function submissionItem(context: SyncContext, record: SubmissionRecord): Promise<SizedItem> {
  const { id, assignmentId, modulePath, title, text, words, createdAtMs, fileName } = record;
  const base = { kind: 'submission', id, assignmentId, modulePath, title, text, words, createdAtMs } as const;
  const bytes = fileName === undefined ? undefined : await context.records.file(id);
  if (fileName === undefined || !bytes) return sized(base);
  return sized({ ...base, attachment: id, fileName }, [id, bytes]);
}

async function events(context: SyncContext): Promise<readonly SizedItem[]> {
  const quarantined = await context.database.getAll('quarantine');
  return quarantined
    .filter((file) => !file.reported)
    .map(({ path, href }) =>
      sized({
        kind: 'event',
        id: randomId(),
        createdAtMs: Math.floor(context.nowMs()),
        code: 'chunk-corrupt',
        detail: `${path}#${href}`,
      }),
    );
}

async function progress(context: SyncContext): Promise<readonly SizedItem[]> {
  const sinceMs = (await context.meta.read('progressSentAtMs')) ?? 0;
  const read = await context.records.all<ProgressRecord>('progress');
  return read
    .filter((record) => record.updatedAtMs > sinceMs)
    .map(({ modulePath, href, fraction, updatedAtMs }) =>
      sized({
        kind: 'progress',
        id: randomId(),
        createdAtMs: Math.floor(updatedAtMs),
        modulePath,
        href,
        fraction: Math.min(1, Math.max(0, fraction)),
      }),
    );
}

function sized(item: UpItem, attachment?: readonly [name: string, bytes: Bytes]): SizedItem {
  const sizeBytes = JSON.stringify(item).length * 3 + (attachment?.[1].length ?? 0);
  return { item, sizeBytes, ...(attachment ? { attachment } : {}) };
}
