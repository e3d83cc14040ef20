import { basename } from 'node:path';
import { readText, takeAsset } from './asset.ts';
import { bytesSource } from './byte-source.ts';
import { type Course, type CourseFile, createReport, type Report, type TocEntry } from './course.ts';
import { readNavigation, readNcx } from './epub-navigation.ts';
import { type EpubPackage, type PackageItem, readContainer, readPackage } from './epub-package.ts';
import { obfuscatedFonts } from './epub-protection.ts';
import { createHrefBook, slugOf } from './href.ts';
import { cleanHtmlPage } from './html-page.ts';
import { directionOf, isLanguageTag } from './language.ts';
import { mediaPage, titleOfName } from './media-page.ts';
import { typeOfMediaType, typeOfName } from './media-type.ts';
import { createGeneratedFiles, type PageContext } from './page-context.ts';
import { OWN_FOLDER, PAGE_STYLE_HREF, pageStyleFiles } from './page-style.ts';
import type { ReadOptions } from './read-course.ts';
import { ReaderError } from './reader-error.ts';
import { xhtmlToHtml } from './xhtml.ts';
import { type Archive, openArchive } from './zip-archive.ts';

const SKIPPED_TYPES = new Set(['application/x-dtbncx+xml', 'application/oebps-package+xml']);

interface Item extends PackageItem {
  readonly path: string;
  readonly href: string;
  readonly isPage: boolean;
}

/** Reads an EPUB 3 (or 2): its reading order, its contents, its pages as clean HTML, its styles, pictures and fonts. */
export async function readEpub(path: string, options: ReadOptions): Promise<Course> {
  const file = basename(path);
  const archive = await openArchive(path, file);
  try {
    return await readBook(archive, file, options);
  } catch (error) {
    archive.close();
    throw error;
  }
}

async function readBook(archive: Archive, file: string, options: ReadOptions): Promise<Course> {
  const report = createReport();
  const textOf = async (path: string): Promise<string | undefined> => {
    const entry = archive.entries.get(path);
    return entry === undefined ? undefined : readText(entry.source, { path, report });
  };
  const rights = ['META-INF/rights.xml', 'META-INF/license.lcpl', 'META-INF/sinf.xml'].filter((name) =>
    archive.entries.has(name),
  );
  const fonts = obfuscatedFonts(await textOf('META-INF/encryption.xml'), rights);
  const container = await textOf('META-INF/container.xml');
  if (container === undefined) throw broken(file, 'is a ZIP but not an EPUB: META-INF/container.xml is missing');
  const packagePath = readContainer(container);
  const packageXml = await textOf(packagePath);
  if (packageXml === undefined) throw broken(file, `lacks its package file ${packagePath}`);
  const book = readPackage(packageXml, packagePath);
  const declared = options.language ?? book.language ?? 'en';
  const language = isLanguageTag(declared) ? declared : 'en';
  const items = takeItems(book, archive, fonts, report);
  const byPath = new Map(items.map((item) => [item.path, item]));
  const generated = createGeneratedFiles(`${OWN_FOLDER}/made`);
  const contextOf = (item: Item): PageContext => ({
    path: item.path,
    href: item.href,
    report,
    language,
    direction: directionOf(language),
    fallbackTitle: titleOfName(item.path),
    defaultStyleHref: PAGE_STYLE_HREF,
    generated,
    target: (path) => {
      const target = byPath.get(path);
      return target === undefined
        ? undefined
        : { linkHref: target.href, embedHref: target.href, type: target.isPage ? 'text/html' : target.type };
    },
    captionsOf: () => [],
  });

  const files = new Map<string, CourseFile>();
  for (const item of items) {
    const source = archive.entries.get(item.path)?.source;
    if (source === undefined) continue;
    const context = contextOf(item);
    if (item.isPage) {
      const text = await readText(source, context);
      const clean = cleanHtmlPage(xhtmlToHtml(text, item.path), context);
      files.set(item.id, {
        href: item.href,
        type: 'text/html',
        kind: 'page',
        title: clean.title,
        source: bytesSource(new TextEncoder().encode(clean.html)),
      });
    } else {
      const known = typeOfMediaType(item.type) ?? typeOfName(item.path);
      const asset = known === undefined ? undefined : await takeAsset(source, known, context);
      if (known === undefined) report.add(item.path, 'UNKNOWN_TYPE', item.type);
      if (asset !== undefined) files.set(item.id, asset);
    }
  }

  const readingOrder = await spineFiles(book, items, files, { language, report });
  if (readingOrder.length === 0) throw broken(packagePath, 'has no page in its reading order');
  const inOrder = new Set(readingOrder.map((entry) => entry.href));
  const toc = await contents(book, items, textOf, readingOrder);
  return {
    title: options.title ?? book.title ?? titleOfName(file),
    language,
    direction: book.progression ?? directionOf(language),
    readingOrder,
    resources: [
      ...[...files.values()].filter((entry) => !inOrder.has(entry.href)),
      ...generated.files(),
      ...pageStyleFiles(),
    ],
    toc,
    report: report.entries(),
    suggested: {
      moduleId: slugOf(file.replace(/\.epub$/i, '')),
      ...(book.author === undefined ? {} : { author: book.author }),
      ...(book.description === undefined ? {} : { description: book.description }),
      ...(book.modified === undefined ? {} : { modified: book.modified }),
    },
    close: async () => archive.close(),
  };
}

