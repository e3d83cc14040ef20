import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchorSpan, describeSpan } from './anchor.ts';
import { mediaPlacesOf, mediaSelector, parsePdfFragment, pdfPlaceOf, pdfSelector } from './fragment.ts';

const text =
  'Call me Ishmael. Some years ago, never mind how long precisely, having little or no money in my purse, and ' +
  'nothing particular to interest me on shore, I thought I would sail about a little. It is a way I have of driving ' +
  'off the spleen. Some years ago I had no purse.';

function spanOf(words: string, from = 0) {
  const start = text.indexOf(words, from);
  return { start, end: start + words.length };
}
const found = (changed: string, words: string, from = 0) => {
  const span = anchorSpan(changed, describeSpan(text, spanOf(words, from)));
  return span && changed.slice(span.start, span.end);
};

describe('finding a passage again', () => {
  it('finds every passage of an unchanged text at its place', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }), fc.nat(), fc.nat(), (some, a, b) => {
        const start = a % some.length;
        const end = Math.min(some.length, start + 1 + (b % 40));
        const selectors = describeSpan(some, { start, end });
        const [quote] = selectors;
        if (quote?.type !== 'TextQuoteSelector' || quote.exact === '') return;
        const span = anchorSpan(some, selectors);
        expect(span && some.slice(span.start, span.end)).toBe(quote.exact);
      }),
    );
  });

  it('follows a passage when text comes before it', () => {
    expect(found(`A new preface of many words. ${text}`, 'little or no money')).toBe('little or no money');
  });

  it('takes the one of two equal passages that has the same surroundings', () => {
    const second = spanOf('Some years ago', 40);
    const changed = text.replace('Call me Ishmael. ', '');
    const span = anchorSpan(changed, describeSpan(text, second));
    expect(span?.start).toBe(changed.lastIndexOf('Some years ago'));
  });

  it('finds a passage whose own words were corrected, by what stands around it', () => {
    const changed = text.replace('nothing particular to interest me', 'nothing special that interests me');
    expect(found(changed, 'nothing particular to interest me on shore')).toBe(
      'nothing special that interests me on shore',
    );
  });

  it('finds nothing when the passage is gone, rather than a wrong place', () => {
    expect(found(text.replace(/It is a way.*spleen\. /, ''), 'driving off the spleen')).toBeUndefined();
    expect(found('Another book, in which a purse is named.', 'purse')).toBeUndefined();
    expect(anchorSpan(text, [])).toBeUndefined();
  });

  it('describes a very long passage by its beginning, and never cuts a sign in two', () => {
    const long = 'a'.repeat(4_999) + '😀'.repeat(50);
    const [quote] = describeSpan(long, { start: 0, end: long.length });
    expect(quote?.type === 'TextQuoteSelector' && quote.exact).toBe('a'.repeat(4_999));
  });
});

describe('places in a PDF and in a film', () => {
  it('reads back what it writes', () => {
    expect(pdfPlaceOf([pdfSelector({ page: 12, top: 198.4 })])).toEqual({ page: 12, top: 198 });
    const moments = [mediaSelector({ track: 0, seconds: 12.5 }), mediaSelector({ track: 2, seconds: 3 })];
    expect(mediaPlacesOf(moments)).toEqual([
      { track: 0, seconds: 12.5 },
      { track: 2, seconds: 3 },
    ]);
  });

  it('reads the fragment of an address, and nothing out of another one', () => {
    expect(parsePdfFragment('page=3')).toEqual({ page: 3, top: 0 });
    expect(parsePdfFragment('page=0')).toBeUndefined();
    expect(parsePdfFragment('chapter-3')).toBeUndefined();
    expect(mediaPlacesOf([pdfSelector({ page: 1, top: 0 })])).toEqual([]);
  });
});
