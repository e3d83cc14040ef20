import type { Transaction } from 'kysely';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';
import { randomId } from './random-id.ts';
import type { StationSchema } from './schema.ts';

type Queries = StationDatabase | Transaction<StationSchema>;

/** A file that lies in the object store, under the name a person gave it. */
export interface StoredFile {
  readonly hash: string;
  readonly name: string;
}

/** Puts an item in the queue for the learner's next return parcel. */
async function queueDown(
  trx: Transaction<StationSchema>,
  learnerId: string,
  item: Readonly<Record<string, string | number>> & { readonly id: string },
  attachmentHash: string | null,
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto('downItems')
    .values({ id: item.id, learnerId, item: JSON.stringify(item), attachmentHash, queuedAtMs: nowMs, parcelId: null })
    .execute();
}

/** The hand-ins, newest first, with the learner's name. */
export async function listSubmissions(db: StationDatabase) {
  return db
    .selectFrom('submissions')
    .innerJoin('learners', 'learners.id', 'submissions.learnerId')
    .selectAll('submissions')
    .select('learners.displayName')
    .orderBy('submissions.handedInAtMs', 'desc')
    .limit(2_000)
    .execute();
}

/** One hand-in with the learner's name. */
export async function findSubmission(db: StationDatabase, id: string) {
  return db
    .selectFrom('submissions')
    .innerJoin('learners', 'learners.id', 'submissions.learnerId')
    .selectAll('submissions')
    .select('learners.displayName')
    .where('submissions.id', '=', id)
    .executeTakeFirst();
}

/** The feedback to a hand-in, oldest first, with how far its delivery is. */
export async function feedbackOf(db: StationDatabase, submissionId: string) {
  return db
    .selectFrom('feedback')
    .leftJoin('downItems', 'downItems.id', 'feedback.id')
    .leftJoin('downParcels', 'downParcels.id', 'downItems.parcelId')
    .selectAll('feedback')
    .select(['downItems.parcelId as downParcelId', 'downParcels.ackedAtMs'])
    .where('feedback.submissionId', '=', submissionId)
    .orderBy('feedback.createdAtMs')
    .execute();
}

/** Adds a tutor's feedback, marks the work and queues both for the learner: one durable step. Returns the feedback's id. */
export async function addDeskFeedback(
  db: StationDatabase,
  fields: {
    readonly submissionId: string;
    readonly learnerId: string;
    readonly text: string;
    readonly mark: string | undefined;
    readonly tutor: string;
    readonly file: StoredFile | undefined;
    readonly actor: string;
  },
  nowMs: number,
): Promise<string> {
  const { submissionId, learnerId, text, mark, tutor, file, actor } = fields;
  const id = randomId();
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('feedback')
      .values({
        id,
        submissionId,
        text,
        mark: mark ?? null,
        tutor,
        attachmentHash: file?.hash ?? null,
        fileName: file?.name ?? null,
        createdAtMs: nowMs,
        upstreamId: null,
      })
      .execute();
    await trx.updateTable('submissions').set({ step: 'marked' }).where('id', '=', submissionId).execute();
    const item = { id, kind: 'feedback', createdAtMs: nowMs, submissionId, text, tutor };
    const marked = mark === undefined ? item : { ...item, mark };
    const whole = file ? { ...marked, attachment: id, fileName: file.name } : marked;
    await queueDown(trx, learnerId, whole, file?.hash ?? null, nowMs);
    const status = { id: randomId(), kind: 'submission-status', createdAtMs: nowMs, submissionId, step: 'marked' };
    await queueDown(trx, learnerId, status, null, nowMs);
    await appendAudit(trx, { actor, act: 'feedback-given', subject: submissionId, detail: {} }, nowMs);
  });
  return id;
}