function takeItems(book: EpubPackage, archive: Archive, fonts: ReadonlySet<string>, report: Report): Item[] {
  const book0 = createHrefBook();
  const items: Item[] = [];
  const seen = new Set<string>();
  for (const item of book.items) {
    const { path } = item;
    const reported = path ?? item.address;
    if (path === undefined) report.add(reported, 'EXTERNAL_RESOURCE', 'lies on a server, not in the book');
    else if (!archive.entries.has(path)) report.add(reported, 'MISSING_TARGET', 'is named in the book but not in it');
    else if (item.type === 'application/smil+xml')
      report.add(reported, 'MEDIA_OVERLAY', 'read-aloud timing is not taken over');
    else if (fonts.has(path)) report.add(reported, 'OBFUSCATED_FONT', 'the font is scrambled and is left out');
    else if (/javascript|ecmascript/.test(item.type))
      report.add(reported, 'SCRIPT_REMOVED', 'scripts do not run in a module');
    else if (!SKIPPED_TYPES.has(item.type) && !seen.has(path)) {
      const isPage = item.type === 'application/xhtml+xml' || item.type === 'text/html';
      const own = path.toLowerCase().startsWith(`${OWN_FOLDER}/`) ? `book-${path}` : path;
      items.push({ ...item, path, isPage, href: book0.assign(own, isPage ? 'html' : undefined) });
    }
    if (path !== undefined) seen.add(path);
  }
  for (const name of archive.entries.keys()) {
    if (!seen.has(name) && name !== 'mimetype' && name !== book.path && !name.startsWith('META-INF/'))
      report.add(name, 'NOT_IN_PACKAGE', 'lies in the file but is no part of the book');
  }
  return items;
}

async function spineFiles(
  book: EpubPackage,
  items: readonly Item[],
  files: ReadonlyMap<string, CourseFile>,
  page: { language: string; report: Report },
): Promise<CourseFile[]> {
  const byId = new Map(items.map((item) => [item.id, item]));
  const order: CourseFile[] = [];
  const seen = new Set<string>();
  for (const reference of book.spine) {
    if (!reference.linear || seen.has(reference.idref)) continue;
    seen.add(reference.idref);
    let id: string | undefined = reference.idref;
    for (let hops = 0; id !== undefined && hops < 8 && files.get(id)?.kind !== 'page'; hops++) {
      const fallback: string | undefined = book.items.find((item) => item.id === id)?.fallback;
      if (fallback === undefined) break;
      id = fallback;
    }
    const file = id === undefined ? undefined : files.get(id);
    const item = id === undefined ? undefined : byId.get(id);
    if (file?.kind === 'page') order.push(file);
    else if (file !== undefined && item !== undefined && /^(image|video|audio)\//.test(file.type)) {
      order.push(
        mediaPage({
          href: `${OWN_FOLDER}/pages/${item.href}.html`,
          mediaHref: file.href,
          type: file.type,
          title: titleOfName(item.path),
          language: page.language,
          direction: directionOf(page.language),
          captions: [],
        }),
      );
    } else
      page.report.add(
        book.items.find((entry) => entry.id === reference.idref)?.address ?? reference.idref,
        'SPINE_ITEM_SKIPPED',
        'stands in the reading order but cannot be shown',
      );
  }
  return order;
}

async function contents(
  book: EpubPackage,
  items: readonly Item[],
  textOf: (path: string) => Promise<string | undefined>,
  readingOrder: readonly CourseFile[],
): Promise<TocEntry[]> {
  const hrefs = new Map(items.map((item) => [item.path, item.href]));
  const finalHref = (path: string): string | undefined => hrefs.get(path);
  const nav = book.items.find((item) => item.properties.includes('nav'))?.path;
  const ncx = (
    book.items.find((item) => item.id === book.ncxId) ??
    book.items.find((item) => item.type === 'application/x-dtbncx+xml')
  )?.path;
  const navText = nav === undefined ? undefined : await textOf(nav);
  const fromNav = nav === undefined || navText === undefined ? [] : readNavigation(navText, nav, finalHref);
  if (fromNav.length > 0) return fromNav;
  const ncxText = ncx === undefined ? undefined : await textOf(ncx);
  const fromNcx = ncx === undefined || ncxText === undefined ? [] : readNcx(ncxText, ncx, finalHref);
  return fromNcx.length > 0
    ? fromNcx
    : readingOrder.map((page) => ({ title: page.title ?? page.href, href: page.href }));
}

function broken(file: string, problem: string): ReaderError {
  return new ReaderError({
    code: 'EPUB_MALFORMED',
    file,
    problem,
    advice: 'Repair the book with an EPUB editor such as Sigil, or download it again.',
  });
}
