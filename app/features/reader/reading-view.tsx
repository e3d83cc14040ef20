import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { parseMediaFragment } from '#core/annotation/fragment.ts';
import type { Selector } from '#core/annotation/selector.ts';
import { titleIn } from '#core/module/contents.ts';
import type { ModuleFile } from '#core/module/manifest.ts';
import { Button } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { preferences } from '../../shell/preferences.ts';
import { go, hrefOf } from '../../shell/routes.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { useAsync } from '../../shell/use-async.ts';
import { Contents } from './contents.tsx';
import { restoreMoments, restorePlace } from './frame-place.ts';
import { HtmlView } from './html-view.tsx';
import { MarkingDialogs } from './marking-dialogs.tsx';
import { NotesPanel } from './notes-panel.tsx';
import { contentsOf, currentEntry, headingsIn, type OpenedPart } from './opened-part.ts';
import { PageAids } from './page-aids.tsx';
import { pageFrames } from './page-frames.ts';
import { playersOf } from './players.ts';
import { ReadAloudBar } from './read-aloud-bar.tsx';
import type { PartProps, SheetProps } from './reader.tsx';
import { type Panel, ReaderBar } from './reader-bar.tsx';
import { ReaderFoot } from './reader-foot.tsx';
import { type GlossaryEntry, readGlossary } from './reading-aids.ts';
import { ReadingRuler } from './reading-ruler.tsx';
import { ReflectionPanel } from './reflection-panel.tsx';
import { SearchPanel } from './search-panel.tsx';
import { TextPanel } from './text-panel.tsx';
import { TranscriptPanel } from './transcript-panel.tsx';
import { useFound } from './use-found.ts';
import { useMarking } from './use-marking.ts';
import { useNotes } from './use-notes.ts';
import { usePosition } from './use-position.ts';
import { useReadAloud } from './use-read-aloud.ts';
import { useReadingKeys } from './use-reading-keys.ts';

/** Props of {@link ReadingView}. */
export interface ReadingViewProps {
  readonly path: string;
  readonly opened: OpenedPart;
  readonly renderPart: (props: PartProps) => ComponentChildren;
  readonly renderSheet: (props: SheetProps) => ComponentChildren;
}

const NO_WORDS: readonly GlossaryEntry[] = [];
/** The next page is got ready by then, though the browser was never idle. */
const LONGEST_WAIT_MS = 300;

/** Scrolls a page in its frame; false when it is at its end already. */
function scrollSurface(surface: TextSurface, windows: number): boolean {
  const view = surface.document.defaultView;
  if (!view) return false;
  const room = surface.document.documentElement.scrollHeight - view.innerHeight;
  const isAtEnd = windows > 0 ? view.scrollY >= room - 2 : view.scrollY <= 0;
  if (isAtEnd) return false;
  view.scrollBy({ top: windows * view.innerHeight });
  return true;
}

/** The pages that can be read on the screen, in order. */
function useSurfaces(): [readonly TextSurface[], (surface: TextSurface) => () => void] {
  const [surfaces, setSurfaces] = useState<readonly TextSurface[]>([]);
  const add = useCallback((surface: TextSurface) => {
    setSurfaces((before) => [...before, surface].sort((a, b) => (a.page ?? 0) - (b.page ?? 0)));
    return () => setSurfaces((before) => before.filter((one) => one !== surface));
  }, []);
  return [surfaces, add];
}

