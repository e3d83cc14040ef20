import { type PageViewport, type PDFDocumentProxy, TextLayer } from 'pdfjs-dist';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { texts } from '../../i18n/texts.ts';

/** Props of {@link PdfPage}. */
export interface PdfPageProps {
  readonly document: PDFDocumentProxy;
  readonly number: number;
  readonly scale: number;
  readonly onFail: (error: unknown) => void;
}

/** One page: a canvas, and over it the text, which can be selected and is what a screen reader reads. */
export function PdfPage({ document, number, scale, onFail }: PdfPageProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLElement>(null);
  const fail = useRef(onFail);
  fail.current = onFail;
  useEffect(() => {
    let stop = () => {};
    let stopped = false;
    const draw = async () => {
      const page = await document.getPage(number);
      const element = canvas.current;
      const text = layer.current;
      if (stopped || !element || !text) return;
      const viewport: PageViewport = page.getViewport({ scale });
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
    };
    draw().catch((error: unknown) => {
      // Drawing that was stopped because the page scrolled away is no failure.
      if (!stopped) fail.current(error);
    });
    return () => {
      stopped = true;
      stop();
    };
  }, [document, number, scale]);
  return (
    <>
      <canvas ref={canvas} class="ll-pdf-canvas" />
      <section ref={layer} class="textLayer" aria-label={texts.t('pdf.pageLabel', { n: number })} />
    </>
  );
}
