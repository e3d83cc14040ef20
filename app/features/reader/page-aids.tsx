import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { splitHref } from '#core/module/contents.ts';
import { LinkButton } from '#ui/components/button.tsx';
import { texts } from '../../i18n/texts.ts';
import { copyPlain } from '../../shell/plain-copy.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { findWords, paint } from './marks.ts';
import { PictureZoom, type ZoomedPicture } from './picture-zoom.tsx';
import { Popover } from './popover.tsx';
import type { GlossaryEntry } from './reading-aids.ts';
import { boxOf } from './selection-menu.tsx';

/** Props of {@link PageAids}. */
export interface PageAidsProps {
  readonly path: string;
  readonly href: string;
  readonly language: string;
  readonly surface: TextSurface;
  readonly glossary: readonly GlossaryEntry[];
}

type Shown =
  | {
      readonly kind: 'note';
      readonly content: Element;
      readonly href: string;
      readonly box: DOMRect;
      readonly from: HTMLElement;
    }
  | { readonly kind: 'term'; readonly entry: GlossaryEntry; readonly box: DOMRect }
  | { readonly kind: 'picture'; readonly picture: ZoomedPicture; readonly from: HTMLElement };

/** A picture this wide or high on the screen is worth enlarging. */
const ZOOM_FROM_PX = 100;
/** What a note's own way back would be: it leads nowhere out of a popover. */
const BACK = '[role="doc-backlink"], [data-footnote-backref], a[href^="#fnref"]';

/**
 * Footnotes in place, explained words and enlarged pictures on one page. The page's
 * own document is listened to; its pictures become reachable by keyboard, and nothing else of it changes.
 */
export function PageAids({ path, href, language, surface, glossary }: PageAidsProps): JSX.Element | null {
  const { modules } = usePlatform();
  const { t } = texts;
  const [shown, setShown] = useState<Shown>();
  const terms = useMemo(() => termsIn(surface, glossary), [surface, glossary]);
  useEffect(() => {
    paint(
      [surface],
      'll-term',
      terms.map(({ range }) => range),
    );
  }, [surface, terms]);

  useEffect(() => {
    const { document, root } = surface;
    const noteOf = async (
      link: HTMLAnchorElement,
    ): Promise<{ readonly content: Element; readonly href: string } | undefined> => {
      const target = new URL(link.href);
      const id = decodeURIComponent(target.hash.slice(1));
      const own =
        target.pathname === new URL(document.URL).pathname ? href : siblingOf(href, link.getAttribute('href') ?? '');
      const page =
        own === href ? document : new DOMParser().parseFromString(await modules.readText(path, own), 'text/html');
      const found = page.getElementById(id);
      if (!found) return undefined;
      // A bare mark at the beginning of a note stands for the note around it
      const whole = found.textContent?.trim() ? found : found.closest('li, aside, p, div');
      const content = (whole ?? found).cloneNode(true);
      if (!('querySelectorAll' in content)) return undefined;
      return isElement(content) ? { content: withoutBack(content), href: `${own}#${id}` } : undefined;
    };
    const onClick = (event: Event) => {
      const target = event.target;
      if (!(target !== null && 'closest' in target && isElement(target))) return;
      const link = target.closest<HTMLAnchorElement>('a[href]');
      if (link && link.getAttribute('role') === 'doc-noteref') {
        event.preventDefault();
        const box = boxOf(rangeOver(link));
        noteOf(link).then(
          (note) => {
            if (note) setShown({ kind: 'note', ...note, box, from: link });
          },
          // The note cannot be read: nothing is shown, and the page it is on says why when it is opened
          () => undefined,
        );
        return;
      }
      const picture = pictureOf(target);
      if (picture && !link) {
        setShown({ kind: 'picture', picture: { src: picture.src, alt: picture.alt }, from: picture });
        return;
      }
      if (!('clientX' in event && 'clientY' in event)) return;
      const point = document.caretPositionFromPoint(Number(event.clientX), Number(event.clientY));
      const term = point && terms.find(({ range }) => range.isPointInRange(point.offsetNode, point.offset));
      if (term) setShown({ kind: 'term', entry: term.entry, box: boxOf(term.range) });
    };
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.key !== 'Enter' || !(target !== null && isElement(target))) return;
      const picture = pictureOf(target);
      if (picture) setShown({ kind: 'picture', picture: { src: picture.src, alt: picture.alt }, from: picture });
    };
    const pictures = [...root.querySelectorAll('img')].filter((image) => !image.closest('a') && isLarge(image));
    for (const image of pictures) image.tabIndex = 0;
    document.addEventListener('click', onClick);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('click', onClick);
      document.removeEventListener('keydown', onKey);
    };
  }, [surface, terms, modules, path, href]);

  if (!shown) return null;
  const close = () => {
    if (shown.kind !== 'term') shown.from.focus();
    setShown(undefined);
  };
  switch (shown.kind) {
    case 'picture':
      return <PictureZoom picture={shown.picture} onClose={close} />;
    case 'term':
      return (
        <Popover title={shown.entry.term} box={shown.box} onClose={close}>
          <p lang={language}>{shown.entry.meaning}</p>
        </Popover>
      );
    case 'note':
      return (
        <Popover title={t('reader.footnote')} box={shown.box} onClose={close}>
          <div
            class="ll-popover-text"
            lang={language}
            ref={(element) => {
              if (!element) return;
              element.replaceChildren();
              copyPlain(shown.content, element);
            }}
          />
          {splitHref(shown.href)[0] !== href && (
            <LinkButton kind="quiet" href={hrefOf({ kind: 'module', path, href: shown.href })}>
              {t('reader.footnote.go')}
            </LinkButton>
          )}
        </Popover>
      );
  }
}

interface PlacedTerm {
  readonly entry: GlossaryEntry;
  readonly range: Range;
}

/** The first place of each explained word in a page. */
function termsIn(surface: TextSurface, glossary: readonly GlossaryEntry[]): readonly PlacedTerm[] {
  if (glossary.length === 0) return [];
  const entries = new Map(glossary.map((entry) => [entry.term.toLowerCase(), entry]));
  const seen = new Set<string>();
  return findWords(surface.map.text, [...entries.keys()]).flatMap((span) => {
    const term = surface.map.text.slice(span.start, span.end).toLowerCase();
    const entry = entries.get(term);
    const range = seen.has(term) ? undefined : surface.map.rangeOf(span);
    seen.add(term);
    return entry && range ? [{ entry, range }] : [];
  });
}

function isElement(node: object): node is Element {
  return 'nodeType' in node && node.nodeType === Node.ELEMENT_NODE;
}

function pictureOf(element: Element): HTMLImageElement | undefined {
  const image = element.closest<HTMLImageElement>('img');
  return image && isLarge(image) ? image : undefined;
}

function isLarge(image: HTMLImageElement): boolean {
  return image.width >= ZOOM_FROM_PX || image.height >= ZOOM_FROM_PX;
}

function rangeOver(element: Element): Range {
  const range = element.ownerDocument.createRange();
  range.selectNodeContents(element);
  return range;
}

function withoutBack(content: Element): Element {
  for (const back of content.querySelectorAll(BACK)) back.remove();
  return content;
}

/** The href in the module of a link in a page: `../notes.html#n1` seen from `text/one.html` is `notes.html`. */
function siblingOf(page: string, link: string): string {
  const address = new URL(link, new URL(page.split('/').map(encodeURIComponent).join('/'), 'module:///'));
  return decodeURIComponent(address.pathname.replace(/^\/+/, ''));
}
