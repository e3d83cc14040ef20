import { firstBytes } from './byte-source.ts';
import type { ByteSource, Report } from './course.ts';
import type { EpubPackage, PackageItem } from './epub-package.ts';
import { fontKey, type Scrambling, unscrambled } from './epub-protection.ts';
import { createHrefBook } from './href.ts';
import type { InputTree } from './input-tree.ts';
import { type KnownType, trueType, typeOfMediaType, typeOfName } from './media-type.ts';
import { OWN_FOLDER } from './page-style.ts';
import { tooManyPoints } from './picture-size.ts';

/** One item of a book that comes along. */
export interface EpubItem extends PackageItem {
  readonly path: string;
  readonly href: string;
  readonly isPage: boolean;
  readonly known: KnownType;
  readonly source: ByteSource;
}

/** Read elsewhere, or not for the reader at all. */
const SKIPPED_TYPES = new Set(['application/x-dtbncx+xml', 'application/oebps-package+xml', 'application/smil+xml']);

/**
 * Chooses what comes along of a book: everything of a type that a module can carry and that is what it says it is.
 * Scrambled fonts come as they were. What does not come is in the report.
 */
export async function takeItems(
  book: EpubPackage,
  archive: InputTree,
  fonts: ReadonlyMap<string, Scrambling>,
  report: Report,
): Promise<EpubItem[]> {
  const names = createHrefBook();
  const items: EpubItem[] = [];
  const seen = new Set<string>();
  for (const item of book.items) {
    const { path } = item;
    const file = path === undefined ? undefined : archive.files.get(path);
    const reported = path ?? item.address;
    if (path === undefined) report.add(reported, 'EXTERNAL_RESOURCE', 'lies on a server, not in the book');
    else if (file === undefined) report.add(reported, 'MISSING_TARGET', 'is named in the book but not in it');
    else if (/javascript|ecmascript/.test(item.type))
      report.add(reported, 'SCRIPT_REMOVED', 'scripts do not run in a module');
    else if (!SKIPPED_TYPES.has(item.type) && !seen.has(path)) {
      const isPage = item.type === 'application/xhtml+xml' || item.type === 'text/html';
      const source = plainSource(file.source, fonts.get(path), book);
      const called = typeOfMediaType(item.type) ?? typeOfName(path);
      const head = isPage || source === undefined ? undefined : await firstBytes(source);
      const known = called && head ? trueType(called, head) : called;
      const size = head && tooManyPoints(head);
      const own = path.toLowerCase().startsWith(`${OWN_FOLDER}/`) ? `book-${path}` : path;
      if (source === undefined) report.add(reported, 'OBFUSCATED_FONT', 'the book does not name the key');
      else if (called === undefined || (called.kind === 'page' && !isPage))
        report.add(reported, 'UNKNOWN_TYPE', item.type);
      else if (known === undefined)
        report.add(
          reported,
          fonts.has(path) ? 'OBFUSCATED_FONT' : 'WRONG_TYPE',
          fonts.has(path) ? 'is no font when it is unscrambled' : `is not ${called.type} inside`,
        );
      else if (size !== undefined) report.add(reported, 'PICTURE_TOO_LARGE', size);
      else items.push({ ...item, path, isPage, known, source, href: names.assign(own, isPage ? 'html' : undefined) });
    }
    if (path !== undefined) seen.add(path);
  }
  for (const name of archive.files.keys()) {
    if (!seen.has(name) && name !== 'mimetype' && name !== book.path && !name.startsWith('META-INF/'))
      report.add(name, 'NOT_IN_PACKAGE', 'lies in the file but is no part of the book');
  }
  return items;
}

/** Follows an item's fallbacks to one that came along; EPUB 3.3, 3.5. */
export function usableItem(
  book: EpubPackage,
  items: readonly EpubItem[],
  wanted: (item: PackageItem) => boolean,
  fits: (item: EpubItem) => boolean = () => true,
): EpubItem | undefined {
  let item = book.items.find(wanted);
  for (let hops = 0; item !== undefined && hops < 8; hops++) {
    const { id, fallback }: PackageItem = item;
    const usable = items.find((candidate) => candidate.id === id);
    if (usable !== undefined && fits(usable)) return usable;
    item = fallback === undefined ? undefined : book.items.find((candidate) => candidate.id === fallback);
  }
  return undefined;
}

function plainSource(
  source: ByteSource,
  scrambling: Scrambling | undefined,
  book: EpubPackage,
): ByteSource | undefined {
  if (scrambling === undefined) return source;
  const key = fontKey(scrambling, book.uniqueIdentifier, book.identifiers);
  return key === undefined ? undefined : unscrambled(source, scrambling, key);
}
