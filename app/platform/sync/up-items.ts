import type { Bytes } from '#core/bytes/bytes.ts';
import type { NoticedCode } from '#core/evidence/noticed.ts';
import type { UpItem } from '#core/parcel/items.ts';
import { quizStatement, type StatementResult } from '#core/quiz/statement.ts';
import { randomId } from '../device/random.ts';
import type { AttemptRecord, MessageRecord, ProgressRecord, SubmissionRecord } from '../records/records.ts';
import type { Resealing } from './outbox.ts';
import type { SyncContext } from './sync-context.ts';

/** Room for items in one parcel; the rest is for the backup, the archive and the header. */
export const PARCEL_ROOM_BYTES = 15 * 1024 * 1024;
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

/** Everything that waits to go out and is in no sealed parcel yet, and what must go again. */
export async function waitingItems(
  context: SyncContext,
  { sealed, again }: Pick<Resealing, 'sealed' | 'again'>,
): Promise<readonly SizedItem[]> {
  const { records } = context;
  const waits = ({ id, step }: { readonly id: string; readonly step: string }): boolean =>
    again.has(id) || (step === 'outbox' && !sealed.has(id));
  const waiting: SizedItem[] = [];
  for (const record of await records.all<SubmissionRecord>('submissions')) {
    if (waits(record)) waiting.push(await submissionItem(context, record));
  }
  for (const { id, text, createdAtMs, direction, step } of await records.all<MessageRecord>('messages')) {
    if (direction !== 'out' || !waits({ id, step })) continue;
    waiting.push(sized({ kind: 'message', id, text, createdAtMs: Math.floor(createdAtMs) }));
  }
  for (const record of await records.all<AttemptRecord>('attempts')) {
    if (record.step && record.result && waits({ id: record.id, step: record.step }))
      waiting.push(sized(statementItem(record, record.result, context.keys.deviceId)));
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
  const { id, assignmentId, modulePath, title, text, words, answers, createdAtMs, fileName } = record;
  const base = {
    ...({ kind: 'submission', id, assignmentId, modulePath, title, text, words, createdAtMs } as const),
    ...(answers ? { answers: answers.map((answer) => ({ ...answer })) } : {}),
  };
  const bytes = fileName === undefined ? undefined : await context.records.file(id);
  if (fileName === undefined || !bytes) return sized(base);
  return sized({ ...base, attachment: id, fileName }, [id, bytes]);
}

/** A finished quiz as xAPI says it. */
function statementItem(record: AttemptRecord, result: StatementResult, deviceId: string): UpItem {
  const {
    id,
    modulePath,
    quizId,
    title,
    language,
    number,
    startedAtMs,
    updatedAtMs,
    finishedAtMs = updatedAtMs,
  } = record;
  const frame = { id, deviceId, modulePath, startedAtMs, finishedAtMs, attempt: number };
  const statement = quizStatement({ id: quizId, title, language }, result, frame);
  return { kind: 'statement', id, createdAtMs: finishedAtMs, modulePath, statement };
}

async function events(context: SyncContext): Promise<readonly SizedItem[]> {
  const event = (code: NoticedCode, detail: string, createdAtMs: number): SizedItem =>
    sized({ kind: 'event', id: randomId(), createdAtMs: Math.floor(createdAtMs), code, detail });
  const quarantined = await context.database.getAll('quarantine');
  const noticed = (await context.meta.read('noticed')) ?? [];
  return [
    ...quarantined
      .filter((file) => !file.reported)
      .map(({ path, href }) => event('chunk-corrupt', `${path}#${href}`, context.nowMs())),
    // A file that is damaged is in the quarantine: told from there.
    ...noticed
      .filter(({ code, isReported }) => code !== 'chunk-corrupt' && !isReported)
      .map(({ code, detail, atMs }) => event(code, detail, atMs)),
  ];
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
