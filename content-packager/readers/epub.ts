import { readText, takeAsset } from './asset.ts';
import { type Course, type CourseFile, createReport, type ReadOptions, type Report, type TocEntry } from './course.ts';
import { type EpubItem, takeItems, usableItem } from './epub-items.ts';
import { readNavigation, readNcx, readNcxPageList, readPageList } from './epub-navigation.ts';
import { readOverlay } from './epub-overlay.ts';
import { DISPLAY_OPTIONS, type EpubPackage, readContainer, readPackage, saysFixedDisplay } from './epub-package.ts';
import { scrambledFonts } from './epub-protection.ts';
import { slugOf } from './href.ts';
import { cleanHtmlPage } from './html-page.ts';
import type { InputTree } from './input-tree.ts';
import { directionOf, isLanguageTag } from './language.ts';
import { mediaPage, titleOfName } from './media-page.ts';
import { createGeneratedFiles, type PageContext } from './page-context.ts';
import { pageFile } from './page-file.ts';
import { OWN_FOLDER, PAGE_STYLE_HREF, pageStyleFiles } from './page-style.ts';
import { ReaderError } from './reader-error.ts';
import { type PageListEntry, pageListFiles, type SpokenPart, spokenFiles } from './reading-aids.ts';
import { xhtmlToHtml } from './xhtml.ts';

type TextAt = (path: string) => Promise<string | undefined>;

/**
 * Reads an EPUB 3 or 2: its reading order, contents and printed page numbers, its pages as clean HTML, its styles,
 * pictures and fonts, and which sound reads which element aloud.
 */
export async function readEpub(archive: InputTree, options: ReadOptions, report: Report): Promise<Course> {
  const file = archive.name;
  const textOf = async (path: string): Promise<string | undefined> => {
    const entry = archive.files.get(path);
    return entry === undefined ? undefined : readText(entry.source, { path, report });
  };
  const rights = ['META-INF/rights.xml', 'META-INF/license.lcpl', 'META-INF/sinf.xml'].filter((name) =>
    archive.files.has(name),
  );
  const fonts = scrambledFonts(await textOf('META-INF/encryption.xml'), rights);
  const container = await textOf('META-INF/container.xml');
  if (container === undefined) throw broken(file, 'is a ZIP but not an EPUB: META-INF/container.xml is missing');
  const packagePath = readContainer(container);
  const packageXml = await textOf(packagePath);
  if (packageXml === undefined) throw broken(file, `lacks its package file ${packagePath}`);
  const book = readPackage(packageXml, packagePath, saysFixedDisplay(await textOf(DISPLAY_OPTIONS)));
  // A fixed cover or plate in a flowing book hinders nobody.
  if (options.allowFixedLayout !== true && book.spine.length > 0 && book.spine.every(({ isFixed }) => isFixed))
    throw fixedLayout(packagePath);
  const declared = options.language ?? book.language ?? 'en';
  const language = isLanguageTag(declared) ? declared : 'en';
  const items = await takeItems(book, archive, fonts, report);
  const spine = spineItems(book, items);
  const ownPages = new Map(spine.flatMap(({ item }) => (item && !item.isPage ? [[item.id, ownPageOf(item)]] : [])));
  const fixed = new Set(spine.flatMap(({ item, isFixed }) => (item && isFixed ? [item.id] : [])));
  const generated = createGeneratedFiles(`${OWN_FOLDER}/made`);
  const contextOf = (item: EpubItem): PageContext => ({
    path: item.path,
    href: item.href,
    report,
    language,
    direction: directionOf(language),
    fallbackTitle: titleOfName(item.path),
    defaultStyleHref: PAGE_STYLE_HREF,
    generated,
    target: (path) => {
      const target = usableItem(book, items, (candidate) => candidate.path === path);
      if (target === undefined) return undefined;
      const type = target.isPage ? 'text/html' : target.known.type;
      return {
        linkHref: ownPages.get(target.id) ?? target.href,
        embedHref: target.href,
        type,
        title: titleOfName(path),
      };
    },
    captionsOf: () => [],
    isFixed: fixed.has(item.id),
  });

  const files = new Map<string, CourseFile>();
  for (const item of items) {
    const context = contextOf(item);
    if (item.isPage) {
      const text = await readText(item.source, context);
      files.set(item.id, pageFile(item.href, cleanHtmlPage(xhtmlToHtml(text, item.path), context)));
    } else {
      // A drawing with a page of its own loses nothing there, whatever it may not show in an <img>.
      const isOnPage = ownPages.has(item.id) && item.known.type === 'image/svg+xml';
      const asset = await takeAsset(
        item.source,
        item.known,
        isOnPage ? { ...context, report: createReport() } : context,
      );
      if (asset !== undefined) files.set(item.id, asset);
    }
  }

  const readingOrder: CourseFile[] = [];
  for (const { item, address } of spine) {
    const file = item === undefined ? undefined : files.get(item.id);
    if (item === undefined || file === undefined)
      report.add(address, 'SPINE_ITEM_SKIPPED', 'stands in the reading order but cannot be shown');
    else if (item.isPage) readingOrder.push(file);
    else if (item.known.type === 'image/svg+xml') {
      // In a page of its own a drawing shows the pictures in it, which it does not in an <img>.
      const context = { ...contextOf(item), href: ownPageOf(item) };
      const text = await readText(item.source, context);
      readingOrder.push(pageFile(context.href, cleanHtmlPage(xhtmlToHtml(text, item.path), context)));
    } else readingOrder.push(pageAround(item, file, language));
  }
  if (readingOrder.length === 0) throw broken(packagePath, 'has no page in its reading order');
  const inOrder = new Set(readingOrder.map((entry) => entry.href));
  const hrefs = new Map(items.map((item) => [item.path, ownPages.get(item.id) ?? item.href]));
  const { toc, pageList } = await contents(book, hrefs, textOf, readingOrder);
  return {
    title: options.title ?? book.title ?? titleOfName(file),
    language,
    direction: book.progression ?? directionOf(language),
    readingOrder,
    resources: [
      ...[...files.values()].filter((entry) => !inOrder.has(entry.href)),
      ...generated.files(),
      ...pageStyleFiles(),
      ...pageListFiles(pageList),
      ...spokenFiles(await spokenParts(book, items, textOf, report)),
    ],
    toc,
    report: report.entries(),
    suggested: {
      moduleId: slugOf(file.replace(/\.epub$/i, '')),
      ...(book.author === undefined ? {} : { author: book.author }),
      ...(book.description === undefined ? {} : { description: book.description }),
      ...(book.modified === undefined ? {} : { modified: book.modified }),
    },
    close: archive.close,
  };
}

