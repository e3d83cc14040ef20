import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { texts } from '../../i18n/texts.ts';
import { layOut, type PageSize, pageAt, pagesToDraw } from './page-window.ts';
import type { OutlineEntry } from './pdf-document.ts';
import { PdfPage } from './pdf-page.tsx';

/** Props of {@link PdfPages}. */
export interface PdfPagesProps {
  readonly document: PDFDocumentProxy;
  /** One for each page; pages that differ from the first are corrected when they come near. */
  readonly sizes: readonly PageSize[];
  readonly outline: readonly OutlineEntry[];
  readonly title: string;
  readonly startFraction: number;
  readonly onPosition: (fraction: number) => void;
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
  const [sizes, setSizes] = useState(props.sizes);
  const [view, setView] = useState({ top: 0, width: 800, height: 600 });
  const [zoom, setZoom] = useState<number | 'fit'>('fit');
  const [typed, setTyped] = useState<string>();
  const [showOutline, setShowOutline] = useState(false);
  const widest = useMemo(() => Math.max(...sizes.map((size) => size.width)), [sizes]);
  const scale = zoom === 'fit' ? Math.min(1.5, Math.max(MIN_SCALE, (view.width - 32) / widest)) : zoom;
  const layout = useMemo(() => layOut(sizes, scale), [sizes, scale]);
  const total = sizes.length;
  const page = pageAt(layout, view.top, view.height);
  const drawn = pagesToDraw(layout, view.top, view.height);

  const goTo = (number: number) => {
    const wanted = Math.min(total, Math.max(1, Math.round(number)));
    scroller.current?.scrollTo({ top: (layout.tops[wanted - 1] ?? 0) - 8 });
  };
  const zoomBy = (factor: number) => setZoom(Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale * factor)));

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = () => setView({ top: element.scrollTop, width: element.clientWidth, height: element.clientHeight });
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
  const place = useRef<{ page: number; scale: number } | undefined>(undefined);
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
  // Only a new scale moves the page of the moment
  useLayoutEffect(() => {
    if (place.current && place.current.scale !== scale) goTo(place.current.page);
  }, [scale]);
  useEffect(() => {
    place.current = { page, scale };
  }, [page, scale]);
  // The remembered place is used once
  useEffect(() => {
    if (props.startFraction > 0) goTo(Math.round(props.startFraction * total));
  }, []);
  // A page turn is what counts
  useEffect(() => onPosition(page / total), [page, total]);

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
      <div class="ll-pdf-bar" role="toolbar" aria-label={t('pdf.toolbar')}>
        {outline.length > 0 && (
          <Button kind="quiet" icon="list" expanded={showOutline} onClick={() => setShowOutline(!showOutline)}>
            {t('pdf.outline')}
          </Button>
        )}
        <form
          class="ll-row ll-pdf-jump"
          onSubmit={(event) => {
            event.preventDefault();
            if (typed !== undefined && Number(typed) >= 1) goTo(Number(typed));
            setTyped(undefined);
            scroller.current?.focus();
          }}
        >
          <label for="pdf-page">{t('pdf.page')}</label>
          <input
            id="pdf-page"
            class="ll-input ll-pdf-number"
            inputMode="numeric"
            value={typed ?? String(page)}
            onInput={(event) => setTyped(event.currentTarget.value)}
            onBlur={() => setTyped(undefined)}
          />
          <span>{t('pdf.of', { total })}</span>
        </form>
        <span class="ll-row ll-pdf-zoom">
          <Button kind="quiet" icon="minus" label={t('pdf.zoomOut')} onClick={() => zoomBy(1 / 1.2)} />
          <span class="ll-small ll-pdf-percent">{texts.formatPercent(scale)}</span>
          <Button kind="quiet" icon="plus" label={t('pdf.zoomIn')} onClick={() => zoomBy(1.2)} />
          <Button kind="quiet" pressed={zoom === 'fit'} onClick={() => setZoom('fit')}>
            {t('pdf.fit')}
          </Button>
        </span>
      </div>
      <div class="ll-pdf-body">
        {showOutline && (
          <nav class="ll-reader-panel" aria-label={t('pdf.outline')}>
            <Outline entries={outline} onPage={goTo} />
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
                <PdfPage document={document} number={number} scale={scale} onFail={props.onFail} />
              </div>
            ))}
          </div>
        </section>
      </div>
    </div>
  );
}
