import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type PdfPlace, parsePdfFragment, pdfPlaceOf, pdfSelector } from '#core/annotation/fragment.ts';
import type { Selector } from '#core/annotation/selector.ts';
import { texts } from '../../i18n/texts.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { layOut, type PageSize, pageAt, pagesToDraw, placeOf, scrollTopOf } from './page-window.ts';
import type { OutlineEntry } from './pdf-document.ts';
import { PdfPage } from './pdf-page.tsx';
import { Thumbnails } from './pdf-thumbnails.tsx';
import { type PdfPanel, PdfToolbar, type Zoom } from './pdf-toolbar.tsx';

/** Props of {@link PdfPages}. */
export interface PdfPagesProps {
  readonly document: PDFDocumentProxy;
  /** One for each page; pages that differ from the first are corrected when they come near. */
  readonly sizes: readonly PageSize[];
  readonly outline: readonly OutlineEntry[];
  /** What is printed on each page, when the PDF says so; else empty. */
  readonly labels: readonly string[];
  readonly title: string;
  readonly fragment: string | undefined;
  readonly startFraction: number;
  readonly startPlace: readonly Selector[];
  readonly onPosition: (fraction: number, place: readonly Selector[]) => void;
  readonly onSurface: (surface: TextSurface) => () => void;
  readonly onFail: (error: unknown) => void;
}

const MIN_SCALE = 0.4;
const MAX_SCALE = 4;

function Outline({
  entries,
  onPage,
}: {
  readonly entries: readonly OutlineEntry[];
  readonly onPage: (n: number) => void;
}): JSX.Element {
  return (
    <ol class="ll-contents">
      {entries.map((entry, index) => (
        // An outline never changes its order
        <li key={index}>
          <button
            type="button"
            class="ll-contents-button"
            disabled={entry.page === undefined}
            onClick={() => entry.page !== undefined && onPage(entry.page)}
          >
            {entry.title}
          </button>
          {entry.children.length > 0 && <Outline entries={entry.children} onPage={onPage} />}
        </li>
      ))}
    </ol>
  );
}

