import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Selector } from '#core/annotation/selector.ts';
import { Notice } from '#ui/components/notice.tsx';
import { ProgressBar } from '#ui/components/progress-bar.tsx';
import { texts } from '../../i18n/texts.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { useAsync } from '../../shell/use-async.ts';
import './pdf.css';
import type { PageSize } from './page-window.ts';
import { type OpenPdf, openPdf, readOutline } from './pdf-document.ts';
import { PdfPages } from './pdf-pages.tsx';

/** Props of {@link PdfView}. */
export interface PdfViewProps {
  readonly path: string;
  readonly href: string;
  readonly sizeBytes: number;
  readonly title: string;
  /** What the address asks for, as `page=12`. */
  readonly fragment: string | undefined;
  readonly startFraction: number;
  readonly startPlace: readonly Selector[];
  readonly onPosition: (fraction: number, place: readonly Selector[]) => void;
  /** The text of a page is on the screen, until the answer is called. */
  readonly onSurface: (surface: TextSurface) => () => void;
}

/** A PDF of a module, every range of it checked before pdf.js sees it. */
export function PdfView(props: PdfViewProps): JSX.Element {
  const { modules } = usePlatform();
  const { path, href, sizeBytes } = props;
  const [broken, setBroken] = useState(false);
  const [closer] = useState<{ open?: OpenPdf; gone: boolean }>({ gone: false });
  useEffect(
    () => () => {
      closer.gone = true;
      void closer.open?.close();
    },
    [closer],
  );
  const loaded = useAsync(async () => {
    const open = await openPdf(modules, path, href, sizeBytes, () => setBroken(true));
    closer.open = open;
    if (closer.gone) await open.close();
    const first = (await open.document.getPage(1)).getViewport({ scale: 1 });
    const size: PageSize = { width: first.width, height: first.height };
    return { document: open.document, sizes: Array.from({ length: open.document.numPages }, () => size) };
  }, [modules, path, href, sizeBytes]);
  const [isDrawn, setDrawn] = useState(false);
  const onSurface = (surface: TextSurface) => {
    setDrawn(true);
    return props.onSurface(surface);
  };
  // Neither holds up the first page, which the same worker draws
  const document = loaded.kind === 'ready' && isDrawn ? loaded.value.document : undefined;
  const labels = useAsync(async () => (await document?.getPageLabels()) ?? [], [document]);
  const outline = useAsync(async () => (document ? readOutline(document) : []), [document]);

  if (broken || loaded.kind === 'failed') {
    return (
      <div class="ll-part-scroll">
        <Notice tone="warn" announce="alert">
          <p>{texts.t('pdf.failed')}</p>
        </Notice>
      </div>
    );
  }
  if (loaded.kind === 'loading') {
    return (
      <div class="ll-part-scroll" role="status">
        <ProgressBar label={texts.t('pdf.loading')} />
      </div>
    );
  }
  return (
    <PdfPages
      document={loaded.value.document}
      sizes={loaded.value.sizes}
      labels={labels.kind === 'ready' ? labels.value : []}
      outline={outline.kind === 'ready' ? outline.value : []}
      title={props.title}
      fragment={props.fragment}
      startFraction={props.startFraction}
      startPlace={props.startPlace}
      onPosition={props.onPosition}
      onSurface={onSurface}
      onFail={() => setBroken(true)}
    />
  );
}
