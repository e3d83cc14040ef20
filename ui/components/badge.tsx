import type { JSX } from 'preact';

/** A small number beside a link, with the words that say what is counted; nothing for nought. */
export function Badge({ n, text }: { readonly n: number; readonly text: string }): JSX.Element | null {
  if (n === 0) return null;
  return (
    <span class="ll-badge">
      <span aria-hidden="true">{n}</span>
      <span class="ll-visually-hidden">{text}</span>
    </span>
  );
}
