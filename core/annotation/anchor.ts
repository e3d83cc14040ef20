import { CONTEXT_LENGTH, MAX_QUOTE_LENGTH, type Selector, selectorOf } from './selector.ts';

/** A passage of a text, in UTF-16 units. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** The nearest place not after (or not before) `at` where no sign is cut in two. */
function whole(text: string, at: number, direction: -1 | 1): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at + direction : at;
}

/**
 * Describes a passage so that it can be found again: by its words with what stands around them, and by its place.
 * A passage longer than MAX_QUOTE_LENGTH is described by its beginning.
 */
export function describeSpan(text: string, span: TextSpan): readonly Selector[] {
  const start = whole(text, Math.max(0, Math.min(span.start, text.length)), -1);
  const end = whole(text, Math.max(start, Math.min(span.end, text.length, start + MAX_QUOTE_LENGTH)), -1);
  return [
    {
      type: 'TextQuoteSelector',
      exact: text.slice(start, end),
      prefix: text.slice(whole(text, Math.max(0, start - CONTEXT_LENGTH), 1), start),
      suffix: text.slice(end, whole(text, Math.min(text.length, end + CONTEXT_LENGTH), -1)),
    },
    { type: 'TextPositionSelector', start, end },
  ];
}

/**
 * Finds a described passage in a text that may have changed since: where it was, if the words still stand there; else
 * the same words in the most similar surroundings; else what now stands between the same surroundings. Undefined when
 * nothing of it is left: a wrong place would be worse than none.
 */
export function anchorSpan(text: string, selectors: readonly Selector[]): TextSpan | undefined {
  const quote = selectorOf(selectors, 'TextQuoteSelector');
  const position = selectorOf(selectors, 'TextPositionSelector');
  if (!quote || quote.exact === '') return undefined;
  const { exact, prefix, suffix } = quote;
  const expected = position?.start ?? 0;
  if (
    position &&
    text.startsWith(exact, expected) &&
    text.slice(0, expected).endsWith(prefix) &&
    text.startsWith(suffix, expected + exact.length)
  )
    return { start: expected, end: expected + exact.length };

  let best: { readonly start: number; readonly score: number } | undefined;
  for (let start = text.indexOf(exact); start >= 0; start = text.indexOf(exact, start + 1)) {
    const around =
      sharedEnd(text.slice(Math.max(0, start - prefix.length), start), prefix) +
      sharedStart(text.slice(start + exact.length, start + exact.length + suffix.length), suffix);
    // Surroundings count first, nearness only between equals.
    const score = around - Math.min(0.9, Math.abs(start - expected) / Math.max(1, text.length));
    if (!best || score > best.score) best = { start, score };
  }
  // A short word is everywhere: without anything of its surroundings it is not the same place.
  if (best && (best.score >= 4 || exact.length >= CONTEXT_LENGTH || prefix.length + suffix.length < 8))
    return { start: best.start, end: best.start + exact.length };
  return between(text, exact, prefix, suffix, expected);
}

/** What stands between the old surroundings, if it is about as long as the passage was. */
function between(text: string, exact: string, prefix: string, suffix: string, expected: number): TextSpan | undefined {
  if (prefix.length < 12 || suffix.length < 12) return undefined;
  const longest = Math.ceil(exact.length * 1.5) + 20;
  let best: TextSpan | undefined;
  for (let at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + 1)) {
    const start = at + prefix.length;
    const end = text.indexOf(suffix, start);
    if (end <= start || end - start > longest || end - start < exact.length / 2) continue;
    if (!best || Math.abs(start - expected) < Math.abs(best.start - expected)) best = { start, end };
  }
  return best;
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

function sharedEnd(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[a.length - 1 - length] === b[b.length - 1 - length]) length += 1;
  return length;
}
