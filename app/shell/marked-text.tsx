import type { JSX } from 'preact';

/** Props of {@link MarkedText}. */
export interface MarkedTextProps {
  readonly text: string;
  /** In order, not overlapping. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

/** A text in which what was found is marked. */
export function MarkedText({ text, ranges }: MarkedTextProps): JSX.Element {
  const parts: (JSX.Element | string)[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    if (start < at) continue;
    parts.push(text.slice(at, start), <mark key={start}>{text.slice(start, end)}</mark>);
    at = end;
  }
  parts.push(text.slice(at));
  return <>{parts}</>;
}
