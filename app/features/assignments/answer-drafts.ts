import { type Signal, signal } from '@preact/signals';
import type { SheetQuestion } from '#core/module/assignment.ts';
import { type AssignmentRef, answerKey, type Records, type SheetAnswer } from '../../platform/records/records.ts';
import { type Autosave, createAutosave, type SaveState } from './autosave.ts';
import { SAVE_WITHIN_MS } from './saving.ts';

/** The answer to one question while it is being written. */
export interface AnswerDraft {
  readonly question: SheetQuestion;
  readonly text: Signal<string>;
  readonly autosave: Autosave;
  /** When what was there already was saved. */
  readonly savedAtMs: number | undefined;
}

/** Reads what was written under each question before; each answer is a draft of its own (formats/module.md 5.5). */
export async function openAnswers(
  records: Records,
  sheet: AssignmentRef,
  questions: readonly SheetQuestion[],
): Promise<readonly AnswerDraft[]> {
  return Promise.all(
    questions.map(async (question) => {
      const key = answerKey(sheet, question.id);
      const before = await records.drafts.get(key);
      const save = (text: string) => records.drafts.save(key, text);
      return {
        question,
        text: signal(before?.text ?? ''),
        autosave: createAutosave({ save, now: () => Date.now(), delayMs: SAVE_WITHIN_MS }),
        savedAtMs: before?.updatedAtMs,
      };
    }),
  );
}

/** What is true about the saving of one answer. */
export function savingOf({ autosave, savedAtMs }: AnswerDraft): SaveState {
  const state = autosave.state.value;
  return state.kind === 'untouched' && savedAtMs !== undefined ? { kind: 'saved', atMs: savedAtMs } : state;
}

/** The answers as they are handed in, also those left empty. */
export function answersOf(drafts: readonly AnswerDraft[]): readonly SheetAnswer[] {
  return drafts.map(({ question: { id, text }, text: answer }) => ({
    id,
    question: text,
    answer: answer.value.trim(),
  }));
}
