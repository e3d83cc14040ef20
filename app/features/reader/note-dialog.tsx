import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Dialog } from '#ui/components/dialog.tsx';
import { Choices, TextArea } from '#ui/components/field.tsx';
import { texts } from '../../i18n/texts.ts';
import type { NoteRecord } from '../../platform/records/records.ts';
import { COLOURS } from './marks.ts';

/** Most characters of a note: a backup must hold many of them. */
const MAX_NOTE_LENGTH = 20_000;

/** Props of {@link NoteDialog}. */
export interface NoteDialogProps {
  readonly note: NoteRecord;
  readonly language: string;
  readonly onSave: (note: NoteRecord) => void;
  /** Absent for a note that is not kept yet. */
  readonly onDelete: (() => void) | undefined;
  readonly onClose: () => void;
}

/** Writes, colours or deletes a note. */
export function NoteDialog({ note, language, onSave, onDelete, onClose }: NoteDialogProps): JSX.Element {
  const { t } = texts;
  const [text, setText] = useState(note.text);
  const [colour, setColour] = useState(note.colour ?? 'yellow');
  const isBookmark = note.motivation === 'bookmarking';
  const save = () => {
    const motivation = isBookmark ? 'bookmarking' : text.trim() === '' ? 'highlighting' : 'commenting';
    onSave({ ...note, text: text.trim(), motivation, ...(isBookmark ? {} : { colour }), updatedAtMs: Date.now() });
  };
  return (
    <Dialog
      open
      title={t(isBookmark ? 'notes.bookmark' : 'notes.note')}
      onClose={onClose}
      actions={
        <>
          {onDelete && (
            <Button kind="danger" onClick={onDelete}>
              {t('notes.delete')}
            </Button>
          )}
          <Button onClick={onClose}>{t('notes.cancel')}</Button>
          <Button kind="primary" onClick={save}>
            {t('notes.save')}
          </Button>
        </>
      }
    >
      {note.quote && (
        <blockquote class="ll-quote" lang={language}>
          {note.quote}
        </blockquote>
      )}
      <TextArea label={t('notes.text')} value={text} onInput={setText} rows={5} maxLength={MAX_NOTE_LENGTH} />
      {!isBookmark && (
        <Choices
          label={t('notes.colour')}
          value={colour}
          options={COLOURS.map((value) => ({ value, label: t(`notes.colour.${value}`) }))}
          onChange={setColour}
        />
      )}
    </Dialog>
  );
}
