import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Selector } from '#core/annotation/selector.ts';
import type { ModuleFile } from '#core/module/manifest.ts';
import { LinkButton } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { useAsync } from '../../shell/use-async.ts';
import { openPart } from './opened-part.ts';
import './reader.css';
import { ReadingView } from './reading-view.tsx';

/** What a part of a module that is no HTML page gets from the reader. */
export interface PartProps {
  readonly path: string;
  readonly file: ModuleFile;
  readonly title: string;
  /** What the address asks for inside the part, as `page=12`. */
  readonly fragment: string | undefined;
  readonly startFraction: number;
  readonly startPlace: readonly Selector[];
  readonly onPosition: (fraction: number, place?: readonly Selector[]) => void;
  /** A page of it can be read and marked, until the answer is called. */
  readonly onSurface: (surface: TextSurface) => () => void;
}

/** What the open questions of a page get from the reader. */
export interface SheetProps {
  readonly path: string;
  /** The answer sheet of the page. */
  readonly href: string;
  readonly surface: TextSurface;
  readonly language: string;
}

/** Props of {@link ReaderScreen}. */
export interface ReaderScreenProps {
  readonly path: string;
  /** May end in `#fragment`. Absent: where the learner was last. */
  readonly href: string | undefined;
  /** Shows a PDF, a quiz or an assignment; the shell wires the features that can. */
  readonly renderPart: (props: PartProps) => ComponentChildren;
  /** Puts fields under the open questions of a page, and shows what stands below it. */
  readonly renderSheet: (props: SheetProps) => ComponentChildren;
}

/** The reader: one part of a module at a time, with contents, previous and next; the place is remembered. */
export function ReaderScreen({ path, href, ...render }: ReaderScreenProps): JSX.Element {
  const { modules, records } = usePlatform();
  const { t } = texts;
  const opened = useAsync(() => openPart(modules, records, path, href), [path, href]);

  // The view stays as it is while another part is opened: what lies open beside it does not close
  const last = useRef<JSX.Element | undefined>(undefined);
  if (opened.kind === 'loading' && last.current) return last.current;
  if (opened.kind === 'loading') return <p class="ll-reader-wait ll-quiet">{t('app.loading')}</p>;
  if (opened.kind === 'failed' || !opened.value) {
    return (
      <div class="ll-reader-wait ll-stack ll-measure">
        <Notice tone="warn" title={t('reader.missing.title')} announce="alert">
          <p>{t('reader.missing.text')}</p>
        </Notice>
        <LinkButton href={hrefOf({ kind: 'shelf' })}>{t('app.toShelf')}</LinkButton>
      </div>
    );
  }
  last.current = <ReadingView path={path} opened={opened.value} {...render} />;
  return last.current;
}
