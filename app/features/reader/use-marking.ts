import { useEffect, useState } from 'preact/hooks';
import { pdfPlaceOf } from '#core/annotation/fragment.ts';
import { type Selector, selectorOf } from '#core/annotation/selector.ts';
import type { NoteRecord } from '../../platform/records/records.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { topOffset } from './frame-place.ts';
import { type Colour, isNear, noteAt, type Passage } from './marks.ts';
import { useSelection } from './selection-menu.tsx';
import type { Notes } from './use-notes.ts';

/** How many characters a bookmark shows in the list. */
const BOOKMARK_LENGTH = 80;

/** What marking needs to know of the open part. */
export interface MarkingOptions {
  readonly path: string;
  readonly href: string;
  readonly notes: Notes;
  readonly surfaces: readonly TextSurface[];
  /** Where reading is. */
  readonly place: readonly Selector[];
}

/** What the learner can mark, and what is being written. */
export interface Marking {
  /** The words that are selected. */
  readonly passage: Passage | undefined;
  /** The note that lies open. */
  readonly edited: NoteRecord | undefined;
  /** Whether the open note is kept already. */
  readonly isKept: boolean;
  readonly isBookmarked: boolean;
  readonly toggleBookmark: () => void;
  readonly highlight: (colour: Colour) => void;
  /** Begins a note at the selected words, or else at the place that is read. */
  readonly write: () => void;
  readonly edit: (note: NoteRecord | undefined) => void;
  readonly save: (note: NoteRecord) => void;
  readonly remove: (id: string) => void;
}

/** Bookmarks, highlights and notes in the open part. */
export function useMarking({ path, href, notes, surfaces, place }: MarkingOptions): Marking {
  const [edited, setEdited] = useState<NoteRecord>();
  const passage = useSelection(surfaces);
  // A click on a mark opens its note
  useEffect(() => {
    const documents = new Set(surfaces.map(({ document }) => document));
    const onClick = (event: MouseEvent) => {
      const { currentTarget } = event;
      if (!(currentTarget !== null && 'caretPositionFromPoint' in currentTarget)) return;
      for (const document of documents) {
        if (document !== currentTarget || !document.getSelection()?.isCollapsed) continue;
        const point = document.caretPositionFromPoint(event.clientX, event.clientY);
        const hit = point && notes.placed.find(({ range }) => isIn(range, point.offsetNode, point.offset));
        if (hit && hit.note.motivation !== 'bookmarking') setEdited(hit.note);
      }
    };
    for (const document of documents) document.addEventListener('click', onClick);
    return () => {
      for (const document of documents) document.removeEventListener('click', onClick);
    };
  }, [surfaces, notes.placed]);

  const part = { modulePath: path, href };
  const here = (): Pick<Passage, 'surface' | 'span'> | undefined => {
    const shownPage = pdfPlaceOf(place)?.page;
    const surface = surfaces.find((one) => one.page === shownPage) ?? surfaces[0];
    if (!surface) return undefined;
    const start = surface.page === undefined ? (topOffset(surface) ?? 0) : 0;
    return { surface, span: { start, end: Math.min(surface.map.text.length, start + BOOKMARK_LENGTH) } };
  };
  const bookmark = notes.all.find(
    (note) =>
      note.motivation === 'bookmarking' &&
      note.href === href &&
      isNear(note, {
        page: pdfPlaceOf(place)?.page,
        start: selectorOf(place, 'TextPositionSelector')?.start ?? 0,
      }),
  );
  const toggleBookmark = () => {
    const at = here();
    if (bookmark) notes.remove(bookmark.id);
    else if (at) notes.keep(noteAt(at, part, 'bookmarking'));
  };
  const clearSelection = () => passage?.surface.document.getSelection()?.removeAllRanges();
  const highlight = (colour: Colour) => {
    if (passage) notes.keep(noteAt(passage, part, 'highlighting', colour));
    clearSelection();
  };
  const write = () => {
    const at = passage ?? here();
    if (at) setEdited(noteAt(at, part, 'commenting', 'yellow'));
    clearSelection();
  };

  return {
    passage,
    edited,
    isKept: notes.all.some(({ id }) => id === edited?.id),
    isBookmarked: bookmark !== undefined,
    toggleBookmark,
    highlight,
    write,
    edit: setEdited,
    save: (note) => {
      notes.keep(note);
      setEdited(undefined);
    },
    remove: (id) => {
      notes.remove(id);
      setEdited(undefined);
    },
  };
}

function isIn(range: Range, node: Node, offset: number): boolean {
  return range.startContainer.getRootNode() === node.getRootNode() && range.isPointInRange(node, offset);
}
