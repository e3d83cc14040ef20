import { type PageViewport, type PDFDocumentProxy, TextLayer } from 'pdfjs-dist';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { texts } from '../../i18n/texts.ts';
import { TextSurface } from '../../shell/text-surface.ts';
import { linksOf, type PdfLink } from './pdf-links.ts';

/** Props of {@link PdfPage}. */
export interface PdfPageProps {
  readonly document: PDFDocumentProxy;
  readonly number: number;
  readonly scale: number;
  /** Quarters of a turn the reader gave it, in degrees. */
  readonly rotation: number;
  /** What is printed on it. */
  readonly label: string;
  readonly onPage: (page: number) => void;
  /** Shows an address that leads outside; it is never opened. */
  readonly onOutside: (address: string) => void;
  readonly onSurface: (surface: TextSurface) => () => void;
  readonly onFail: (error: unknown) => void;
}

/** One page: a canvas, and over it the text, which can be selected and is what a screen reader reads. */
export function PdfPage(props: PdfPageProps): JSX.Element {
  const { document, number, scale, rotation, onSurface, onFail } = props;
  const [links, setLinks] = useState<readonly PdfLink[]>([]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLElement>(null);
  const fail = useRef(onFail);
  fail.current = onFail;
  const surfaceOf = useRef(onSurface);
  surfaceOf.current = onSurface;
  useEffect(() => {
    let stop = () => {};
    let leave = () => {};
    let stopped = false;
    const draw = async () => {
      const page = await document.getPage(number);
      const element = canvas.current;
      const text = layer.current;
      if (stopped || !element || !text) return;
      const viewport: PageViewport = page.getViewport({ scale, rotation: (page.rotate + rotation) % 360 });
      const ratio = Math.min(devicePixelRatio, 2.5);
      element.width = Math.floor(viewport.width * ratio);
      element.height = Math.floor(viewport.height * ratio);
      const task = page.render({ canvas: element, viewport, transform: [ratio, 0, 0, ratio, 0, 0] });
      text.replaceChildren();
      text.style.setProperty('--total-scale-factor', String(scale));
      const words = new TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport });
      stop = () => {
        task.cancel();
        words.cancel();
      };
      await Promise.all([task.promise, words.render()]);
      if (stopped) return;
      setLinks(await linksOf(document, page, viewport));
      if (!stopped) leave = surfaceOf.current(new TextSurface(text, number));
    };
    draw().catch((error: unknown) => {
      // Drawing that was stopped because the page scrolled away is no failure.
      if (!stopped) fail.current(error);
    });
    return () => {
      stopped = true;
      stop();
      leave();
    };
  }, [document, number, scale, rotation]);
  return (
    <>
      <canvas ref={canvas} class="ll-pdf-canvas" />
      <section ref={layer} class="textLayer" aria-label={texts.t('pdf.pageLabel', { n: props.label })} />
      {links.map((link) => (
        <button
          key={`${link.left} ${link.top} ${link.width}`}
          type="button"
          class="ll-pdf-link"
          aria-label={
            link.kind === 'page'
              ? texts.t('pdf.toPage', { n: link.page })
              : texts.t('pdf.outside', { address: link.address })
          }
          title={link.kind === 'outside' ? link.address : undefined}
          ref={(element) => {
            if (!element) return;
            element.style.left = `${link.left}px`;
            element.style.top = `${link.top}px`;
            element.style.width = `${link.width}px`;
            element.style.height = `${link.height}px`;
          }}
          onClick={() => (link.kind === 'page' ? props.onPage(link.page) : props.onOutside(link.address))}
        />
      ))}
    </>
  );
}
