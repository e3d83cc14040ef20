import type { SheetQuestion } from '#core/module/assignment.ts';
import type { FeedbackRecord, Records, SheetAnswer, SubmissionRecord } from '../../platform/records/records.ts';
import { type AssignmentRef, answerKey } from '../../platform/records/records.ts';

/** formats/parcel.md 3.5.2: whether a new version may be made: while the newest is not marked, or when the tutor asks. */
export function mayHandInAgain(newest: SubmissionRecord, feedback: readonly FeedbackRecord[]): boolean {
  return newest.step !== 'marked' || feedback.some((one) => one.submissionId === newest.id && one.again === true);
}

/** Opens a sheet again: under each of its questions the answer that was handed in becomes a draft. */
export async function draftAnswers(
  records: Records,
  sheet: AssignmentRef,
  questions: readonly SheetQuestion[],
  answers: readonly SheetAnswer[],
): Promise<void> {
  for (const { id } of questions) {
    await records.drafts.save(answerKey(sheet, id), answers.find((one) => one.id === id)?.answer ?? '');
  }
}
