import { describeSpan } from '#core/annotation/anchor.ts';
import { mediaPlacesOf, mediaSelector } from '#core/annotation/fragment.ts';
import type { Selector } from '#core/annotation/selector.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { playersOf } from './players.ts';

/** How many characters say where the window's upper edge is. */
const ANCHOR_LENGTH = 64;

/** Where in the text the upper edge of the window is. */
export function topOffset(surface: TextSurface): number | undefined {
  const { document, map } = surface;
  const view = document.defaultView;
  if (!view) return undefined;
  const box = surface.root.getBoundingClientRect();
  const style = view.getComputedStyle(surface.root);
  const isRightToLeft = style.direction === 'rtl';
  const pad = Number.parseFloat(isRightToLeft ? style.paddingRight : style.paddingLeft) || 0;
  // Where lines begin: in the middle of a short line stands its end
  const begin = isRightToLeft ? box.right - pad - 3 : box.left + pad + 3;
  // Margins hold no text: a few points are tried, from the top down
  for (let y = 4; y < view.innerHeight * 0.9; y += 24) {
    for (const x of [begin, view.innerWidth / 2]) {
      const point = document.caretPositionFromPoint(x, y);
      if (point?.offsetNode.nodeType !== Node.TEXT_NODE) continue;
      const offset = map.offsetOf(point.offsetNode, point.offset);
      return offset !== undefined && map.text[offset] === ' ' ? offset + 1 : offset;
    }
  }
  return undefined;
}

/** Where reading is: the words at the upper edge of the window, and the moment of each film or sound that has begun. */
export function framePlace(surface: TextSurface): readonly Selector[] {
  const start = topOffset(surface);
  const text = start === undefined ? [] : describeSpan(surface.map.text, { start, end: start + ANCHOR_LENGTH });
  const media = playersOf(surface).flatMap((player, track) =>
    player.currentTime > 1 ? [mediaSelector({ track, seconds: player.ended ? 0 : player.currentTime })] : [],
  );
  return [...text, ...media];
}

/** Brings films and sounds to the moments at which they were left. */
export function restoreMoments(surface: TextSurface, place: readonly Selector[]): void {
  const all = playersOf(surface);
  for (const { track, seconds } of mediaPlacesOf(place)) {
    const player = all[track];
    if (player) player.currentTime = seconds;
  }
}

/** Scrolls to a remembered place. False when its words are no longer there. */
export function restorePlace(surface: TextSurface, place: readonly Selector[]): boolean {
  const found = surface.find(place);
  if (!found) return false;
  showRange(found.range, 4);
  return true;
}

/** Scrolls a passage to just below the window's upper edge. */
export function showRange(range: Range, below: number): void {
  const view = range.startContainer.ownerDocument?.defaultView;
  if (!view) return;
  const { top } = range.getBoundingClientRect();
  view.scrollTo({ top: view.scrollY + top - below });
}

/** The last of these headings (ids, in page order) that has gone above the middle of the window. */
export function currentFragment(document: Document, ids: readonly string[]): string | undefined {
  const line = (document.defaultView?.innerHeight ?? 0) / 3;
  return ids.findLast((id) => {
    const element = document.getElementById(id);
    return element !== null && element.getBoundingClientRect().top <= line;
  });
}
