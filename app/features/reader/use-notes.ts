import { useEffect, useMemo, useState } from 'preact/hooks';
import type { NoteRecord } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { type PlacedNote, paintNotes, placeNotes } from './marks.ts';

/** The learner's notes of a module. */
export interface Notes {
  readonly all: readonly NoteRecord[];
  /** Those of the open file whose words are on the screen. */
  readonly placed: readonly PlacedNote[];
  readonly keep: (note: NoteRecord) => void;
  readonly remove: (id: string) => void;
}

/** Follows the notes of a module and marks those of one file in its pages. */
export function useNotes(path: string, href: string, surfaces: readonly TextSurface[]): Notes {
  const { records } = usePlatform();
  const live = useMemo(() => records.notes.live((note) => note.modulePath === path), [records, path]);
  const all = live.value ?? [];
  const [placed, setPlaced] = useState<readonly PlacedNote[]>([]);
  useEffect(() => {
    const own = all.filter((note) => note.href === href);
    const found = own.length === 0 ? [] : placeNotes(surfaces, own);
    paintNotes(surfaces, found);
    setPlaced(found);
  }, [live.value, href, surfaces]);
  return {
    all,
    placed,
    keep: (note) => void records.notes.put(note),
    remove: (id) => void records.notes.delete(id),
  };
}
