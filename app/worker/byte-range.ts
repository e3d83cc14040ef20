/** Which bytes of a file are asked for; `end` is not included. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly begin: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

/**
 * Reads a Range header (RFC 9110 section 14). Other units, several ranges and bad syntax give the whole file, as the
 * RFC allows; a range beyond the file is unsatisfiable.
 */
export function parseRange(header: string | null, sizeBytes: number): ByteRange {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.replaceAll(' ', '') ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return { kind: 'whole' };
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', begin: sizeBytes - length, end: sizeBytes };
  }
  const begin = Number(first);
  const end = last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (last !== '' && Number(last) < begin) return { kind: 'whole' };
  return begin >= sizeBytes ? { kind: 'unsatisfiable' } : { kind: 'part', begin, end };
}
