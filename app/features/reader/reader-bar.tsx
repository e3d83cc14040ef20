import type { ComponentChildren, JSX } from 'preact';
import { Button } from '#ui/components/button.tsx';
import type { IconName } from '#ui/components/icon.tsx';
import { texts } from '../../i18n/texts.ts';

/** What can lie open beside the page. */
export type Panel = 'contents' | 'search' | 'notes' | 'transcript' | 'reflection' | 'text';

const buttons: readonly { readonly panel: Exclude<Panel, 'reflection'>; readonly icon: IconName }[] = [
  { panel: 'contents', icon: 'list' },
  { panel: 'search', icon: 'search' },
  { panel: 'notes', icon: 'note' },
  { panel: 'transcript', icon: 'message' },
  { panel: 'text', icon: 'text' },
];

/** Props of {@link ReaderBar}. */
export interface ReaderBarProps {
  readonly title: string;
  readonly panel: Panel | undefined;
  readonly onPanel: (panel: Panel | undefined) => void;
  /** Whether the page has a film or sound. */
  readonly hasMedia: boolean;
  readonly children?: ComponentChildren;
}

/** The bar over the page: what is read, and what can be opened beside it. */
export function ReaderBar({ title, panel, onPanel, hasMedia, children }: ReaderBarProps): JSX.Element {
  const { t } = texts;
  const offered = buttons.filter((button) => hasMedia || button.panel !== 'transcript');
  const [first, ...others] = offered.map((button) => (
    <Button
      key={button.panel}
      kind="quiet"
      icon={button.icon}
      expanded={panel === button.panel}
      controls="reader-panel"
      onClick={() => onPanel(panel === button.panel ? undefined : button.panel)}
    >
      <span class="ll-bar-word">{t(`reader.${button.panel}`)}</span>
    </Button>
  ));
  return (
    <div class="ll-reader-bar" role="toolbar" aria-label={t('reader.bar')}>
      {first}
      <h1 class="ll-reader-title" tabIndex={-1}>
        {title}
      </h1>
      {children}
      {others}
    </div>
  );
}
