import { describeSpan, type TextSpan } from '#core/annotation/anchor.ts';
import { pdfPlaceOf, pdfSelector } from '#core/annotation/fragment.ts';
import { CONTEXT_LENGTH } from '#core/annotation/selector.ts';
import { randomId } from '../../platform/device/random.ts';
import type { NoteRecord } from '../../platform/records/records.ts';
import type { TextSurface } from '../../shell/text-surface.ts';

/** The colours of a highlight. */
export const COLOURS = ['yellow', 'green', 'blue', 'pink'] as const;
export type Colour = (typeof COLOURS)[number];

/** A passage that the learner has chosen. */
export interface Passage {
  readonly surface: TextSurface;
  readonly span: TextSpan;
  readonly range: Range;
}

/** A note and where it stands on the screen. */
export interface PlacedNote {
  readonly note: NoteRecord;
  readonly surface: TextSurface;
  readonly range: Range;
}

/** Makes the record of a bookmark, highlight or note at a passage. */
export function noteAt(
  passage: Pick<Passage, 'surface' | 'span'>,
  part: { readonly modulePath: string; readonly href: string },
  motivation: NonNullable<NoteRecord['motivation']>,
  colour?: Colour,
): NoteRecord {
  const { surface, span } = passage;
  const selectors = describeSpan(surface.map.text, span);
  const [quote] = selectors;
  const nowMs = Date.now();
  return {
    id: randomId(),
    modulePath: part.modulePath,
    href: part.href,
    text: '',
    ...(quote?.type === 'TextQuoteSelector' ? { quote: quote.exact } : {}),
    motivation,
    ...(colour ? { colour } : {}),
    selectors: [...(surface.page === undefined ? [] : [pdfSelector({ page: surface.page, top: 0 })]), ...selectors],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** Finds the notes of a file on the surfaces that are on the screen; those whose words are gone are left out. */
export function placeNotes(surfaces: readonly TextSurface[], notes: readonly NoteRecord[]): readonly PlacedNote[] {
  return notes.flatMap((note) => {
    const { selectors } = note;
    if (!selectors) return [];
    const page = pdfPlaceOf(selectors)?.page;
    const surface = surfaces.find((one) => one.page === page);
    const found = surface?.find(selectors);
    return surface && found ? [{ note, surface, range: found.range }] : [];
  });
}

/** Marks ranges by the name of their highlight; a name without ranges is unmarked. The document itself is not changed. */
export function paint(surfaces: readonly TextSurface[], name: string, ranges: readonly Range[]): void {
  const views = new Set(surfaces.map(({ document }) => document.defaultView));
  for (const view of views) {
    if (!view) continue;
    const own = ranges.filter(({ startContainer }) => startContainer.ownerDocument?.defaultView === view);
    if (own.length === 0) view.CSS.highlights.delete(name);
    else view.CSS.highlights.set(name, new view.Highlight(...own));
  }
}

/** Paints highlights in their colours, and a dotted line under those with words of the learner's. */
export function paintNotes(surfaces: readonly TextSurface[], placed: readonly PlacedNote[]): void {
  const marked = placed.filter(({ note }) => note.motivation !== 'bookmarking');
  for (const colour of COLOURS) {
    const own = marked.filter(({ note }) => (note.colour ?? 'yellow') === colour);
    paint(
      surfaces,
      `ll-${colour}`,
      own.map(({ range }) => range),
    );
  }
  const written = marked.filter(({ note }) => note.text !== '');
  paint(
    surfaces,
    'll-note',
    written.map(({ range }) => range),
  );
}

/** Where words stand in a text, whole words only and in any case. */
export function findWords(text: string, words: readonly string[]): readonly TextSpan[] {
  if (words.length === 0) return [];
  const any = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const whole = new RegExp(`(?<![\\p{L}\\p{N}])(?:${any})(?![\\p{L}\\p{N}])`, 'giu');
  return [...text.matchAll(whole)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

/** Whether two passages begin at about the same place: a bookmark is found again a few lines on. */
export function isNear(
  note: NoteRecord,
  place: { readonly page: number | undefined; readonly start: number },
): boolean {
  const page = pdfPlaceOf(note.selectors ?? [])?.page;
  if (page !== undefined || place.page !== undefined) return page === place.page;
  const position = note.selectors?.find((selector) => selector.type === 'TextPositionSelector');
  return position !== undefined && Math.abs(position.start - place.start) < 20 * CONTEXT_LENGTH;
}

function positionOf(note: NoteRecord): number {
  return note.selectors?.find((selector) => selector.type === 'TextPositionSelector')?.start ?? 0;
}

/** In the order of the module, and of the text within a part. */
export function inReadingOrder(notes: readonly NoteRecord[], hrefs: readonly string[]): readonly NoteRecord[] {
  const pageOf = (note: NoteRecord): number =>
    Number(/page=(\d+)/.exec(note.selectors?.find((one) => one.type === 'FragmentSelector')?.value ?? '')?.[1] ?? 0);
  return notes.toSorted(
    (a, b) => hrefs.indexOf(a.href) - hrefs.indexOf(b.href) || pageOf(a) - pageOf(b) || positionOf(a) - positionOf(b),
  );
}
