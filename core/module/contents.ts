import type { Manifest, TocEntry } from './manifest.ts';

/** The file and the fragment of an address in a module. */
export function splitHref(href: string): [file: string, fragment: string | undefined] {
  const at = href.indexOf('#');
  return at < 0 ? [href, undefined] : [href.slice(0, at), href.slice(at + 1)];
}

/** What the contents call a file: books seldom give their parts a title of their own. */
export function titleIn(entries: readonly TocEntry[], file: string): string | undefined {
  for (const { title, href, children } of entries) {
    const found = href !== undefined && splitHref(href)[0] === file ? title : titleIn(children, file);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a part of a module is called: by the contents, else by itself, else as the module. */
export function partTitle({ toc, readingOrder, title }: Manifest, href: string): string {
  return titleIn(toc, href) ?? readingOrder.find((file) => file.href === href)?.title ?? title;
}
