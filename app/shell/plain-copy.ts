const allowed = new Set(
  'P BR STRONG EM B I U S UL OL LI BLOCKQUOTE CODE PRE H1 H2 H3 H4 H5 H6 TABLE THEAD TBODY TR TH TD SUB SUP HR DL DT DD'.split(
    ' ',
  ),
);
const DROPPED = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'IFRAME', 'OBJECT']);

/**
 * Copies only plain text elements of course material into the app's page, without any attribute: the copy cannot load,
 * link or style anything.
 */
export function copyPlain(from: Node, to: Node): void {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      to.appendChild(document.createTextNode(child.textContent ?? ''));
    } else if (child.nodeType === Node.ELEMENT_NODE) {
      const name = child.nodeName.toUpperCase();
      if (DROPPED.has(name)) continue;
      const level = /^H[1-6]$/.test(name) ? 'h3' : name.toLowerCase();
      const copy = allowed.has(name) ? document.createElement(level) : document.createDocumentFragment();
      copyPlain(child, copy);
      to.appendChild(copy);
    }
  }
}
