import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TextSurface } from '../../shell/text-surface.ts';

/** Props of {@link ReadingRuler}. */
export interface ReadingRulerProps {
  /** The page it lies over; it follows the pointer there. */
  readonly surface: TextSurface | undefined;
}

/** Dims all but a few lines. It follows the pointer; without one the text is scrolled under it. */
export function ReadingRuler({ surface }: ReadingRulerProps): JSX.Element {
  const [top, setTop] = useState<number>();
  const band = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const document = surface?.document;
    if (!document) return undefined;
    const follow = (event: PointerEvent) => setTop(event.clientY);
    document.addEventListener('pointermove', follow);
    return () => document.removeEventListener('pointermove', follow);
  }, [surface]);
  return (
    <div
      ref={band}
      class="ll-ruler"
      aria-hidden="true"
      style={top === undefined ? {} : { '--ll-ruler-middle': `${top}px` }}
    />
  );
}
