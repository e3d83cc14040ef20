import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';

const allowed = new Set(
  'P BR STRONG EM B I U S UL OL LI BLOCKQUOTE CODE PRE H1 H2 H3 H4 H5 H6 TABLE THEAD TBODY TR TH TD SUB SUP HR DL DT DD'.split(
    ' ',
  ),
);

/** Copies only plain text elements, without any attribute: the question cannot load, link or style anything. */
function copyPlain(from: Node, to: Node): void {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      to.appendChild(document.createTextNode(child.textContent ?? ''));
    } else if (child instanceof Element) {
      if (['SCRIPT', 'STYLE', 'TEMPLATE', 'IFRAME', 'OBJECT'].includes(child.tagName)) continue;
      const level = /^H[1-6]$/.test(child.tagName) ? 'h3' : child.tagName.toLowerCase();
      const copy = allowed.has(child.tagName) ? document.createElement(level) : document.createDocumentFragment();
      copyPlain(child, copy);
      to.appendChild(copy);
    }
  }
}

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
