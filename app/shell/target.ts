/** What an address asks for inside a part of a module: the text after its `#`. */
export type Target =
  | { readonly kind: 'start' }
  /** An `id` in a page, `page=12` in a PDF, or `question=3` in a quiz. */
  | { readonly kind: 'fragment'; readonly fragment: string }
  /** A note of the learner's own. */
  | { readonly kind: 'note'; readonly id: string }
  /** Something found: the words to mark, so many units of text after the fragment. */
  | { readonly kind: 'found'; readonly fragment: string; readonly offset: number; readonly words: readonly string[] };

/** Reads what stands after the `#`. An unknown form is an ordinary fragment. */
export function parseTarget(fragment: string | undefined): Target {
  if (!fragment) return { kind: 'start' };
  if (fragment.startsWith('note~')) return { kind: 'note', id: fragment.slice(5) };
  if (fragment.startsWith('found~')) {
    const [, offset = '', words = '', ...rest] = fragment.split('~');
    return {
      kind: 'found',
      fragment: rest.join('~'),
      offset: Number.parseInt(offset, 10) || 0,
      words: words.split(' ').filter((word) => word !== ''),
    };
  }
  return { kind: 'fragment', fragment };
}

/** The address of a note, below its file. */
export function noteHref(href: string, id: string): string {
  return `${href}#note~${id}`;
}

/** The address of something found; `href` may have a fragment of its own. */
export function foundHref(hit: {
  readonly href: string;
  readonly offset: number;
  readonly words: readonly string[];
}): string {
  const [file = '', fragment = ''] = hit.href.split('#');
  return `${file}#found~${hit.offset}~${hit.words.slice(0, 12).join(' ')}~${fragment}`;
}
