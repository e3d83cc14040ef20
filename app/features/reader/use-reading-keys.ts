import { useEffect, useRef } from 'preact/hooks';

/** What keys do in the reader. */
export interface ReadingKeys {
  /** Undefined where arrow keys have another use. */
  readonly previous: (() => void) | undefined;
  readonly next: (() => void) | undefined;
  /** Closes what lies open; false when nothing did. */
  readonly close: () => boolean;
  /** Scrolls the page by a part of its height; false when it is at its end. Undefined where keys scroll by themselves. */
  readonly scroll: ((windows: number) => boolean) | undefined;
  readonly rightToLeft: boolean;
}

const TYPING = 'input, textarea, select, video, audio, summary, [role="tab"], [contenteditable], .ll-pdf-scroll';

function isElement(target: EventTarget | null): target is Element {
  return target !== null && 'matches' in target;
}

/**
 * Arrow left and right turn to the part before and after; Page Up and Down turn too when the page is at its end; Escape
 * closes panels. Returns the handler for keys pressed inside a frame, whose events do not come out of it.
 */
export function useReadingKeys(keys: ReadingKeys): (event: KeyboardEvent) => void {
  const latest = useRef(keys);
  latest.current = keys;
  const handler = useRef((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const { previous, next, close, scroll, rightToLeft } = latest.current;
    // What lies over the page closes itself
    // Fields that the app puts into a page stand in shadow roots, which hide them from `event.target`
    const [target = null] = event.composedPath();
    if (isElement(target) && target.closest('dialog, [role="dialog"]')) return;
    if (event.key === 'Escape') {
      if (close()) event.preventDefault();
      return;
    }
    if (isElement(target) && target.matches(TYPING)) return;
    const isInFrame = isElement(target) && target.ownerDocument !== document;
    const turn = (windows: number, otherwise: (() => void) | undefined): (() => void) | undefined => {
      if (!scroll) return undefined;
      return () => {
        if (!scroll(windows)) otherwise?.();
      };
    };
    // Inside the frame the browser scrolls by lines itself
    const line = (windows: number) => (isInFrame ? undefined : turn(windows, undefined));
    const actions: Record<string, (() => void) | undefined> = {
      ArrowLeft: rightToLeft ? next : previous,
      ArrowRight: rightToLeft ? previous : next,
      PageDown: turn(0.9, next),
      PageUp: turn(-0.9, previous),
      ArrowDown: line(0.1),
      ArrowUp: line(-0.1),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    const { current } = handler;
    addEventListener('keydown', current);
    return () => removeEventListener('keydown', current);
  }, []);
  return handler.current;
}
