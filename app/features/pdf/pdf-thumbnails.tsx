import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { texts } from '../../i18n/texts.ts';
import type { PageSize } from './page-window.ts';

/** Width of a small page, in CSS pixels. */
const WIDTH = 120;

/** Props of {@link Thumbnails}. */
export interface ThumbnailsProps {
  readonly document: PDFDocumentProxy;
  readonly sizes: readonly PageSize[];
  readonly rotation: number;
  readonly current: number;
  readonly labelOf: (page: number) => string;
  readonly onPage: (page: number) => void;
}

/** All pages, small; each is drawn only when it comes into sight, and one at a time. */
export function Thumbnails(props: ThumbnailsProps): JSX.Element {
  const list = useRef<HTMLOListElement>(null);
  const [seen, setSeen] = useState<ReadonlySet<number>>(new Set());
  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver((entries) => {
      const near = entries.filter(({ isIntersecting }) => isIntersecting);
      if (near.length === 0) return;
      setSeen(
        (before) => new Set([...before, ...near.map(({ target }) => Number(target.getAttribute('data-thumbnail')))]),
      );
    });
    for (const child of element.children) observer.observe(child);
    element.querySelector('[aria-current]')?.scrollIntoView({ block: 'center' });
    return () => observer.disconnect();
  }, [props.document]);
  return (
    <ol ref={list} class="ll-thumbnails">
      {props.sizes.map((size, index) => {
        const number = index + 1;
        return (
          <li key={number} data-thumbnail={number}>
            <button
              type="button"
              class="ll-thumbnail"
              aria-current={number === props.current ? 'page' : undefined}
              aria-label={texts.t('pdf.pageLabel', { n: props.labelOf(number) })}
              onClick={() => props.onPage(number)}
            >
              <Thumbnail {...props} number={number} size={size} isSeen={seen.has(number)} />
              <span aria-hidden="true">{props.labelOf(number)}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

interface ThumbnailProps {
  readonly document: PDFDocumentProxy;
  readonly rotation: number;
  readonly number: number;
  readonly size: PageSize;
  readonly isSeen: boolean;
}

function Thumbnail({ document, rotation, number, size, isSeen }: ThumbnailProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    element.style.height = `${(WIDTH * size.height) / size.width}px`;
    if (!isSeen) return undefined;
    let stop = () => {};
    let stopped = false;
    const draw = async () => {
      const page = await document.getPage(number);
      if (stopped) return;
      const whole = page.getViewport({ scale: 1, rotation: (page.rotate + rotation) % 360 });
      const viewport = page.getViewport({ scale: WIDTH / whole.width, rotation: (page.rotate + rotation) % 360 });
      element.width = Math.floor(viewport.width);
      element.height = Math.floor(viewport.height);
      const task = page.render({ canvas: element, viewport });
      stop = () => task.cancel();
      await task.promise;
    };
    // A page that cannot be drawn is reported by the page itself; its small picture stays empty.
    draw().catch(() => undefined);
    return () => {
      stopped = true;
      stop();
    };
  }, [document, number, rotation, isSeen]);
  return <canvas ref={canvas} class="ll-thumbnail-canvas" />;
}
