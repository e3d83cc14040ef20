import { resolveReference } from './href.ts';
import { ReaderError } from './reader-error.ts';
import { childrenXml, findAllXml, findXml, parseXml, type XmlElement } from './xml.ts';

/** Where Apple's reader finds its settings. */
export const DISPLAY_OPTIONS = 'META-INF/com.apple.ibooks.display-options.xml';

/** One item of an EPUB manifest; `path` is its place in the archive, absent for an item on a server. */
export interface PackageItem {
  readonly id: string;
  readonly path?: string;
  readonly address: string;
  readonly type: string;
  readonly properties: readonly string[];
  readonly fallback?: string;
  /** Item that says which sound reads this page aloud. */
  readonly overlay?: string;
}

/** One item of the reading order. `isFixed`: the page is laid out for one size (EPUB 3.3, 8.2). */
export interface SpineItem {
  readonly idref: string;
  readonly linear: boolean;
  readonly isFixed: boolean;
}

/** What the package file (OPF) says. */
export interface EpubPackage {
  readonly path: string;
  readonly title?: string;
  readonly language?: string;
  readonly author?: string;
  readonly description?: string;
  readonly modified?: string;
  readonly progression?: 'ltr' | 'rtl';
  readonly items: readonly PackageItem[];
  readonly spine: readonly SpineItem[];
  readonly ncxId?: string;
  /** The identifier that names this book, and all others. */
  readonly uniqueIdentifier?: string;
  readonly identifiers: readonly string[];
}

/** The path of the package file, out of META-INF/container.xml. */
export function readContainer(xml: string): string {
  const path = findXml(parseXml(xml, 'META-INF/container.xml'), 'rootfile')?.attributes.get('full-path');
  if (path === undefined || path === '')
    throw broken('META-INF/container.xml', 'does not say where the package file is');
  const reference = resolveReference('', path);
  if (reference.kind !== 'inside') throw broken('META-INF/container.xml', `points outside the book: "${path}"`);
  return reference.path;
}

/** Reads the package file. `isFixed`: something outside it says that the pages of this book are of fixed layout. */
export function readPackage(xml: string, path: string, isFixed: boolean): EpubPackage {
  const root = parseXml(xml, path);
  const metadata = childrenXml(root, 'metadata')[0];
  const manifest = childrenXml(root, 'manifest')[0];
  const spine = childrenXml(root, 'spine')[0];
  if (root.name !== 'package' || metadata === undefined || manifest === undefined || spine === undefined)
    throw broken(path, 'lacks its metadata, manifest or spine');
  const isFixedBook =
    isFixed ||
    metaOf(metadata, 'rendition:layout') === 'pre-paginated' ||
    findAllXml(metadata, 'meta').some(
      (meta) => meta.attributes.get('name') === 'fixed-layout' && meta.attributes.get('content') === 'true',
    );
  const author = childrenXml(metadata, 'creator')
    .map(tidy)
    .filter((name) => name !== '')
    .join(', ');
  const progression = spine.attributes.get('page-progression-direction');
  const title = titleOf(metadata);
  const language = tidyOf(childrenXml(metadata, 'language')[0]);
  const description = tidyOf(childrenXml(metadata, 'description')[0])
    ?.replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 2000);
  const modified = metaOf(metadata, 'dcterms:modified');
  const ncxId = spine.attributes.get('toc');
  const identifiers = childrenXml(metadata, 'identifier');
  const uniqueId = root.attributes.get('unique-identifier');
  const uniqueIdentifier = tidyOf(identifiers.find((identifier) => identifier.attributes.get('id') === uniqueId));
  return {
    path,
    ...(title === undefined ? {} : { title }),
    ...(language === undefined ? {} : { language }),
    ...(author === '' ? {} : { author }),
    ...(description === undefined ? {} : { description }),
    ...(modified === undefined ? {} : { modified }),
    ...(progression === 'rtl' || progression === 'ltr' ? { progression } : {}),
    ...(ncxId === undefined ? {} : { ncxId }),
    ...(uniqueIdentifier === undefined ? {} : { uniqueIdentifier }),
    identifiers: identifiers.map(tidy),
    items: childrenXml(manifest, 'item').map((item) => itemOf(item, path)),
    spine: childrenXml(spine, 'itemref').map((reference) => ({
      idref: reference.attributes.get('idref') ?? '',
      linear: reference.attributes.get('linear') !== 'no',
      isFixed: (layoutOf(reference) ?? (isFixedBook ? 'pre-paginated' : 'reflowable')) === 'pre-paginated',
    })),
  };
}

function itemOf(item: XmlElement, packagePath: string): PackageItem {
  const address = item.attributes.get('href') ?? '';
  const reference = resolveReference(packagePath, address);
  const fallback = item.attributes.get('fallback');
  const overlay = item.attributes.get('media-overlay');
  return {
    id: item.attributes.get('id') ?? '',
    address,
    type: (item.attributes.get('media-type') ?? '').toLowerCase().trim(),
    properties: (item.attributes.get('properties') ?? '').split(/\s+/).filter((name) => name !== ''),
    ...(reference.kind === 'inside' ? { path: reference.path } : {}),
    ...(fallback === undefined ? {} : { fallback }),
    ...(overlay === undefined ? {} : { overlay }),
  };
}

/** How one item of the spine is laid out, when it says so itself. */
function layoutOf(reference: XmlElement): 'pre-paginated' | 'reflowable' | undefined {
  const properties = (reference.attributes.get('properties') ?? '').split(/\s+/);
  if (properties.includes('rendition:layout-pre-paginated')) return 'pre-paginated';
  return properties.includes('rendition:layout-reflowable') ? 'reflowable' : undefined;
}

/** Whether Apple's reader is told that the pages of this book are of fixed layout. */
export function saysFixedDisplay(displayOptions: string | undefined): boolean {
  if (displayOptions === undefined) return false;
  return findAllXml(parseXml(displayOptions, DISPLAY_OPTIONS), 'option').some(
    (option) => option.attributes.get('name') === 'fixed-layout' && option.text.trim() === 'true',
  );
}

function titleOf(metadata: XmlElement): string | undefined {
  const titles = childrenXml(metadata, 'title');
  const main = findAllXml(metadata, 'meta').find(
    (meta) => meta.attributes.get('property') === 'title-type' && meta.text.trim() === 'main',
  );
  const id = main?.attributes.get('refines')?.replace(/^#/, '');
  return tidyOf(titles.find((title) => id !== undefined && title.attributes.get('id') === id) ?? titles[0]);
}

function metaOf(metadata: XmlElement, property: string): string | undefined {
  return tidyOf(
    findAllXml(metadata, 'meta').find(
      (meta) => meta.attributes.get('property') === property && meta.attributes.get('refines') === undefined,
    ),
  );
}

function tidy(element: XmlElement): string {
  return element.text.replace(/\s+/g, ' ').trim();
}

function tidyOf(element: XmlElement | undefined): string | undefined {
  const text = element === undefined ? '' : tidy(element);
  return text === '' ? undefined : text;
}

function broken(file: string, problem: string): ReaderError {
  return new ReaderError({
    code: 'EPUB_MALFORMED',
    file,
    problem,
    advice: 'Repair the book with an EPUB editor such as Sigil, or download it again.',
  });
}
