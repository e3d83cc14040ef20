import type { PdfPlace } from '#core/annotation/fragment.ts';

/** The size of a page at scale 1, in CSS pixels. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** Where every page stands in one tall column. */
export interface PageLayout {
  readonly scale: number;
  readonly tops: readonly number[];
  readonly heights: readonly number[];
  readonly totalHeight: number;
}

/** Pixels between two pages. */
export const PAGE_GAP = 16;

/** Stacks the pages at a scale. */
export function layOut(sizes: readonly PageSize[], scale: number): PageLayout {
  const tops: number[] = [];
  const heights = sizes.map((size) => Math.floor(size.height * scale));
  let top = PAGE_GAP;
  for (const height of heights) {
    tops.push(top);
    top += height + PAGE_GAP;
  }
  return { scale, tops, heights, totalHeight: top };
}

/** The page (from 1) that fills the line a third down the window. */
export function pageAt(layout: PageLayout, scrollTop: number, windowHeight: number): number {
  const line = scrollTop + windowHeight / 3;
  let low = 0;
  let high = layout.tops.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((layout.tops[middle] ?? 0) <= line) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** The place of a window: at which page, and how far below its upper edge, in CSS pixels at scale 1. */
export function placeOf(layout: PageLayout, scrollTop: number, windowHeight: number): PdfPlace {
  const page = pageAt(layout, scrollTop, windowHeight);
  return { page, top: (scrollTop - (layout.tops[page - 1] ?? 0)) / layout.scale };
}

/** How far to scroll in a layout to stand at a place, also when pages or scale have changed since. */
export function scrollTopOf(layout: PageLayout, { page, top }: PdfPlace): number {
  return (layout.tops[page - 1] ?? 0) + top * layout.scale;
}

/** The pages (from 1) to draw: those in the window and one more on either side. */
export function pagesToDraw(layout: PageLayout, scrollTop: number, windowHeight: number): readonly number[] {
  const pages: number[] = [];
  layout.tops.forEach((top, index) => {
    const bottom = top + (layout.heights[index] ?? 0);
    if (bottom >= scrollTop && top <= scrollTop + windowHeight) pages.push(index + 1);
  });
  const first = pages[0] ?? 1;
  const last = pages.at(-1) ?? 1;
  if (first > 1) pages.unshift(first - 1);
  if (last < layout.tops.length) pages.push(last + 1);
  return pages;
}
