import { withoutDoctype } from './xml-entities.ts';

const VOID_ELEMENTS = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'param',
  'source',
  'track',
  'wbr',
]);
const PREFIXES = ['svg', 'm', 'mml', 'mathml', 'math', 'xhtml', 'html', 'h'];

/**
 * Turns XHTML into text that an HTML parser reads the same way: `<a id="x"/>` gets its end tag, CDATA becomes
 * escaped text, prefixes of SVG, MathML and XHTML go, the XML declaration, comments and the document type go.
 * It copies, it never repairs: whatever is odd is left for the HTML parser and the allow-list behind it.
 * Throws `XML_ENTITIES` for entities that are more than a piece of text.
 */
export function xhtmlToHtml(source: string, file: string): string {
  const xml = withoutDoctype(source, file);
  let html = '';
  let at = 0;
  while (at < xml.length) {
    const open = xml.indexOf('<', at);
    if (open === -1) return html + xml.slice(at);
    html += xml.slice(at, open);
    if (xml.startsWith('<!--', open)) at = after(xml, '-->', open + 4);
    else if (xml.startsWith('<?', open)) at = after(xml, '?>', open + 2);
    // What goes leaves its line ends behind, so that a finding in the report has the line of the source.
    if (at > open) html += lineEnds(xml.slice(open, at));
    else if (xml.startsWith('<![CDATA[', open)) {
      at = after(xml, ']]>', open + 9);
      html += escapeText(xml.slice(open + 9, xml.startsWith(']]>', at - 3) ? at - 3 : at));
    } else {
      const end = endOfTag(xml, open + 1);
      html += htmlTag(xml.slice(open + 1, end));
      at = end + 1;
    }
  }
  return `<!DOCTYPE html>${html}`;
}

function lineEnds(text: string): string {
  return '\n'.repeat(text.split('\n').length - 1);
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found + mark.length;
}

/** Position of the `>` that ends a tag, looking past quoted values. */
function endOfTag(xml: string, from: number): number {
  let quote = '';
  for (let at = from; at < xml.length; at++) {
    const character = xml[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at;
  }
  return xml.length;
}

function htmlTag(inside: string): string {
  const closing = inside.startsWith('/');
  const selfClosing = !closing && inside.endsWith('/');
  const body = inside.slice(closing ? 1 : 0, selfClosing ? -1 : undefined);
  const name = /^[^\s/>]+/.exec(body)?.[0] ?? '';
  const plain = withoutPrefix(name);
  const rest = body.slice(name.length);
  if (closing) return VOID_ELEMENTS.has(plain) ? '' : `</${plain}>`;
  return selfClosing && !VOID_ELEMENTS.has(plain) ? `<${plain}${rest}></${plain}>` : `<${plain}${rest}>`;
}

function withoutPrefix(name: string): string {
  const colon = name.indexOf(':');
  return colon > 0 && PREFIXES.includes(name.slice(0, colon).toLowerCase()) ? name.slice(colon + 1) : name;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
