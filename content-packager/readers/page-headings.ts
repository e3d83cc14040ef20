import type { Element, ElementContent } from 'hast';
import { readAll } from './byte-source.ts';
import type { CourseFile, TocEntry } from './course.ts';
import { parseHtml } from './html-page.ts';
import { textOf } from './text-of.ts';

const MAX_PAGE_BYTES = 64 * 1024 * 1024;

/** The headings of a finished page as contents, below one another by level; the title at the top is left out. */
export async function headingsOf(page: CourseFile): Promise<TocEntry[]> {
  const html = new TextDecoder().decode(await readAll(page.source, MAX_PAGE_BYTES, page.href));
  const headings: Element[] = [];
  collect(parseHtml(html, page.href).children.filter(isElement), headings);
  const top: Line[] = [];
  const open: Line[] = [];
  for (const heading of headings) {
    const id = heading.properties['id'];
    const title = textOf(heading).replace(/\s+/g, ' ').trim();
    if (typeof id !== 'string' || title === '') continue;
    const line: Line = { level: Number(heading.tagName.slice(1)), title, href: `${page.href}#${id}`, below: [] };
    while ((open.at(-1)?.level ?? 0) >= line.level) open.pop();
    (open.at(-1)?.below ?? top).push(line);
    open.push(line);
  }
  return top.map(entryOf);
}

interface Line {
  readonly level: number;
  readonly title: string;
  readonly href: string;
  readonly below: Line[];
}

function entryOf({ title, href, below }: Line): TocEntry {
  return { title, href, ...(below.length === 0 ? {} : { children: below.map(entryOf) }) };
}

function collect(nodes: readonly ElementContent[], headings: Element[]): void {
  for (const node of nodes) {
    if (node.type !== 'element') continue;
    if (/^h[1-6]$/.test(node.tagName)) headings.push(node);
    else collect(node.children, headings);
  }
}

function isElement(node: { readonly type: string }): node is Element {
  return node.type === 'element';
}
