import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Selector } from '#core/annotation/selector.ts';
import { texts } from '../../i18n/texts.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { preferences } from '../../shell/preferences.ts';
import { TextSurface } from '../../shell/text-surface.ts';
import { darkQuery, dress } from './frame-dress.ts';
import { currentFragment, framePlace, restoreMoments, restorePlace } from './frame-place.ts';
import { type PageFrames, withFragment } from './page-frames.ts';

/** Where in a page reading is. */
export interface FramePosition {
  /** 0 to 1. */
  readonly fraction: number;
  readonly place: readonly Selector[];
  /** The heading of the contents that is being read. */
  readonly heading: string | undefined;
}

/** Props of {@link HtmlView}. */
export interface HtmlViewProps {
  readonly path: string;
  readonly href: string;
  readonly fragment: string | undefined;
  readonly title: string;
  readonly frames: PageFrames;
  /** Where to begin: the remembered place, else so far down (0 to 1). */
  readonly startPlace: readonly Selector[];
  readonly startFraction: number;
  /** Ids of the headings in this page that the contents name, in order. */
  readonly headings: readonly string[];
  readonly onPosition: (position: FramePosition) => void;
  /** A link inside the page went to another file of the module. */
  readonly onNavigate: (href: string, fragment: string | undefined) => void;
  /** The page can be read and marked, until the answer is called. */
  readonly onSurface: (surface: TextSurface) => () => void;
  /** A key pressed inside the page. */
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** Some time after the last scroll, so that leafing writes nothing. */
const AFTER_SCROLL_MS = 400;
/** How much of a film is heard again at most when the power goes. */
const WHILE_PLAYING_MS = 5_000;

function fractionOf(view: Window): number {
  const room = view.document.documentElement.scrollHeight - view.innerHeight;
  return room <= 4 ? 1 : Math.min(1, Math.max(0, view.scrollY / room));
}

/** Whether a page has come into a frame, and not the empty one that every frame begins with. */
function isLoaded({ contentDocument }: HTMLIFrameElement): boolean {
  return contentDocument?.readyState === 'complete' && contentDocument.URL !== 'about:blank';
}

/** Shows when Tab has brought the focus to the page itself; a link or picture in it has a ring of its own. */
function followReach(frame: HTMLIFrameElement, view: Window): () => void {
  let lastTabMs = -1000;
  const onTab = (event: KeyboardEvent) => {
    if (event.key === 'Tab') lastTabMs = performance.now();
  };
  const look = () => {
    const isByTab = performance.now() - lastTabMs < 500;
    const isInside = document.activeElement === frame && view.document.activeElement === view.document.body;
    frame.toggleAttribute('data-reached', isInside && isByTab);
  };
  const leave = () => frame.removeAttribute('data-reached');
  addEventListener('keydown', onTab, true);
  view.addEventListener('focus', look);
  view.addEventListener('blur', leave);
  view.document.addEventListener('focusin', leave);
  view.document.addEventListener('pointerdown', leave);
  return () => removeEventListener('keydown', onTab, true);
}

/** Calls `report` some time after each move in a page; `leave` ends that, and calls it for a move not yet reported. */
function followPlaces(view: Window, report: () => void): { readonly leave: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasMoved = false;
  let reportedY = view.scrollY;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    hasMoved = false;
    reportedY = view.scrollY;
    report();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(now, AFTER_SCROLL_MS);
  };
  const moved = () => {
    hasMoved = true;
    soon();
  };
  const playing = () => {
    hasMoved = true;
    timer ??= setTimeout(now, WHILE_PLAYING_MS);
  };
  const leave = () => {
    clearTimeout(timer);
    // Who leaves within a frame of scrolling is gone before the event comes; but a frame that was taken out of the
    // document has no place any more, and would overwrite the one that was kept before.
    if (view.frameElement?.isConnected && (hasMoved || view.scrollY !== reportedY)) now();
  };
  const hidden = () => {
    if (view.document.visibilityState === 'hidden') leave();
  };
  view.document.addEventListener('scroll', moved, { passive: true });
  // Media events do not bubble, but they can be caught on their way down
  for (const name of ['pause', 'seeking', 'seeked', 'ended']) view.document.addEventListener(name, moved, true);
  view.document.addEventListener('timeupdate', playing, true);
  view.document.addEventListener('visibilitychange', hidden);
  // A link inside the page leads the frame to another one
  view.addEventListener('pagehide', leave);
  soon();
  return { leave };
}

/**
 * A page of course material in a frame where no script runs; every byte of it comes checked from the service worker. One
 * for each page: give it a key.
 */
export function HtmlView(props: HtmlViewProps): JSX.Element {
  const { modules } = usePlatform();
  const place = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLIFrameElement | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const address = modules.urlOf(props.path, props.href);
  const base = address.slice(0, address.length - encodedLength(address, props.href));
  const title = texts.t('reader.frame', { title: props.title });
  const chosen = preferences.value;
  const leave = useRef<() => void>(() => {});

  const onLoad = () => {
    const element = frame.current;
    const view = element?.contentDocument?.defaultView;
    if (!element || !view) return;
    leave.current();
    leave.current = () => {};
    const place = view.location;
    if (place.pathname !== new URL(address, location.href).pathname && place.pathname.startsWith(base)) {
      latest.current.onNavigate(
        decodeURIComponent(place.pathname.slice(base.length)),
        place.hash.slice(1) || undefined,
      );
      return;
    }
    dress(element);
    const surface = new TextSurface(view.document.body);
    const { startPlace, startFraction, fragment } = latest.current;
    restoreMoments(surface, startPlace);
    if (!fragment && startFraction > 0 && startFraction < 0.97 && !restorePlace(surface, startPlace)) {
      view.scrollTo(0, startFraction * (view.document.documentElement.scrollHeight - view.innerHeight));
    }
    const places = followPlaces(view, () =>
      latest.current.onPosition({
        fraction: fractionOf(view),
        place: framePlace(surface),
        heading: currentFragment(view.document, latest.current.headings),
      }),
    );
    view.document.addEventListener('keydown', (event) => latest.current.onKeyDown(event));
    const forget = latest.current.onSurface(surface);
    const stopReach = followReach(element, view);
    leave.current = () => {
      places.leave();
      stopReach();
      forget();
    };
  };

  // Before anything is drawn: a page that was got ready is there with the rest of the screen
  useLayoutEffect(() => {
    if (!place.current) return;
    const element = props.frames.bring(address, props.fragment, place.current);
    frame.current = element;
    element.addEventListener('load', onLoad);
    if (isLoaded(element)) onLoad();
    // Before the frame is taken out of the document: after that it has no place any more
    return () => leave.current();
  }, []);
  useLayoutEffect(() => {
    frame.current?.setAttribute('title', title);
  }, [title]);
  const wanted = withFragment(address, props.fragment);
  useLayoutEffect(() => {
    if (frame.current && frame.current.getAttribute('src') !== wanted) frame.current.src = wanted;
  }, [wanted]);
  // The choices are read inside dress
  useEffect(() => {
    const again = () => frame.current && dress(frame.current);
    again();
    const query = darkQuery();
    query.addEventListener('change', again);
    return () => query.removeEventListener('change', again);
  }, [chosen]);

  return <div ref={place} class="ll-frame-place" />;
}

/** How many characters of the address the href takes, percent-encoded or not. */
function encodedLength(address: string, href: string): number {
  const encoded = href.split('/').map(encodeURIComponent).join('/');
  if (address.endsWith(encoded)) return encoded.length;
  return address.endsWith(href) ? href.length : encodeURI(href).length;
}
