import type { Transaction } from 'kysely';
import { queueDown } from './down-queue.ts';
import { randomId } from './random-id.ts';
import type { EarlyFeedbackTable, StationSchema } from './schema.ts';

/** A tutor's answer to a hand-in, given at the desk or at the school (then with the school's id). */
export interface NewFeedback {
  readonly submissionId: string;
  readonly learnerId: string;
  readonly text: string;
  readonly mark: string | null;
  readonly tutor: string;
  readonly attachmentHash: string | null;
  readonly fileName: string | null;
  readonly upstreamId: string | null;
  /** What stands beside single answers of a sheet, by question. */
  readonly remarks?: readonly { readonly id: string; readonly text: string }[] | undefined;
  /** The tutor asks for a new version (formats/parcel.md 3.5.2). */
  readonly again?: boolean | undefined;
}

/**
 * Keeps feedback, marks the work and queues both for the learner, inside the caller's transaction. Returns its id, or
 * undefined when the school's id is known already: what is fetched twice counts once.
 */
export async function bookFeedback(
  trx: Transaction<StationSchema>,
  given: NewFeedback,
  nowMs: number,
): Promise<string | undefined> {
  const { learnerId, remarks = [], again = false, ...row } = given;
  const { submissionId, text, mark, tutor, attachmentHash, fileName } = given;
  const id = randomId();
  const kept = await trx
    .insertInto('feedback')
    .values({ id, ...row, createdAtMs: nowMs })
    .onConflict((conflict) => conflict.column('upstreamId').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!kept) return undefined;
  await trx.updateTable('submissions').set({ step: 'marked' }).where('id', '=', submissionId).execute();
  const item = {
    ...{ id, kind: 'feedback', createdAtMs: nowMs, submissionId, text, tutor },
    ...(mark === null ? {} : { mark }),
    ...(remarks.length === 0 ? {} : { remarks }),
    ...(again ? { again } : {}),
    ...(attachmentHash === null ? {} : { attachment: id, fileName: fileName ?? id }),
  };
  await queueDown(trx, { learnerId }, item, attachmentHash, nowMs);
  await queueStep(trx, { submissionId, learnerId }, 'marked', nowMs);
  return id;
}

/** Tells the learner how far the work is. */
export async function queueStep(
  trx: Transaction<StationSchema>,
  work: { readonly submissionId: string; readonly learnerId: string },
  step: 'received' | 'marked',
  nowMs: number,
): Promise<void> {
  const { submissionId, learnerId } = work;
  const status = { id: randomId(), kind: 'submission-status', createdAtMs: nowMs, submissionId, step };
  await queueDown(trx, { learnerId }, status, null, nowMs);
}

/**
 * Keeps feedback of the school to work that is not here. A restored station gets that work again from its device; then
 * {@link bookEarlyFeedback} books what waited.
 */
export async function keepEarlyFeedback(trx: Transaction<StationSchema>, row: EarlyFeedbackTable): Promise<void> {
  await trx
    .insertInto('earlyFeedback')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Books what the school said about this work before the work was here. */
export async function bookEarlyFeedback(
  trx: Transaction<StationSchema>,
  work: { readonly submissionId: string; readonly learnerId: string },
  nowMs: number,
): Promise<void> {
  const early = await trx
    .deleteFrom('earlyFeedback')
    .where('submissionId', '=', work.submissionId)
    .returningAll()
    .execute();
  for (const { createdAtMs: _told, ...row } of early) {
    await bookFeedback(trx, { ...row, learnerId: work.learnerId }, nowMs);
  }
}
