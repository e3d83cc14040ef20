/** Gives every file of the input its final, safe and unique name in the module. */
export interface HrefBook {
  /** The name for a path of the input; the same path always gets the same name. `extension` replaces the old one. */
  assign(path: string, extension?: string): string;
}

/**
 * Names in a module are ASCII, so that no browser, ZIP tool or file system ever sees two spellings of one
 * name: letters with accents lose them, everything else outside `[A-Za-z0-9._-]` becomes a hyphen.
 * Two paths that would meet get a number, without regard to case.
 */
export function createHrefBook(reserved: readonly string[] = []): HrefBook {
  const taken = new Set(reserved.map((href) => href.toLowerCase()));
  const byPath = new Map<string, string>();
  return {
    assign(path, extension) {
      const known = byPath.get(path);
      if (known !== undefined) return known;
      const segments = path.normalize('NFC').split('/').map(safeSegment);
      const last = segments.pop() ?? 'file';
      const dot = last.lastIndexOf('.');
      const stem = dot > 0 ? last.slice(0, dot) : last;
      const ending = extension === undefined ? (dot > 0 ? last.slice(dot).toLowerCase() : '') : `.${extension}`;
      const folder = segments.length === 0 ? '' : `${segments.join('/')}/`;
      let href = `${folder}${stem}${ending}`;
      for (let number = 2; taken.has(href.toLowerCase()); number++) href = `${folder}${stem}-${number}${ending}`;
      taken.add(href.toLowerCase());
      byPath.set(path, href);
      return href;
    },
  };
}

function safeSegment(segment: string): string {
  const safe = segment
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|-+$/g, '')
    .replace(/-+\./g, '.');
  return safe === '' || safe.startsWith('.') ? `file${safe}` : safe.slice(0, 100);
}

/** A short name for identifiers (`course`, `module`): lower case letters, digits and hyphens, at most 64. */
export function slugOf(text: string): string {
  const slug = text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
    .replace(/-+$/, '');
  return slug === '' ? 'module' : slug;
}

/** Where a reference in a page points to. */
export type Reference =
  | { readonly kind: 'inside'; readonly path: string; readonly fragment: string }
  | { readonly kind: 'fragment'; readonly fragment: string }
  | { readonly kind: 'external'; readonly address: string }
  | { readonly kind: 'unsafe'; readonly address: string };

/**
 * Resolves a reference as a browser would, against the path of the file it stands in.
 * Everything with a scheme or a host is external; `javascript:` and its kind are unsafe; a path that
 * climbs out of the input is unsafe.
 */
export function resolveReference(fromPath: string, reference: string): Reference {
  // Browsers strip these before they look for a scheme, so `java\nscript:` must not pass as a path.
  const clean = stripControls(reference).trim();
  const hash = clean.indexOf('#');
  const beforeHash = hash === -1 ? clean : clean.slice(0, hash);
  const fragment = hash === -1 ? '' : clean.slice(hash);
  if (beforeHash === '') return { kind: 'fragment', fragment };
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(beforeHash)?.[1]?.toLowerCase();
  if (scheme !== undefined) {
    const harmless = ['http', 'https', 'mailto', 'tel', 'ftp', 'urn', 'doi', 'isbn'].includes(scheme);
    return { kind: harmless ? 'external' : 'unsafe', address: clean };
  }
  const slashes = beforeHash.replaceAll('\\', '/');
  if (slashes.startsWith('//')) return { kind: 'external', address: clean };
  const withoutQuery = slashes.split('?', 1)[0] ?? '';
  const decoded = percentDecode(withoutQuery);
  if (decoded === undefined) return { kind: 'unsafe', address: clean };
  const base = decoded.startsWith('/') ? [] : fromPath.split('/').slice(0, -1);
  for (const segment of decoded.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') base.push(segment);
    else if (base.pop() === undefined) return { kind: 'unsafe', address: clean };
  }
  return { kind: 'inside', path: base.join('/').normalize('NFC'), fragment };
}

function stripControls(text: string): string {
  let result = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0x1f && code !== 0x7f) result += character;
  }
  return result;
}

/** Undoes percent encoding; undefined when the text is none. */
export function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not UTF-8 percent encoding: such an address points to nothing we can name.
    return undefined;
  }
}

/** An address that resolves to this path from anywhere in the input. */
export function rootAddress(path: string): string {
  return `/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** The relative address from one module file to another. Both are safe names, so nothing needs encoding. */
export function relativeHref(fromHref: string, toHref: string): string {
  const from = fromHref.split('/').slice(0, -1);
  const to = toHref.split('/');
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}
