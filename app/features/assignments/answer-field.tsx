import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { texts } from '../../i18n/texts.ts';
import { countWords } from '../../platform/records/records.ts';
import { type AnswerDraft, savingOf } from './answer-drafts.ts';
import { wordsText } from './editor.tsx';
import { saveText } from './saving.ts';

/** Props of {@link AnswerField}. */
export interface AnswerFieldProps {
  readonly draft: AnswerDraft;
  /** 1 for the first question. */
  readonly number: number;
  readonly language: string;
}

/** Where the answer to one question is written, inside the page; it saves by itself. */
export function AnswerField({ draft, number, language }: AnswerFieldProps): JSX.Element {
  const id = useId();
  const { question, text, autosave } = draft;
  const words = countWords(text.value);
  const saving = savingOf(draft);
  const isOver = question.wordLimit !== undefined && words > question.wordLimit;
  return (
    <>
      <label for={id}>{texts.t('sheet.answer', { n: number })}</label>
      <textarea
        id={id}
        rows={question.lines ?? 5}
        value={text.value}
        lang={language}
        aria-describedby={`${id}-words`}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          autosave.change(text.value);
        }}
        onBlur={() => void autosave.flush()}
      />
      <p class="below" lang={texts.language.value}>
        <span id={`${id}-words`} class={isOver ? 'over' : undefined}>
          {wordsText(words, question.wordLimit)}
        </span>
        <span data-save-state={saving.kind} role="status">
          {saving.kind !== 'untouched' && saveText(saving)}
        </span>
      </p>
    </>
  );
}
