import { type FragmentSelector, MEDIA_FRAGMENT, PDF_FRAGMENT, type Selector } from './selector.ts';

/** A place on a page of a PDF: the page from 1, and how far below its upper edge, in PDF units (1/72 inch). */
export interface PdfPlace {
  readonly page: number;
  readonly top: number;
}

/** RFC 3778 3: `page=12&zoom=100,0,198`. */
export function pdfSelector({ page, top }: PdfPlace): FragmentSelector {
  return { type: 'FragmentSelector', conformsTo: PDF_FRAGMENT, value: `page=${page}&zoom=100,0,${Math.round(top)}` };
}

/** Reads `page=12` or `page=12&zoom=100,0,198`, as a selector's value or an address's fragment. */
export function parsePdfFragment(value: string): PdfPlace | undefined {
  const page = Number(/(?:^|&)page=(\d{1,7})(?:&|$)/.exec(value)?.[1]);
  if (!(page >= 1)) return undefined;
  const top = Number(/(?:^|&)zoom=[\d.]+,-?[\d.]+,(-?\d+(?:\.\d+)?)(?:&|$)/.exec(value)?.[1] ?? 0);
  return { page, top };
}

/** The place in a PDF that selectors name. */
export function pdfPlaceOf(selectors: readonly Selector[]): PdfPlace | undefined {
  for (const selector of selectors) {
    if (selector.type === 'FragmentSelector' && selector.conformsTo === PDF_FRAGMENT)
      return parsePdfFragment(selector.value);
  }
  return undefined;
}

/** A moment in the film or sound of a page; `track` counts the players of the page from 0. */
export interface MediaPlace {
  readonly track: number;
  readonly seconds: number;
}

/** Media Fragments 4.2.1 with the number of the player: `t=12.5&track=0`. */
export function mediaFragment({ track, seconds }: MediaPlace): string {
  return `t=${Number(seconds.toFixed(3))}&track=${track}`;
}

/** Reads `t=12.5&track=0`, as a selector's value or an address's fragment. */
export function parseMediaFragment(value: string): MediaPlace | undefined {
  const match = /^t=(\d{1,7}(?:\.\d+)?)&track=(\d{1,4})$/.exec(value);
  return match ? { seconds: Number(match[1]), track: Number(match[2]) } : undefined;
}

/** A moment as a selector. */
export function mediaSelector(place: MediaPlace): FragmentSelector {
  return { type: 'FragmentSelector', conformsTo: MEDIA_FRAGMENT, value: mediaFragment(place) };
}

/** The moments that selectors name. */
export function mediaPlacesOf(selectors: readonly Selector[]): readonly MediaPlace[] {
  return selectors.flatMap((selector) => {
    if (selector.type !== 'FragmentSelector' || selector.conformsTo !== MEDIA_FRAGMENT) return [];
    return parseMediaFragment(selector.value) ?? [];
  });
}
