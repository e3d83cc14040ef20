import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { texts } from '../../i18n/texts.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { preferences } from '../../shell/preferences.ts';
import { frameStyle } from './frame-style.ts';

/** Props of {@link HtmlView}. */
export interface HtmlViewProps {
  readonly path: string;
  readonly href: string;
  readonly fragment: string | undefined;
  readonly title: string;
  /** 0 to 1: how far down to begin. */
  readonly startFraction: number;
  readonly onPosition: (fraction: number) => void;
  /** A link inside the page went to another file of the module. */
  readonly onNavigate: (href: string, fragment: string | undefined) => void;
}

const darkQuery = () => matchMedia('(prefers-color-scheme: dark)');

function isDark(): boolean {
  const { theme } = preferences.value;
  return theme === 'auto' ? darkQuery().matches : theme === 'dark';
}

/** Lays the reader's stylesheet over the frame's document, in place of an earlier one. */
function dress(frame: HTMLIFrameElement): void {
  const view = frame.contentDocument?.defaultView;
  if (!view || !frame.contentDocument) return;
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(frameStyle(preferences.value, isDark()));
  frame.contentDocument.adoptedStyleSheets = [sheet];
}

function fractionOf(view: Window): number {
  const room = view.document.documentElement.scrollHeight - view.innerHeight;
  return room <= 4 ? 1 : Math.min(1, Math.max(0, view.scrollY / room));
}

/** A page of course material in a frame where no script runs; every byte of it comes checked from the service worker. */
export function HtmlView(props: HtmlViewProps): JSX.Element {
  const { modules } = usePlatform();
  const frame = useRef<HTMLIFrameElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const address = modules.urlOf(props.path, props.href);
  const base = address.slice(0, address.length - encodedLength(address, props.href));
  const { textSize, theme } = preferences.value;

  // Size and theme are read inside dress
  useEffect(() => {
    const again = () => frame.current && dress(frame.current);
    again();
    const query = darkQuery();
    query.addEventListener('change', again);
    return () => query.removeEventListener('change', again);
  }, [textSize, theme]);

  const onLoad = () => {
    const element = frame.current;
    const view = element?.contentDocument?.defaultView;
    if (!element || !view) return;
    const place = view.location;
    if (place.pathname !== new URL(address, location.href).pathname && place.pathname.startsWith(base)) {
      latest.current.onNavigate(
        decodeURIComponent(place.pathname.slice(base.length)),
        place.hash.slice(1) || undefined,
      );
      return;
    }
    dress(element);
    const { startFraction, fragment } = latest.current;
    if (!fragment && startFraction > 0 && startFraction < 0.97) {
      view.scrollTo(0, startFraction * (view.document.documentElement.scrollHeight - view.innerHeight));
    }
    latest.current.onPosition(fractionOf(view));
    let pending: ReturnType<typeof setTimeout> | undefined;
    view.document.addEventListener(
      'scroll',
      () => {
        clearTimeout(pending);
        pending = setTimeout(() => latest.current.onPosition(fractionOf(view)), 400);
      },
      { passive: true },
    );
  };

  return (
    <iframe
      ref={frame}
      key={address}
      class="ll-frame"
      title={texts.t('reader.frame', { title: props.title })}
      sandbox="allow-same-origin"
      src={props.fragment ? `${address}#${props.fragment}` : address}
      onLoad={onLoad}
    />
  );
}

/** How many characters of the address the href takes, percent-encoded or not. */
function encodedLength(address: string, href: string): number {
  const encoded = href.split('/').map(encodeURIComponent).join('/');
  if (address.endsWith(encoded)) return encoded.length;
  return address.endsWith(href) ? href.length : encodeURI(href).length;
}