/** The pages of a PDF in one column; only those near the window are drawn. Plus and minus zoom, arrows turn pages. */
export function PdfPages(props: PdfPagesProps): JSX.Element {
  const { document, outline, onPosition } = props;
  const { t } = texts;
  const scroller = useRef<HTMLDivElement>(null);
  const column = useRef<HTMLDivElement>(null);
  const [upright, setSizes] = useState(props.sizes);
  const [view, setView] = useState({ top: 0, width: 800, height: 600 });
  const [zoom, setZoom] = useState<Zoom>('width');
  const [rotation, setRotation] = useState(0);
  const [panel, setPanel] = useState<PdfPanel>();
  const [outside, setOutside] = useState<string>();
  // Turned by a quarter, width and height change places
  const sizes = useMemo(
    () => (rotation % 180 === 0 ? upright : upright.map(({ width, height }) => ({ width: height, height: width }))),
    [upright, rotation],
  );
  const widest = useMemo(() => Math.max(...sizes.map((size) => size.width)), [sizes]);
  const highest = useMemo(() => Math.max(...sizes.map((size) => size.height)), [sizes]);
  const fitWidth = Math.min(1.5, Math.max(MIN_SCALE, (view.width - 32) / widest));
  const fitPage = Math.min(fitWidth, Math.max(0.2, (view.height - 24) / highest));
  const scale = zoom === 'width' ? fitWidth : zoom === 'page' ? fitPage : zoom;
  const layout = useMemo(() => layOut(sizes, scale), [sizes, scale]);
  const total = sizes.length;
  const page = pageAt(layout, view.top, view.height);
  const drawn = pagesToDraw(layout, view.top, view.height);

  const labelOf = (number: number): string => props.labels[number - 1] ?? String(number);
  const pageOfLabel = (label: string): number | undefined => {
    const printed = props.labels.findIndex((one) => one.toLowerCase() === label.toLowerCase());
    if (printed >= 0) return printed + 1;
    return /^\d+$/.test(label) && Number(label) >= 1 ? Number(label) : undefined;
  };
  const goTo = (number: number) => standAt({ page: number, top: -8 / scale });
  const zoomBy = (factor: number) => setZoom(Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale * factor)));

  // The place belongs to the layout that is on the screen, not to one that is being rendered
  const shown = useRef(layout);
  const place = useRef<PdfPlace | undefined>(undefined);
  /** How far was scrolled to stand at the place: while that is so, the place holds, whatever size its page turns out to have. */
  const stoodAt = useRef<number | undefined>(undefined);
  const standAt = ({ page: number, top }: PdfPlace) => {
    const element = scroller.current;
    if (!element) return;
    place.current = { page: Math.min(total, Math.max(1, Math.round(number))), top };
    element.scrollTo({ top: scrollTopOf(shown.current, place.current) });
    stoodAt.current = element.scrollTop;
  };
  const measure = () => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, clientWidth, clientHeight } = element;
    if (scrollTop !== stoodAt.current) {
      place.current = placeOf(shown.current, scrollTop, clientHeight);
      stoodAt.current = undefined;
    }
    setView({ top: scrollTop, width: clientWidth, height: clientHeight });
  };
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);

  // Heights and tops go through the CSS object model: the page's policy forbids style attributes.
  useLayoutEffect(() => {
    const element = column.current;
    if (!element) return;
    element.style.height = `${layout.totalHeight}px`;
    element.style.width = `${widest * scale}px`;
    for (const child of element.children) {
      if (!(child instanceof HTMLElement)) continue;
      const index = Number(child.getAttribute('data-page')) - 1;
      child.style.top = `${layout.tops[index] ?? 0}px`;
      child.style.height = `${layout.heights[index] ?? 0}px`;
      child.style.width = `${Math.floor((sizes[index]?.width ?? 0) * scale)}px`;
    }
  });
  // A new scale, or a page that turns out to have another size, must not carry the reader to another page
  useLayoutEffect(() => {
    shown.current = layout;
    if (!place.current) return;
    standAt(place.current);
    measure();
  }, [layout]);
  const goToPlace = (wanted: PdfPlace) => (wanted.top === 0 ? goTo(wanted.page) : standAt(wanted));
  // The place of the address goes before the remembered one, and each is used once
  useEffect(() => {
    const asked = parsePdfFragment(props.fragment ?? '');
    const remembered = pdfPlaceOf(props.startPlace);
    if (asked) goToPlace(asked);
    else if (remembered) goToPlace(remembered);
    else if (props.startFraction > 0) goTo(Math.round(props.startFraction * total));
  }, [props.fragment, props.startPlace]);
  // Some time after the last scroll, so that leafing writes nothing; at once when the PDF is left before
  const unsaved = useRef<(() => void) | undefined>(undefined);
  useEffect(() => {
    const save = () => {
      unsaved.current = undefined;
      if (!place.current) return;
      const { page: at, top } = place.current;
      onPosition(at / total, [pdfSelector({ page: at, top: Math.max(0, top) })]);
    };
    unsaved.current = save;
    const timer = setTimeout(save, 400);
    return () => clearTimeout(timer);
  }, [view.top, page, total, layout]);
  useEffect(() => () => unsaved.current?.(), []);

  const turn = () => {
    const size = place.current && sizes[place.current.page - 1];
    // As far down the page as before; it is as high as it was wide
    if (place.current && size) {
      place.current = { page: place.current.page, top: (place.current.top * size.width) / size.height };
    }
    setRotation((before) => (before + 90) % 360);
  };

  const near = drawn.join();
  // The sizes of pages are asked when they come near
  useEffect(() => {
    let current = true;
    const correct = async () => {
      const found = await Promise.all(
        drawn.map(async (number) => {
          const { width, height } = (await document.getPage(number)).getViewport({ scale: 1 });
          return { number, width, height };
        }),
      );
      if (!current) return;
      setSizes((before) => {
        const wrong = found.filter(({ number, width, height }) => {
          const size = before[number - 1];
          return size && (size.width !== width || size.height !== height);
        });
        if (wrong.length === 0) return before;
        const next = [...before];
        for (const { number, width, height } of wrong) next[number - 1] = { width, height };
        return next;
      });
    };
    correct().catch((error: unknown) => current && props.onFail(error));
    return () => {
      current = false;
    };
  }, [document, near]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const actions: Record<string, () => void> = {
      '+': () => zoomBy(1.2),
      '-': () => zoomBy(1 / 1.2),
      ArrowRight: () => goTo(page + 1),
      ArrowLeft: () => goTo(page - 1),
      Home: () => goTo(1),
      End: () => goTo(total),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };

  return (
    <div class="ll-pdf">
      <PdfToolbar
        panel={panel}
        onPanel={setPanel}
        hasOutline={outline.length > 0}
        label={labelOf(page)}
        total={total}
        pageOfLabel={pageOfLabel}
        onPage={(number) => {
          goTo(number);
          scroller.current?.focus();
        }}
        scale={scale}
        zoom={zoom}
        onZoom={setZoom}
        onZoomBy={zoomBy}
        onRotate={turn}
      />
      <div class="ll-pdf-body">
        {panel === 'outline' && (
          <nav class="ll-reader-panel" aria-label={t('pdf.outline')}>
            <Outline entries={outline} onPage={goTo} />
          </nav>
        )}
        {panel === 'pages' && (
          <nav class="ll-reader-panel ll-pdf-thumbs" aria-label={t('pdf.pages')}>
            <Thumbnails
              document={document}
              sizes={sizes}
              rotation={rotation}
              current={page}
              labelOf={labelOf}
              onPage={goTo}
            />
          </nav>
        )}
        <section
          ref={scroller}
          class="ll-pdf-scroll"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          aria-label={t('pdf.document', { title: props.title })}
          onKeyDown={onKeyDown}
        >
          <div ref={column} class="ll-pdf-column">
            {drawn.map((number) => (
              <div key={number} class="ll-pdf-page" data-page={number}>
                <PdfPage
                  document={document}
                  number={number}
                  scale={scale}
                  rotation={rotation}
                  label={labelOf(number)}
                  onPage={goTo}
                  onOutside={setOutside}
                  onSurface={props.onSurface}
                  onFail={props.onFail}
                />
              </div>
            ))}
          </div>
        </section>
      </div>
      <p class="ll-pdf-outside" role="status">
        {outside && t('pdf.outside', { address: outside })}
      </p>
    </div>
  );
}
