import type { Transaction } from 'kysely';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';
import { queueDown } from './down-queue.ts';
import { bookFeedback, type NewFeedback, queueStep } from './feedback.ts';
import { addJob } from './jobs.ts';
import { randomId } from './random-id.ts';
import type { StationSchema } from './schema.ts';

type Queries = StationDatabase | Transaction<StationSchema>;

/** A file that lies in the object store, under the name a person gave it. */
export interface StoredFile {
  readonly hash: string;
  readonly name: string;
}

/**
 * The hand-ins, newest first, with the learner's name. Versions of one piece of work that came in one parcel stand in
 * the order in which the device made them.
 */
export async function listSubmissions(db: StationDatabase) {
  return db
    .selectFrom('submissions')
    .innerJoin('learners', 'learners.id', 'submissions.learnerId')
    .leftJoin('items', (join) =>
      join.onRef('items.learnerId', '=', 'submissions.learnerId').onRef('items.id', '=', 'submissions.id'),
    )
    .selectAll('submissions')
    .select('learners.displayName')
    .orderBy('submissions.handedInAtMs', 'desc')
    .orderBy('items.createdAtMs', 'desc')
    .limit(2_000)
    .execute();
}

/** All versions of one piece of work (formats/parcel.md 3.5.2), oldest first. */
export async function versionsOf(
  db: StationDatabase,
  work: { readonly learnerId: string; readonly modulePath: string; readonly assignmentId: string },
) {
  return db
    .selectFrom('submissions')
    .leftJoin('items', (join) =>
      join.onRef('items.learnerId', '=', 'submissions.learnerId').onRef('items.id', '=', 'submissions.id'),
    )
    .select(['submissions.id', 'submissions.step', 'submissions.handedInAtMs'])
    .where('submissions.learnerId', '=', work.learnerId)
    .where('submissions.modulePath', '=', work.modulePath)
    .where('submissions.assignmentId', '=', work.assignmentId)
    .orderBy('submissions.handedInAtMs')
    .orderBy('items.createdAtMs')
    .execute();
}

/** One hand-in with the learner's name, and as `item` what the device sent, if it came from one. */
export async function findSubmission(db: StationDatabase, id: string) {
  return db
    .selectFrom('submissions')
    .innerJoin('learners', 'learners.id', 'submissions.learnerId')
    .leftJoin('items', (join) =>
      join.onRef('items.learnerId', '=', 'submissions.learnerId').onRef('items.id', '=', 'submissions.id'),
    )
    .selectAll('submissions')
    .select(['learners.displayName', 'items.body as item'])
    .where('submissions.id', '=', id)
    .executeTakeFirst();
}

/** The feedback to a hand-in, oldest first, with how far its delivery is; `item` is what goes to the device. */
export async function feedbackOf(db: StationDatabase, submissionId: string) {
  return db
    .selectFrom('feedback')
    .leftJoin('downItems', 'downItems.id', 'feedback.id')
    .leftJoin('downParcels', 'downParcels.id', 'downItems.parcelId')
    .selectAll('feedback')
    .select(['downItems.parcelId as downParcelId', 'downItems.item', 'downParcels.ackedAtMs'])
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
    readonly remarks?: NewFeedback['remarks'];
    readonly again?: NewFeedback['again'];
    readonly tutor: string;
    readonly file: StoredFile | undefined;
    readonly actor: string;
  },
  nowMs: number,
): Promise<string> {
  const { mark, file, actor, ...given } = fields;
  return db.transaction().execute(async (trx) => {
    const { hash: attachmentHash, name: fileName } = file ?? { hash: null, name: null };
    const feedback = { ...given, mark: mark ?? null, attachmentHash, fileName, upstreamId: null };
    const id = await bookFeedback(trx, feedback, nowMs);
    if (id === undefined) throw new Error('feedback of the desk has no id of a school');
    await appendAudit(trx, { actor, act: 'feedback-given', subject: fields.submissionId, detail: {} }, nowMs);
    return id;
  });
}

/** Notes that a tutor has opened the work, or that the school has taken it, once, and tells the learner. */
export async function markReceived(
  db: StationDatabase,
  fields: {
    readonly submissionId: string;
    readonly learnerId: string;
    readonly actor: string;
    readonly act: 'work-opened' | 'handed-in-upstream';
  },
  nowMs: number,
): Promise<void> {
  const { submissionId, learnerId, actor, act } = fields;
  await db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('submissions')
      .set({ step: 'received' })
      .where('id', '=', submissionId)
      .where('step', '=', 'handedIn')
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return;
    await queueStep(trx, { submissionId, learnerId }, 'received', nowMs);
    await appendAudit(trx, { actor, act, subject: submissionId, detail: {} }, nowMs);
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
    await queueDown(trx, { learnerId }, { id, kind: 'message', createdAtMs: nowMs, from: sender, text }, null, nowMs);
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
    await addJob(trx, { kind: 'hand-in-upstream', body: { submissionId } }, nowMs);
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