/** What stands in the reading order, fallbacks followed; `item` is absent when nothing of it can be shown. */
function spineItems(
  book: EpubPackage,
  items: readonly EpubItem[],
): { readonly address: string; readonly item: EpubItem | undefined; readonly isFixed: boolean }[] {
  const seen = new Set<string>();
  return book.spine.flatMap(({ idref, linear, isFixed }) => {
    if (!linear || seen.has(idref)) return [];
    seen.add(idref);
    const isThis = (item: { id: string }): boolean => item.id === idref;
    const item =
      usableItem(book, items, isThis, (candidate) => candidate.isPage) ??
      usableItem(book, items, isThis, ({ known }) => /^(image|video|audio)\//.test(known.type));
    return [{ address: book.items.find(isThis)?.address ?? idref, item, isFixed }];
  });
}

function fixedLayout(file: string): ReaderError {
  return new ReaderError({
    code: 'EPUB_FIXED_LAYOUT',
    file,
    problem: 'is a fixed-layout book: its letters and colours cannot be changed, and it cannot be read aloud well',
    advice: 'Ask the publisher for the reflowable edition; or pack it as it is with --allow-fixed-layout.',
  });
}

/** Name of the page made for a picture, film or sound of the reading order. */
function ownPageOf(item: EpubItem): string {
  return `${OWN_FOLDER}/pages/${item.href}.html`;
}

function pageAround(item: EpubItem, file: CourseFile, language: string): CourseFile {
  return mediaPage({
    href: ownPageOf(item),
    mediaHref: file.href,
    type: file.type,
    title: titleOfName(item.path),
    language,
    direction: directionOf(language),
    captions: [],
  });
}

async function contents(
  book: EpubPackage,
  hrefs: ReadonlyMap<string, string>,
  textOf: TextAt,
  readingOrder: readonly CourseFile[],
): Promise<{ toc: readonly TocEntry[]; pageList: readonly PageListEntry[] }> {
  const finalHref = (path: string): string | undefined => hrefs.get(path);
  const nav = book.items.find((item) => item.properties.includes('nav'))?.path;
  const ncx = (
    book.items.find((item) => item.id === book.ncxId) ??
    book.items.find((item) => item.type === 'application/x-dtbncx+xml')
  )?.path;
  const navText = nav === undefined ? undefined : await textOf(nav);
  const ncxText = ncx === undefined ? undefined : await textOf(ncx);
  const read = <T>(
    fromNav: (text: string, path: string, href: typeof finalHref) => T[],
    fromNcx: typeof fromNav,
  ): T[] => {
    const found = nav === undefined || navText === undefined ? [] : fromNav(navText, nav, finalHref);
    if (found.length > 0) return found;
    return ncx === undefined || ncxText === undefined ? [] : fromNcx(ncxText, ncx, finalHref);
  };
  const toc = read(readNavigation, readNcx);
  return {
    toc: toc.length > 0 ? toc : readingOrder.map((page) => ({ title: page.title ?? page.href, href: page.href })),
    pageList: read(readPageList, readNcxPageList),
  };
}

/** Follows the media overlays of the pages that came along. */
async function spokenParts(
  book: EpubPackage,
  items: readonly EpubItem[],
  textOf: TextAt,
  report: Report,
): Promise<ReadonlyMap<string, readonly SpokenPart[]>> {
  const byPath = new Map(items.map((item) => [item.path, item]));
  const spoken = new Map<string, readonly SpokenPart[]>();
  const audioOf = (path: string): string | undefined => {
    const item = byPath.get(path);
    return item !== undefined && item.known.kind === 'audio' ? item.href : undefined;
  };
  for (const overlay of new Set(items.map((item) => item.overlay))) {
    const path = overlay === undefined ? undefined : book.items.find((item) => item.id === overlay)?.path;
    const smil = path === undefined ? undefined : await textOf(path);
    if (path === undefined || smil === undefined) continue;
    for (const [page, parts] of readOverlay(smil, path, audioOf, report)) {
      const href = byPath.get(page)?.href;
      if (href !== undefined) spoken.set(href, [...(spoken.get(href) ?? []), ...parts]);
    }
  }
  return spoken;
}

function broken(file: string, problem: string): ReaderError {
  return new ReaderError({
    code: 'EPUB_MALFORMED',
    file,
    problem,
    advice: 'Repair the book with an EPUB editor such as Sigil, or download it again.',
  });
}
