import { useEffect, useRef } from 'preact/hooks';
import { parseMediaFragment } from '#core/annotation/fragment.ts';
import type { Target } from '../../shell/target.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { showRange } from './frame-place.ts';
import { findWords, paint } from './marks.ts';
import { goToMoment } from './players.ts';

/**
 * Marks the words of a hit on every page on the screen, and goes to the first of them from the hit on, or to the moment
 * at which a film says them.
 */
export function useFound(target: Target, surfaces: readonly TextSurface[]): void {
  const shown = useRef<Target | undefined>(undefined);
  useEffect(() => {
    const words = target.kind === 'found' ? target.words : [];
    const spans = surfaces.map((surface) => ({ surface, found: findWords(surface.map.text, words) }));
    paint(
      surfaces,
      'll-found',
      spans.flatMap(({ surface, found }) => found.flatMap((span) => surface.map.rangeOf(span) ?? [])),
    );
    const [first] = spans;
    if (target.kind !== 'found' || shown.current === target || !first || first.surface.page !== undefined) return;
    shown.current = target;
    const { surface, found } = first;
    const moment = parseMediaFragment(target.fragment);
    if (moment) {
      goToMoment(surface, moment, target.offset);
      return;
    }
    const heading = target.fragment === '' ? null : surface.document.getElementById(decode(target.fragment));
    const from = (heading ? (surface.map.offsetOf(heading, 0) ?? 0) : 0) + target.offset;
    const span = found.find(({ start }) => start >= from - 8) ?? found[0];
    const range = span && surface.map.rangeOf(span);
    if (range) showRange(range, 120);
  }, [target, surfaces]);
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    // An id with a percent sign of its own
    return fragment;
  }
}