/** Notes that a tutor has opened the work, once, and tells the learner. */
export async function markReceived(
  db: StationDatabase,
  fields: { readonly submissionId: string; readonly learnerId: string; readonly actor: string },
  nowMs: number,
): Promise<void> {
  const { submissionId, learnerId, actor } = fields;
  await db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('submissions')
      .set({ step: 'received' })
      .where('id', '=', submissionId)
      .where('step', '=', 'handedIn')
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return;
    const status = { id: randomId(), kind: 'submission-status', createdAtMs: nowMs, submissionId, step: 'received' };
    await queueDown(trx, learnerId, status, null, nowMs);
    await appendAudit(trx, { actor, act: 'work-opened', subject: submissionId, detail: {} }, nowMs);
  });
}

/** The newest message of every learner. */
export async function lastMessages(
  db: StationDatabase,
): Promise<Map<string, { atMs: number; direction: 'up' | 'down' }>> {
  const rows = await db
    .selectFrom('messages')
    .select(['learnerId', 'direction', 'createdAtMs'])
    .where('kind', '=', 'message')
    .orderBy('createdAtMs')
    .execute();
  return new Map(rows.map((row) => [row.learnerId, { atMs: row.createdAtMs, direction: row.direction }]));
}

/** The messages with one learner, oldest first. */
export async function messagesWith(db: StationDatabase, learnerId: string) {
  return db
    .selectFrom('messages')
    .select(['id', 'direction', 'sender', 'text', 'createdAtMs'])
    .where('learnerId', '=', learnerId)
    .where('kind', '=', 'message')
    .orderBy('createdAtMs')
    .execute();
}

/** Sends a message to a learner with the next return parcel. */
export async function sendDeskMessage(
  db: StationDatabase,
  fields: { readonly learnerId: string; readonly sender: string; readonly text: string; readonly actor: string },
  nowMs: number,
): Promise<string> {
  const { learnerId, sender, text, actor } = fields;
  const id = randomId();
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('messages')
      .values({
        id,
        learnerId,
        direction: 'down',
        kind: 'message',
        sender,
        title: null,
        text,
        createdAtMs: nowMs,
        upstreamId: null,
      })
      .execute();
    await queueDown(trx, learnerId, { id, kind: 'message', createdAtMs: nowMs, from: sender, text }, null, nowMs);
    await appendAudit(trx, { actor, act: 'message-sent', subject: learnerId, detail: {} }, nowMs);
  });
  return id;
}

/**
 * Books a file written on the room's computer as work of the learner who proved presence, and uses the code up in the
 * same step. Undefined when the code is wrong, old or used.
 */
export async function bookRoomHandIn(
  db: StationDatabase,
  fields: {
    readonly codeHash: string;
    readonly assignmentId: string;
    readonly modulePath: string;
    readonly title: string;
    readonly file: StoredFile;
    readonly actor: string;
  },
  nowMs: number,
): Promise<{ submissionId: string; learnerId: string } | undefined> {
  return db.transaction().execute(async (trx) => {
    const taken = await trx
      .updateTable('presenceCodes')
      .set({ usedAtMs: nowMs })
      .where('codeHash', '=', fields.codeHash)
      .where('usedAtMs', 'is', null)
      .where('expiresAtMs', '>', nowMs)
      .returning('learnerId')
      .executeTakeFirst();
    if (!taken) return undefined;
    const submissionId = randomId();
    await trx
      .insertInto('submissions')
      .values({
        id: submissionId,
        learnerId: taken.learnerId,
        assignmentId: fields.assignmentId,
        modulePath: fields.modulePath,
        title: fields.title,
        text: '',
        words: 0,
        attachmentHash: fields.file.hash,
        fileName: fields.file.name,
        source: 'room',
        step: 'handedIn',
        handedInAtMs: nowMs,
      })
      .execute();
    const detail = { learner: taken.learnerId, sha256: fields.file.hash };
    await appendAudit(trx, { actor: fields.actor, act: 'room-hand-in', subject: submissionId, detail }, nowMs);
    return { submissionId, learnerId: taken.learnerId };
  });
}

/** Learners by id, for names on lists. */
export async function learnerNames(db: Queries): Promise<Map<string, string | null>> {
  const rows = await db.selectFrom('learners').select(['id', 'displayName']).execute();
  return new Map(rows.map((row) => [row.id, row.displayName]));
}
