import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { texts } from '../../i18n/texts.ts';

/** How large pages are: to fit, or at a scale. */
export type Zoom = number | 'width' | 'page';
/** What can lie open beside the pages. */
export type PdfPanel = 'outline' | 'pages';

/** Props of {@link PdfToolbar}. */
export interface PdfToolbarProps {
  readonly panel: PdfPanel | undefined;
  readonly onPanel: (panel: PdfPanel | undefined) => void;
  readonly hasOutline: boolean;
  /** What stands on the page that is read, as `xii`. */
  readonly label: string;
  readonly total: number;
  /** Finds a page by its printed label or its number; undefined when there is none. */
  readonly pageOfLabel: (label: string) => number | undefined;
  readonly onPage: (page: number) => void;
  readonly scale: number;
  readonly zoom: Zoom;
  readonly onZoom: (zoom: Zoom) => void;
  readonly onZoomBy: (factor: number) => void;
  readonly onRotate: () => void;
}

/** The buttons over a PDF. */
export function PdfToolbar(props: PdfToolbarProps): JSX.Element {
  const { t } = texts;
  const { panel, onPanel, zoom } = props;
  const [typed, setTyped] = useState<string>();
  const toggle = (one: PdfPanel) => () => onPanel(panel === one ? undefined : one);
  return (
    <div class="ll-pdf-bar" role="toolbar" aria-label={t('pdf.toolbar')}>
      {props.hasOutline && (
        <Button kind="quiet" icon="list" expanded={panel === 'outline'} onClick={toggle('outline')}>
          <span class="ll-bar-word">{t('pdf.outline')}</span>
        </Button>
      )}
      <Button kind="quiet" icon="pages" expanded={panel === 'pages'} onClick={toggle('pages')}>
        <span class="ll-bar-word">{t('pdf.pages')}</span>
      </Button>
      <form
        class="ll-row ll-pdf-jump"
        onSubmit={(event) => {
          event.preventDefault();
          const page = typed === undefined ? undefined : props.pageOfLabel(typed.trim());
          if (page !== undefined) props.onPage(page);
          setTyped(undefined);
        }}
      >
        <label for="pdf-page">{t('pdf.page')}</label>
        <input
          id="pdf-page"
          class="ll-input ll-pdf-number"
          value={typed ?? props.label}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onBlur={() => setTyped(undefined)}
        />
        <span>{t('pdf.of', { total: props.total })}</span>
      </form>
      <span class="ll-row ll-pdf-zoom">
        <Button kind="quiet" icon="minus" label={t('pdf.zoomOut')} onClick={() => props.onZoomBy(1 / 1.2)} />
        <span class="ll-small ll-pdf-percent">{texts.formatPercent(props.scale)}</span>
        <Button kind="quiet" icon="plus" label={t('pdf.zoomIn')} onClick={() => props.onZoomBy(1.2)} />
        <Button kind="quiet" pressed={zoom === 'width'} onClick={() => props.onZoom('width')}>
          {t('pdf.fit')}
        </Button>
        <Button kind="quiet" pressed={zoom === 'page'} onClick={() => props.onZoom('page')}>
          {t('pdf.fitPage')}
        </Button>
        <Button kind="quiet" icon="rotate" label={t('pdf.rotate')} onClick={props.onRotate} />
      </span>
    </div>
  );
}
