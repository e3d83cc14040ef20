import type { Element, Root } from 'hast';
import type { TocEntry } from './course.ts';
import { resolveReference } from './href.ts';
import { parseHtml } from './html-page.ts';
import type { PageListEntry } from './reading-aids.ts';
import { textOf } from './text-of.ts';
import { xhtmlToHtml } from './xhtml.ts';
import { childrenXml, findXml, parseXml, type XmlElement } from './xml.ts';

/** Final name of a file in the archive, or undefined when it is not in the module. */
export type FinalHref = (path: string) => string | undefined;

const MAX_DEPTH = 16;

/** The table of contents out of an EPUB 3 navigation document; empty when it has none. */
export function readNavigation(source: string, path: string, finalHref: FinalHref): TocEntry[] {
  return navEntries(source, path, finalHref, /(^|\s)(toc|doc-toc)(\s|$)/);
}

/** Printed page numbers out of an EPUB 3 navigation document. */
export function readPageList(source: string, path: string, finalHref: FinalHref): PageListEntry[] {
  return pagesOf(navEntries(source, path, finalHref, /(^|\s)(page-list|doc-pagelist)(\s|$)/));
}

/** Printed page numbers out of an EPUB 2 NCX file. */
export function readNcxPageList(source: string, path: string, finalHref: FinalHref): PageListEntry[] {
  const list = findXml(parseXml(source, path), 'pageList');
  return list === undefined ? [] : pagesOf(pointEntries(list, path, finalHref, 0, 'pageTarget'));
}

function pagesOf(entries: readonly TocEntry[]): PageListEntry[] {
  return entries.flatMap(({ title, href }) => (href === undefined ? [] : [{ label: title, href }]));
}

function navEntries(source: string, path: string, finalHref: FinalHref, kind: RegExp): TocEntry[] {
  const nav = findNav(parseHtml(xhtmlToHtml(source, path), path), kind);
  const list = nav === undefined ? undefined : childElements(nav).find((child) => child.tagName === 'ol');
  return list === undefined ? [] : listEntries(list, path, finalHref, 0);
}

/** The table of contents out of an EPUB 2 NCX file. */
export function readNcx(source: string, path: string, finalHref: FinalHref): TocEntry[] {
  const map = findXml(parseXml(source, path), 'navMap');
  return map === undefined ? [] : pointEntries(map, path, finalHref, 0);
}

function findNav(node: Root | Element, wanted: RegExp): Element | undefined {
  for (const child of node.children) {
    if (child.type !== 'element') continue;
    const kind = child.properties['epub:type'] ?? child.properties['role'];
    if (child.tagName === 'nav' && typeof kind === 'string' && wanted.test(kind)) return child;
    const inside = findNav(child, wanted);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function listEntries(list: Element, path: string, finalHref: FinalHref, depth: number): TocEntry[] {
  if (depth > MAX_DEPTH) return [];
  return childElements(list).flatMap((item) => {
    if (item.tagName !== 'li') return [];
    const parts = childElements(item);
    const label = parts.find((part) => part.tagName === 'a' || part.tagName === 'span');
    const inner = parts.find((part) => part.tagName === 'ol');
    const address = label?.properties['href'];
    const children = inner === undefined ? [] : listEntries(inner, path, finalHref, depth + 1);
    return entryOf(
      label === undefined ? '' : textOf(label),
      typeof address === 'string' ? address : undefined,
      children,
      path,
      finalHref,
    );
  });
}

function pointEntries(
  parent: XmlElement,
  path: string,
  finalHref: FinalHref,
  depth: number,
  name = 'navPoint',
): TocEntry[] {
  if (depth > MAX_DEPTH) return [];
  return childrenXml(parent, name).flatMap((point) => {
    const label = childrenXml(point, 'navLabel')[0]?.text ?? '';
    const address = childrenXml(point, 'content')[0]?.attributes.get('src');
    return entryOf(label, address, pointEntries(point, path, finalHref, depth + 1), path, finalHref);
  });
}

function entryOf(
  label: string,
  address: string | undefined,
  children: TocEntry[],
  path: string,
  finalHref: FinalHref,
): TocEntry[] {
  const title = label.replace(/\s+/g, ' ').trim();
  const reference = address === undefined ? undefined : resolveReference(path, address);
  const target = reference?.kind === 'inside' ? finalHref(reference.path) : undefined;
  const href = target === undefined || reference?.kind !== 'inside' ? undefined : target + reference.fragment;
  // A heading without a place to go and without children would be a dead line in the contents.
  if (title === '' || (href === undefined && children.length === 0)) return children;
  return [{ title, ...(href === undefined ? {} : { href }), ...(children.length === 0 ? {} : { children }) }];
}

function childElements(node: Element): Element[] {
  return node.children.filter((child): child is Element => child.type === 'element');
}
