import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Dialog } from '#ui/components/dialog.tsx';
import { TextArea } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { type AssignmentRef, assignmentKey, countWords } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { createAutosave, type SaveState } from './autosave.ts';

const PAUSE_MS = 250;

function saveText(state: SaveState): string {
  switch (state.kind) {
    case 'untouched':
      return texts.t('assignment.empty');
    case 'waiting':
      return texts.t('assignment.notSaved');
    case 'saving':
      return texts.t('assignment.saving');
    case 'saved':
      return texts.t('assignment.saved', { time: texts.formatTime(state.atMs) });
    case 'failed':
      return texts.t('assignment.notSaved');
  }
}

/** Props of {@link Editor}. */
export interface EditorProps {
  readonly assignment: AssignmentRef;
  readonly initialText: string;
  /** When the draft that is shown was saved, if there is one. */
  readonly savedAtMs: number | undefined;
  readonly wordLimit: number | undefined;
  readonly language: string;
}

/** A plain text editor that saves by itself at every pause and when it is left, and hands in after a question. */
export function Editor({ assignment, initialText, savedAtMs, wordLimit, language }: EditorProps): JSX.Element {
  const { records } = usePlatform();
  const { t } = texts;
  const [text, setText] = useState(initialText);
  const [asking, setAsking] = useState(false);
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState(false);
  const key = assignmentKey(assignment);
  const autosave = useMemo(
    () =>
      createAutosave({ save: (value) => records.drafts.save(key, value), now: () => Date.now(), pauseMs: PAUSE_MS }),
    [records, key],
  );
  useEffect(() => {
    const flush = () => void autosave.flush();
    addEventListener('pagehide', flush);
    document.addEventListener('visibilitychange', flush);
    return () => {
      removeEventListener('pagehide', flush);
      document.removeEventListener('visibilitychange', flush);
      flush();
    };
  }, [autosave]);

  const state = autosave.state.value;
  const shown: SaveState =
    state.kind === 'untouched' && savedAtMs !== undefined ? { kind: 'saved', atMs: savedAtMs } : state;
  const words = countWords(text);
  const over = wordLimit !== undefined && words > wordLimit;
  const handIn = async () => {
    setSending(true);
    setFailed(false);
    try {
      await autosave.flush();
      await records.submitDraft(assignment, text);
    } catch {
      // The draft is still there; the learner is told and can try again.
      setFailed(true);
    }
    setSending(false);
    setAsking(false);
  };
  return (
    <div class="ll-stack">
      <TextArea
        label={t('assignment.editor')}
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
        <span class={over ? 'll-strong ll-bad-text' : 'll-quiet'}>
          {wordLimit === undefined
            ? t('assignment.count', { n: words })
            : t('assignment.countOf', { n: words, limit: wordLimit })}
          {over && `: ${t('assignment.over', { n: words - wordLimit })}`}
        </span>
        <span class="ll-quiet" data-save-state={shown.kind} role="status">
          {saveText(shown)}
        </span>
      </div>
      {shown.kind === 'failed' && (
        <Notice tone="bad" title={t('assignment.saveFailed.title')} announce="alert">
          <p>{t('assignment.saveFailed.text')}</p>
          <div>
            <Button onClick={() => void autosave.flush()}>{t('assignment.saveFailed.again')}</Button>
          </div>
        </Notice>
      )}
      {failed && (
        <Notice tone="bad" announce="alert">
          {<p>{t('assignment.failed')}</p>}
        </Notice>
      )}
      <div class="ll-row">
        <Button kind="primary" icon="upload" disabled={words === 0} onClick={() => setAsking(true)}>
          {t('assignment.handIn')}
        </Button>
      </div>
      <Dialog
        open={asking}
        title={t('assignment.confirm.title')}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t('assignment.confirm.no')}</Button>
            <Button kind="primary" disabled={sending} onClick={() => void handIn()}>
              {t('assignment.confirm.yes')}
            </Button>
          </>
        }
      >
        <p class="ll-strong">
          {t('work.words', { n: words })}
          {over && `, ${t('assignment.over', { n: words - wordLimit })}`}
        </p>
        <p>{t('assignment.confirm.text')}</p>
        <p>{t('assignment.confirm.travel')}</p>
      </Dialog>
    </div>
  );
}
