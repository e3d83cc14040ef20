import type { Element, ElementContent, Root } from 'hast';
import rehypeParse from 'rehype-parse';
import rehypeStringify from 'rehype-stringify';
import { unified } from 'unified';
import type { PrintWords } from './words.ts';

/** What a page of a module needs to become paper. */
export interface PrintablePorts {
  /** Where a picture of the page can be asked for; undefined when it is none of the module's. */
  readonly pictureAt: (src: string) => string | undefined;
  /** How many lines to leave open in the element with this `id`. */
  readonly linesIn: (id: string) => number | undefined;
  readonly words: PrintWords;
}

const parser = unified().use(rehypeParse, { fragment: false });
const fragments = unified().use(rehypeParse, { fragment: true });
const printer = unified().use(rehypeStringify);

/** Nothing of these means anything on paper. */
const LEFT_OUT = new Set(
  `script style link meta base title template iframe object embed applet frame form input button select textarea
   noscript track source canvas dialog`.split(/\s+/),
);
/** Attributes that name something to load, to follow or to run; the policy of the answer forbids all of it once more. */
const LEFT_OFF =
  /^(?:on.*|style|href|xLinkHref|src|srcSet|srcDoc|poster|data|action|formAction|background|ping|target|useMap|tabIndex|autoFocus)$/i;

/** The content of a whole page as HTML for paper: no addresses but those of its pictures, lines where answers go. */
export function printablePage(html: string, ports: PrintablePorts): string {
  return print(bodyOf(parser.parse(html)), ports);
}

/** The same for a piece of HTML, as the question of an assignment. */
export function printableFragment(html: string, ports: PrintablePorts): string {
  return print(fragments.parse(html), ports);
}

/** Empty lines to write on. */
export function emptyLines(count: number): string {
  return printer.stringify({ type: 'root', children: linesOf(count) });
}

/** Text as HTML. */
export function escaped(text: string): string {
  return printer.stringify({ type: 'root', children: [{ type: 'text', value: text }] });
}

function print(tree: Root | Element, ports: PrintablePorts): string {
  return printer.stringify({ type: 'root', children: children(tree, ports) });
}

function children(parent: Root | Element, ports: PrintablePorts): ElementContent[] {
  return parent.children.flatMap((child) => {
    if (child.type === 'text') return [child];
    return child.type === 'element' && !LEFT_OUT.has(child.tagName) ? onPaper(child, ports) : [];
  });
}

function onPaper(element: Element, ports: PrintablePorts): ElementContent[] {
  const { tagName, properties } = element;
  if (tagName === 'video' || tagName === 'audio') {
    const { film, sound } = ports.words;
    const title = textIn(properties['ariaLabel']) || textIn(properties['title']);
    const what = tagName === 'video' ? film : sound;
    return [made('p', 'll-only-there', title === '' ? what : `${what}: ${title}`)];
  }
  if (tagName === 'img') return [picture(element, ports)];
  const kept = Object.entries(properties).filter(
    // `#x` inside a drawing or formula leads nowhere else
    ([name, value]) => !LEFT_OFF.test(name) || (tagName === 'use' && textIn(value).startsWith('#')),
  );
  const lines = ports.linesIn(textIn(properties['id']));
  return [
    {
      ...element,
      tagName: tagName === 'a' ? 'span' : tagName,
      properties: { ...Object.fromEntries(kept), ...(tagName === 'details' ? { open: true } : {}) },
      children: lines === undefined ? children(element, ports) : linesOf(lines),
    },
  ];
}

function picture({ properties }: Element, { pictureAt }: PrintablePorts): Element {
  const alt = textIn(properties['alt']);
  const src = pictureAt(textIn(properties['src']));
  if (src === undefined) return made('em', 'll-only-there', alt);
  const { width, height } = properties;
  return { type: 'element', tagName: 'img', properties: { src, alt, width, height }, children: [] };
}

function linesOf(count: number): Element[] {
  return Array.from({ length: count }, () => made('div', 'll-line', ''));
}

function made(tagName: string, className: string, value: string): Element {
  const text: ElementContent[] = value === '' ? [] : [{ type: 'text', value }];
  return { type: 'element', tagName, properties: { className: [className] }, children: text };
}

function bodyOf(document: Root): Root | Element {
  const html = document.children.find((child) => child.type === 'element');
  const body = html?.children.find((child) => child.type === 'element' && child.tagName === 'body');
  return body?.type === 'element' ? body : document;
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
