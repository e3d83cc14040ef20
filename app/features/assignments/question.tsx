import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { copyPlain } from '../../shell/plain-copy.ts';

/** The question of an assignment, reduced again to plain text elements although the packager cleaned it already. */
export function Question({ html, language }: { readonly html: string; readonly language: string }): JSX.Element {
  const nodes = useMemo(() => new DOMParser().parseFromString(html, 'text/html').body, [html]);
  return (
    <div
      class="ll-question"
      lang={language}
      ref={(element) => {
        if (!element) return;
        element.replaceChildren();
        copyPlain(nodes, element);
      }}
    />
  );
}
