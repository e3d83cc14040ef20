import { hasLoneSurrogate, utf8 } from '#core/bytes/bytes.ts';
import { ModuleError } from './module-error.ts';

const MAX_HREF_BYTES = 1024;

/**
 * Whether a text can name a file of a module on every system: formats/module.md 3.
 * Relative, NFC, `/` between segments, no empty, `.` or `..` segment, and none of the characters that a URL, a ZIP
 * reader or a file system reads in its own way.
 */
export function isSafeHref(href: string): boolean {
  if (href === '' || hasLoneSurrogate(href) || utf8(href).length > MAX_HREF_BYTES) return false;
  if (href.normalize('NFC') !== href || /[\\?#%:*"<>|\p{Cc}]/u.test(href)) return false;
  return href
    .split('/')
    .every((segment) => segment !== '' && !/^\.{1,2}$/.test(segment) && !/^\s|[\s.]$/.test(segment));
}

/**
 * Throws `ModuleError` unless every name is safe, differs from every other without regard to case, and is no folder
 * of another: formats/module.md 3.4.
 */
export function requireDistinctHrefs(hrefs: readonly string[]): void {
  const seen = new Set<string>();
  for (const href of hrefs) {
    if (!isSafeHref(href)) throw new ModuleError({ code: 'UNSAFE_HREF', href });
    const folded = foldCase(href);
    if (seen.has(folded)) throw new ModuleError({ code: 'DUPLICATE_HREF', href });
    seen.add(folded);
  }
  for (const href of hrefs) {
    const folded = foldCase(href);
    for (let slash = folded.indexOf('/'); slash >= 0; slash = folded.indexOf('/', slash + 1)) {
      if (seen.has(folded.slice(0, slash))) throw new ModuleError({ code: 'DUPLICATE_HREF', href });
    }
  }
}

function foldCase(href: string): string {
  return href.normalize('NFKC').toUpperCase().toLowerCase();
}
