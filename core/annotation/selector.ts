import { type Infer, integer, literal, object, string, tagged } from '#core/json/shape.ts';

/** formats/annotations.md 2.2: how many characters of a passage and of what stands around it are kept. */
export const MAX_QUOTE_LENGTH = 5_000;
export const CONTEXT_LENGTH = 32;

/** What fragments of a PDF and of a film or sound conform to. */
export const PDF_FRAGMENT = 'http://tools.ietf.org/rfc/rfc3778';
export const MEDIA_FRAGMENT = 'http://www.w3.org/TR/media-frags/';

const open = { unknownKeys: 'ignore' } as const;
const quoteShape = object(
  {
    required: {
      type: literal('TextQuoteSelector'),
      exact: string({ maxLength: MAX_QUOTE_LENGTH }),
      prefix: string({ maxLength: 200 }),
      suffix: string({ maxLength: 200 }),
    },
  },
  open,
);
const positionShape = object(
  { required: { type: literal('TextPositionSelector'), start: integer(), end: integer() } },
  open,
);
const fragmentShape = object(
  {
    required: {
      type: literal('FragmentSelector'),
      conformsTo: string({ maxLength: 200 }),
      value: string({ maxLength: 200 }),
    },
  },
  open,
);

/** The words of a passage and a little of what stands before and after them (W3C Web Annotation 4.2.4). */
export type TextQuoteSelector = Infer<typeof quoteShape>;
/** Where a passage stands in the text, in UTF-16 units (W3C Web Annotation 4.2.5). */
export type TextPositionSelector = Infer<typeof positionShape>;
/** A page of a PDF, or a moment of a film or sound (W3C Web Annotation 4.2.1). */
export type FragmentSelector = Infer<typeof fragmentShape>;
/** One way to find a place again. */
export type Selector = TextQuoteSelector | TextPositionSelector | FragmentSelector;

/** Shape of a selector. */
export const selectorShape = tagged('type', {
  TextQuoteSelector: quoteShape,
  TextPositionSelector: positionShape,
  FragmentSelector: fragmentShape,
});

/** The selector of a kind in a list, if it is there. */
export function selectorOf<T extends Selector['type']>(
  selectors: readonly Selector[],
  type: T,
): Extract<Selector, { type: T }> | undefined {
  return selectors.find((selector): selector is Extract<Selector, { type: T }> => selector.type === type);
}