/** One open part with all that helps to read it. */
export function ReadingView({ path, opened, renderPart, renderSheet }: ReadingViewProps): JSX.Element {
  const { modules } = usePlatform();
  const { t } = texts;
  const { manifest, file, index, fragment, target } = opened;
  const [panel, setPanel] = useState<Panel>();
  const [query, setQuery] = useState('');
  const [surfaces, addSurface] = useSurfaces();
  const [heading, setHeading] = useState<string>();
  const [place, setPlace] = useState<readonly Selector[]>([]);
  const isPage = file.kind === 'page' || file.kind === 'video' || file.kind === 'audio';
  const page = surfaces.find((surface) => surface.page === undefined);
  const isShown = isPage ? page !== undefined : file.kind !== 'pdf' || surfaces.length > 0;
  const { position, onPosition } = usePosition(path, opened, isShown);
  const notes = useNotes(path, file.href, surfaces);
  useFound(target, surfaces);
  const [isAtEnd, setAtEnd] = useState(false);
  // Another part closes the contents; a list of hits or notes stays, to look at the next one
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) setPanel((before) => (before === 'search' || before === 'notes' ? before : undefined));
    first.current = false;
    setHeading(undefined);
    setPlace([]);
    setAtEnd(false);
  }, [opened]);
  // What a film says is found beside it
  useEffect(() => {
    if (target.kind === 'found' && parseMediaFragment(target.fragment)) setPanel((before) => before ?? 'transcript');
  }, [target]);
  // A note in the part that is open already: the frame does not load again
  useEffect(() => {
    if (target.kind !== 'note' || !page) return;
    restoreMoments(page, opened.startPlace);
    restorePlace(page, opened.startPlace);
  }, [opened, page]);
  const contents = useMemo(() => contentsOf(manifest), [manifest]);
  const headings = useMemo(() => headingsIn(contents, file.href), [contents, file]);

  const order = manifest.readingOrder;
  const title = titleIn(contents, file.href) ?? file.title ?? manifest.title;
  const isLesson = (isPage || file.kind === 'pdf') && manifest.reflection?.length !== 0;
  const aloud = useReadAloud(path, manifest, file.href, page);
  const glossary = useAsync(() => readGlossary(modules, path, manifest), [modules, path, manifest]);
  const words = glossary.kind === 'ready' ? glossary.value : NO_WORDS;
  const to = (part: ModuleFile | undefined) => part && hrefOf({ kind: 'module', path, href: part.href });
  const previous = to(order[index - 1]);
  const next = to(order[index + 1]);
  const [frames] = useState(pageFrames);
  // While a page is read, the next one is got ready: turning to it waits for nothing. The page itself is drawn first
  useEffect(() => {
    if (!isShown) return;
    const coming = order[index + 1];
    const address = coming?.kind === 'page' ? modules.urlOf(path, coming.href) : undefined;
    const waiting = requestIdleCallback(() => frames.prepare(address), { timeout: LONGEST_WAIT_MS });
    return () => cancelIdleCallback(waiting);
  }, [frames, modules, path, opened, isShown]);
  const turn = (address: string | undefined) => () => {
    if (address) location.hash = address;
  };
  const onKeyDown = useReadingKeys({
    previous: isPage || file.kind === 'pdf' ? turn(previous) : undefined,
    next: isPage || file.kind === 'pdf' ? turn(next) : undefined,
    close: () => {
      if (!panel) return false;
      document.querySelector<HTMLElement>('.ll-reader-bar [aria-expanded="true"]')?.focus();
      setPanel(undefined);
      return true;
    },
    scroll: page ? (windows) => scrollSurface(page, windows) : undefined,
    rightToLeft: manifest.direction === 'rtl',
  });

  const marking = useMarking({ path, href: file.href, notes, surfaces, place });

  const isDamaged = () => modules.damage.value?.path === path && modules.damage.value.href === file.href;
  const common = { path, fragment, title, startFraction: opened.startFraction, startPlace: opened.startPlace };
  return (
    <div class="ll-reader">
      <ReaderBar title={title} panel={panel} onPanel={setPanel} hasMedia={playersOf(page).length > 0}>
        {aloud && aloud.state === 'off' && (
          <Button kind="quiet" icon="speak" label={t('listen.start')} onClick={() => aloud.start()} />
        )}
        {surfaces.length > 0 && (
          <Button
            kind="quiet"
            icon="bookmark"
            label={t('notes.bookmarkHere')}
            pressed={marking.isBookmarked}
            onClick={marking.toggleBookmark}
          />
        )}
      </ReaderBar>
      <div class="ll-reader-body">
        <aside id="reader-panel" class="ll-reader-panel" hidden={panel === undefined}>
          {panel === 'contents' && (
            <Contents
              manifest={manifest}
              path={path}
              current={currentEntry(contents, file.href, heading ?? fragment)}
            />
          )}
          {panel === 'search' && (
            <SearchPanel path={path} language={manifest.language} query={query} onQuery={setQuery} />
          )}
          {panel === 'notes' && (
            <NotesPanel
              path={path}
              manifest={manifest}
              notes={notes.all}
              onWriteHere={surfaces.length > 0 ? marking.write : undefined}
              onEdit={marking.edit}
            />
          )}
          {panel === 'transcript' && <TranscriptPanel surface={page} language={manifest.language} />}
          {panel === 'reflection' && (
            <ReflectionPanel key={file.href} path={path} href={file.href} title={title} manifest={manifest} />
          )}
          {panel === 'text' && <TextPanel />}
        </aside>
        <div class="ll-reader-part">
          <div ref={frames.attach} class="ll-backstage" inert />
          {isDamaged() ? (
            <div class="ll-reader-wait ll-measure">
              <Notice tone="warn" title={t('reader.damaged.title')} announce="alert">
                <p>{t('reader.damaged.text')}</p>
              </Notice>
            </div>
          ) : isPage ? (
            <HtmlView
              key={`${path} ${file.href}`}
              {...common}
              href={file.href}
              frames={frames}
              headings={headings}
              onPosition={(now) => {
                // Nothing was read of a page that could not be shown
                if (isDamaged()) return;
                setHeading(now.heading);
                setPlace(now.place);
                setAtEnd(now.fraction >= 0.97);
                onPosition(now.fraction, now.place);
              }}
              onNavigate={(to, hash) => go({ kind: 'module', path, href: hash ? `${to}#${hash}` : to })}
              onSurface={addSurface}
              onKeyDown={onKeyDown}
            />
          ) : (
            renderPart({
              ...common,
              file,
              onSurface: addSurface,
              onPosition: (fraction, at = []) => {
                setPlace(at);
                setAtEnd(fraction >= 0.97);
                onPosition(fraction, at);
              },
            })
          )}
          {page && (
            <PageAids
              key={file.href}
              path={path}
              href={file.href}
              language={manifest.language}
              surface={page}
              glossary={words}
            />
          )}
          {isPage && preferences.value.ruler === 'on' && <ReadingRuler surface={page} />}
        </div>
      </div>
      {aloud && aloud.state !== 'off' && <ReadAloudBar aloud={aloud} />}
      {page &&
        file.sheet !== undefined &&
        renderSheet({ path, href: file.sheet, surface: page, language: manifest.language })}
      {isLesson && isAtEnd && panel !== 'reflection' && (
        <div class="ll-look-back">
          <Button kind="quiet" icon="pen" onClick={() => setPanel('reflection')}>
            {t('reflection.open')}
          </Button>
        </div>
      )}
      <p class="ll-print">{t('reader.print')}</p>
      <ReaderFoot previous={previous} next={next} part={index + 1} total={order.length} position={position} />
      <MarkingDialogs
        marking={marking}
        language={manifest.language}
        onListen={aloud && ((from) => aloud.start(from))}
      />
    </div>
  );
}
