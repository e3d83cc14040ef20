import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { TextArea } from '#ui/components/field.tsx';
import { texts } from '../../i18n/texts.ts';
import { type AssignmentRef, assignmentKey, countWords } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { createAutosave, type SaveState } from './autosave.ts';
import { HandIn } from './hand-in.tsx';
import { SaveFailed } from './save-failed.tsx';
import { SAVE_WITHIN_MS, saveText, useFlushOnLeave } from './saving.ts';

/** Props of {@link Editor}. */
export interface EditorProps {
  readonly assignment: AssignmentRef;
  readonly initialText: string;
  /** When the draft that is shown was saved, if there is one. */
  readonly savedAtMs: number | undefined;
  readonly wordLimit: number | undefined;
  readonly language: string;
  /** The newest version that was handed in, if this is a new one. */
  readonly handedInText?: string | undefined;
}

/** A plain text editor that saves by itself while it is typed in and when it is left, and hands in after a question. */
export function Editor(props: EditorProps): JSX.Element {
  const { assignment, initialText, savedAtMs, wordLimit, language, handedInText } = props;
  const { records } = usePlatform();
  const { t } = texts;
  const [text, setText] = useState(initialText);
  const key = assignmentKey(assignment);
  const autosave = useMemo(
    () =>
      createAutosave({
        save: (value) => records.drafts.save(key, value),
        now: () => Date.now(),
        delayMs: SAVE_WITHIN_MS,
      }),
    [records, key],
  );
  useFlushOnLeave(autosave.flush);

  const state = autosave.state.value;
  const shown: SaveState =
    state.kind === 'untouched' && savedAtMs !== undefined ? { kind: 'saved', atMs: savedAtMs } : state;
  const words = countWords(text);
  const over = wordLimit !== undefined && words > wordLimit;
  const handIn = async () => {
    await autosave.flush();
    await records.submitDraft(assignment, text);
  };
  return (
    <div class="ll-stack">
      <TextArea
        label={t(handedInText === undefined ? 'assignment.editor' : 'work.newVersion')}
        rows={14}
        value={text}
        language={language}
        onInput={(value) => {
          setText(value);
          autosave.change(value);
        }}
        onBlur={() => void autosave.flush()}
      />
      <div class="ll-row ll-row-apart">
        <span class={over ? 'll-strong ll-bad-text' : 'll-quiet'}>{wordsText(words, wordLimit)}</span>
        <span class="ll-quiet" data-save-state={shown.kind} role="status">
          {saveText(shown)}
        </span>
      </div>
      {shown.kind === 'failed' && <SaveFailed again={() => void autosave.flush()} />}
      <div class="ll-row">
        <HandIn disabled={words === 0} handIn={handIn}>
          {t('work.words', { n: words })}
          {over && `, ${t('assignment.over', { n: words - wordLimit })}`}
        </HandIn>
        {text === handedInText && (
          <Button onClick={() => void autosave.flush().then(() => records.drafts.delete(key))}>
            {t('work.leaveIt')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** "12 of 100 words", and how many there are too many. */
export function wordsText(words: number, limit: number | undefined): string {
  const { t } = texts;
  if (limit === undefined) return t('assignment.count', { n: words });
  const count = t('assignment.countOf', { n: words, limit });
  return words > limit ? `${count}: ${t('assignment.over', { n: words - limit })}` : count;
}
