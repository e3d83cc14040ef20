import type { JSX } from 'preact';
import { NoteDialog } from './note-dialog.tsx';
import { SelectionMenu } from './selection-menu.tsx';
import type { Marking } from './use-marking.ts';

/** Props of {@link MarkingDialogs}. */
export interface MarkingDialogsProps {
  readonly marking: Marking;
  readonly language: string;
  /** Reads aloud from a passage on, where somebody can. */
  readonly onListen: ((from: Range) => void) | undefined;
}

/** What opens over the page while marking: the menu at selected words, and the note that is written. */
export function MarkingDialogs({ marking, language, onListen }: MarkingDialogsProps): JSX.Element {
  const { passage, edited } = marking;
  return (
    <>
      {passage && (
        <SelectionMenu
          passage={passage}
          onHighlight={marking.highlight}
          onNote={marking.write}
          onListen={onListen && (() => onListen(passage.range))}
        />
      )}
      {edited && (
        <NoteDialog
          key={edited.id}
          note={edited}
          language={language}
          onSave={marking.save}
          onDelete={marking.isKept ? () => marking.remove(edited.id) : undefined}
          onClose={() => marking.edit(undefined)}
        />
      )}
    </>
  );
}
