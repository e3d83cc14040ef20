import type { JSX } from 'preact';
import { annotationPage } from '#core/annotation/annotation-page.ts';
import { partTitle } from '#core/module/contents.ts';
import type { Manifest } from '#core/module/manifest.ts';
import { Button } from '#ui/components/button.tsx';
import { Icon } from '#ui/components/icon.tsx';
import { texts } from '../../i18n/texts.ts';
import type { NoteRecord } from '../../platform/records/records.ts';
import { hrefOf } from '../../shell/routes.ts';
import { noteHref } from '../../shell/target.ts';
import { inReadingOrder } from './marks.ts';

/** Props of {@link NotesPanel}. */
export interface NotesPanelProps {
  readonly path: string;
  readonly manifest: Manifest;
  readonly notes: readonly NoteRecord[];
  /** A note at the place on the screen: the way without selecting. Absent where nothing can be marked. */
  readonly onWriteHere: (() => void) | undefined;
  readonly onEdit: (note: NoteRecord) => void;
}

function saveAsFile(notes: readonly NoteRecord[], title: string): void {
  const text = JSON.stringify(annotationPage(notes), null, 1);
  const address = URL.createObjectURL(new Blob([text], { type: 'application/ld+json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${title.replace(/[^\p{L}\p{N}]+/gu, '-')}.jsonld`;
  link.click();
  URL.revokeObjectURL(address);
}

/** All bookmarks, highlights and notes of the module. */
export function NotesPanel({ path, manifest, notes, onWriteHere, onEdit }: NotesPanelProps): JSX.Element {
  const { t } = texts;
  const hrefs = manifest.readingOrder.map(({ href }) => href);
  const titleOf = (href: string) => partTitle(manifest, href);
  return (
    <section class="ll-stack" aria-label={t('reader.notes')}>
      {onWriteHere && (
        <Button icon="note" onClick={onWriteHere}>
          {t('notes.writeHere')}
        </Button>
      )}
      {notes.length === 0 && <p class="ll-quiet">{t('notes.empty')}</p>}
      <ul class="ll-notes">
        {inReadingOrder(notes, hrefs).map((note) => (
          <li
            key={note.id}
            class={`ll-note ll-note-${note.motivation === 'bookmarking' ? 'bookmark' : (note.colour ?? 'yellow')}`}
          >
            <a class="ll-note-place" href={hrefOf({ kind: 'module', path, href: noteHref(note.href, note.id) })}>
              <Icon
                name={note.motivation === 'bookmarking' ? 'bookmark' : note.text === '' ? 'pen' : 'note'}
                label={t(note.motivation === 'bookmarking' ? 'notes.bookmark' : 'notes.note')}
              />
              <span>
                <span class="ll-small ll-quiet" lang={manifest.language}>
                  {titleOf(note.href)}
                </span>
                {note.quote && (
                  <q class="ll-note-quote" lang={manifest.language}>
                    {note.quote}
                  </q>
                )}
              </span>
            </a>
            {note.text !== '' && <p class="ll-note-text">{note.text}</p>}
            <Button kind="quiet" icon="pen" label={t('notes.change')} onClick={() => onEdit(note)} />
          </li>
        ))}
      </ul>
      {notes.length > 0 && (
        <Button kind="quiet" icon="download" onClick={() => saveAsFile(notes, manifest.title)}>
          {t('notes.export')}
        </Button>
      )}
    </section>
  );
}
