import type { Element, ElementContent, Properties } from 'hast';
import { highlightCode } from '../code-highlight.ts';
import { resolveReference, rootAddress } from '../href.ts';
import { textElement } from '../text-of.ts';
import { childrenXml, type XmlElement } from '../xml.ts';
import { elementFor, idOf } from './elements.ts';
import type { ModuleContext } from './module-page.ts';
import { convertTable } from './table.ts';

/** The state of a conversion: where it is, and what it has put aside. */
export interface Conversion extends ModuleContext {
  /** Footnotes, for the end of the page. */
  readonly notes: Element[];
  /** Level of the next heading, 2 to 6. */
  readonly level: number;
  /** What the medium around this says for those who do not see it. */
  readonly mediaAlt?: string;
}

const BLOCKS = new Set([
  'para',
  'section',
  'note',
  'example',
  'exercise',
  'problem',
  'solution',
  'commentary',
  'figure',
  'subfigure',
  'table',
  'list',
  'equation',
  'quote',
  'rule',
  'statement',
  'proof',
  'definition',
  'preformat',
  'div',
  'iframe',
]);
const LIST_TYPES: Readonly<Record<string, string>> = {
  'upper-alpha': 'A',
  'lower-alpha': 'a',
  'upper-roman': 'I',
  'lower-roman': 'i',
  arabic: '1',
};
/** Elements that only tell something about others, or were read elsewhere. */
const SILENT = new Set(['title', 'metadata', 'label', 'colspec', 'spanspec', 'caption', 'param', 'longdesc']);

/** The content of an element, converted. */
export function convertAll(parent: XmlElement, conversion: Conversion): ElementContent[] {
  return parent.content.flatMap((part) =>
    typeof part === 'string' ? [{ type: 'text' as const, value: part }] : convert(part, conversion),
  );
}

/** One CNXML element as HTML. An element that is not known leaves its content behind, and the report says so. */
export function convert(element: XmlElement, conversion: Conversion): ElementContent[] {
  const all = (inner: Conversion = conversion): ElementContent[] => convertAll(element, inner);
  const wrap = (tagName: string, properties: Properties = {}): ElementContent[] => [
    elementFor(tagName, all(), { ...idOf(element), ...properties }),
  ];
  switch (element.name) {
    case 'para':
      // HTML ends a paragraph where a block begins, so a paragraph with blocks in it is a division.
      return [...titleWords(element, conversion), ...wrap(hasBlock(element) ? 'div' : 'p')];
    case 'section':
      return [
        elementFor('section', [...titleIn(element, conversion), ...all(deeper(conversion))], {
          ...idOf(element),
          ...classOf(element),
        }),
      ];
    case 'note':
      return [
        box(
          'aside',
          element,
          conversion,
          childrenXml(element, 'title').length > 0 ? undefined : noteLabel(element, conversion),
        ),
      ];
    case 'example':
      return [box('section', element, conversion, labelFor(element, conversion) ?? conversion.labels.example)];
    case 'exercise':
    case 'problem':
    case 'statement':
    case 'rule':
    case 'proof':
    case 'commentary':
      return [box('div', element, conversion, undefined)];
    case 'solution':
      return [
        elementFor('details', [textElement('summary', conversion.labels.answer), ...all()], {
          ...idOf(element),
          className: ['ll-solution'],
        }),
      ];
    case 'figure':
    case 'subfigure':
      return [figure(element, conversion)];
    case 'media':
      return all({ ...conversion, mediaAlt: element.attributes.get('alt') ?? '' });
    case 'image':
      return image(element, conversion);
    case 'video':
    case 'audio':
      return [elementFor(element.name, [], { src: element.attributes.get('src') ?? '', controls: true })];
    case 'iframe':
    case 'object':
    case 'flash':
    case 'java-applet':
      return frame(element, conversion);
    case 'table':
      return [convertTable(element, labelFor(element, conversion), (part) => convertAll(part, conversion))];
    case 'list':
      return list(element, conversion);
    case 'item':
      return wrap('li');
    case 'definition':
      return wrap('div');
    case 'meaning':
    case 'seealso':
    case 'div':
      return wrap('div');
    case 'code':
    case 'preformat':
      return [code(element)];
    case 'kbd':
    case 'sub':
    case 'sup':
      return wrap(element.name);
    case 'equation':
      return wrap('div', { className: ['ll-equation'] });
    case 'math':
      return [mathml(element)];
    case 'quote':
      return wrap(
        element.attributes.get('display') === 'inline' ||
          (!hasBlock(element) && element.attributes.get('display') !== 'block')
          ? 'q'
          : 'blockquote',
      );
    case 'emphasis':
      return wrap(EMPHASIS[element.attributes.get('effect') ?? 'bold'] ?? 'span');
    case 'term':
      return wrap('dfn');
    case 'cite':
    case 'cite-title':
      return wrap('cite');
    case 'foreign':
    case 'span':
      return wrap('span', languageIn(element));
    case 'link':
      return link(element, conversion);
    case 'footnote':
      return [footnote(element, conversion)];
    case 'newline':
      return Array.from({ length: bounded(element.attributes.get('count'), 10) }, () => elementFor('br', []));
    case 'space':
      return [{ type: 'text', value: '\u00a0'.repeat(bounded(element.attributes.get('count'), 40)) }];
    case 'text':
      return all();
    default:
      if (SILENT.has(element.name)) return [];
      conversion.report.add(conversion.path, 'ELEMENT_REMOVED', `<${element.name}>`);
      return all();
  }
}

const EMPHASIS: Readonly<Record<string, string>> = {
  bold: 'strong',
  italics: 'em',
  underline: 'u',
  smallcaps: 'span',
  normal: 'span',
};

/** A heading at the present level. */
export function titleOf(title: string, { level }: Conversion): ElementContent[] {
  return [textElement(`h${Math.min(level, 6)}`, title)];
}

function classOf(element: XmlElement): Properties {
  const names = (element.attributes.get('class') ?? '').split(/\s+/).filter((name) => /^[\w-]+$/.test(name));
  return names.length === 0 ? {} : { className: names };
}

function deeper(conversion: Conversion): Conversion {
  return { ...conversion, level: Math.min(conversion.level + 1, 6) };
}

function titleIn(element: XmlElement, conversion: Conversion, before = ''): ElementContent[] {
  const title = childrenXml(element, 'title')[0];
  const words = title === undefined ? [] : convertAll(title, conversion);
  if (before !== '') words.unshift({ type: 'text', value: words.length === 0 ? before : `${before} ` });
  return words.length === 0 ? [] : [elementFor(`h${Math.min(conversion.level, 6)}`, words)];
}

/** The title of a paragraph is no heading: it stands in bold above it. */
function titleWords(element: XmlElement, conversion: Conversion): ElementContent[] {
  const title = childrenXml(element, 'title')[0];
  return title === undefined ? [] : [elementFor('p', [elementFor('strong', convertAll(title, conversion))])];
}

function box(tagName: string, element: XmlElement, conversion: Conversion, label: string | undefined): Element {
  const title = titleIn(element, conversion, label);
  const names = [
    `ll-${element.name}`,
    ...(classOf(element)['className'] === undefined ? [] : (element.attributes.get('class') ?? '').split(/\s+/)),
  ];
  const children = convertAll(element, deeper(conversion));
  return elementFor(tagName, [...title, ...children], { ...idOf(element), className: names });
}

function noteLabel(element: XmlElement, { labels }: Conversion): string | undefined {
  const own = childrenXml(element, 'label')[0]?.text.trim();
  if (own !== undefined) return own === '' ? undefined : own;
  return element.attributes.get('class') === undefined ? labels.note : undefined;
}

function labelFor(element: XmlElement, { numbering, module }: Conversion): string | undefined {
  return numbering.labelOf(module, element.attributes.get('id') ?? '');
}

function figure(element: XmlElement, conversion: Conversion): Element {
  const caption = childrenXml(element, 'caption')[0];
  const title = childrenXml(element, 'title')[0];
  const label = labelFor(element, conversion);
  const words: ElementContent[] = [
    ...(label === undefined ? [] : [textElement('strong', label), { type: 'text' as const, value: ' ' }]),
    ...(title === undefined
      ? []
      : [elementFor('strong', convertAll(title, conversion)), { type: 'text' as const, value: ' ' }]),
    ...(caption === undefined ? [] : convertAll(caption, conversion)),
  ];
  return elementFor(
    'figure',
    [...convertAll(element, conversion), ...(words.length === 0 ? [] : [elementFor('figcaption', words)])],
    { ...idOf(element), ...classOf(element) },
  );
}

function image(element: XmlElement, conversion: Conversion): ElementContent[] {
  // A picture for paper has a twin for the screen.
  if (element.attributes.get('for') === 'pdf') return [];
  const src = element.attributes.get('src') ?? '';
  const size = (name: string): Properties => {
    const value = element.attributes.get(name);
    return value !== undefined && /^\d+$/.test(value) ? { [name]: value } : {};
  };
  return [elementFor('img', [], { src, alt: conversion.mediaAlt ?? '', ...size('width'), ...size('height') })];
}

/** A frame around something of the book stays for the sanitiser to judge; everything else is on a server. */
function frame(element: XmlElement, conversion: Conversion): ElementContent[] {
  const src = element.attributes.get('src') ?? '';
  const reference = resolveReference(conversion.path, src);
  if (reference.kind === 'inside' && conversion.isThere(reference.path)) return [elementFor('iframe', [], { src })];
  conversion.report.add(conversion.path, 'FRAME_REMOVED', `<${element.name}> ${src}`);
  return [];
}

function list(element: XmlElement, conversion: Conversion): ElementContent[] {
  const title = titleWords(element, conversion);
  const type = element.attributes.get('list-type') ?? 'bulleted';
  if (element.attributes.get('display') === 'inline') {
    const items = childrenXml(element, 'item').flatMap((item, index): ElementContent[] => [
      ...(index === 0 ? [] : [{ type: 'text' as const, value: '; ' }]),
      ...convertAll(item, conversion),
    ]);
    return [...title, elementFor('span', items, idOf(element))];
  }
  const start = element.attributes.get('start-value');
  const numbers = LIST_TYPES[element.attributes.get('number-style') ?? ''];
  const isOrdered = type === 'enumerated';
  const items = childrenXml(element, 'item').map((item) => {
    const label = childrenXml(item, 'label')[0];
    const before: ElementContent[] =
      label === undefined ? [] : [elementFor('strong', convertAll(label, conversion)), { type: 'text', value: ' ' }];
    return elementFor('li', [...before, ...convertAll(item, conversion)], idOf(item));
  });
  return [
    ...title,
    elementFor(isOrdered ? 'ol' : 'ul', items, {
      ...idOf(element),
      ...(isOrdered && start !== undefined && /^\d+$/.test(start) ? { start } : {}),
      ...(isOrdered && numbers !== undefined ? { type: numbers } : {}),
      ...(type === 'labeled-item' ? { className: ['ll-labelled'] } : {}),
    }),
  ];
}

function code(element: XmlElement): Element {
  const text = element.text;
  const display = element.attributes.get('display');
  const isInlineClass = /\binline-code\b/.test(element.attributes.get('class') ?? '');
  const isBlock =
    element.name === 'preformat' ||
    display === 'block' ||
    (display === undefined && !isInlineClass && text.includes('\n'));
  if (!isBlock) return elementFor('code', [{ type: 'text', value: text }], idOf(element));
  const body = dedented(text.replace(/^[ \t]*\n/, '').replace(/\s+$/, '\n'));
  return elementFor('pre', [elementFor('code', highlightCode(body, element.attributes.get('lang')))], idOf(element));
}

/** Takes off the indentation that only comes from where the code stands in its file. */
function dedented(code: string): string {
  const lines = code.split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const shared = Math.min(...indents);
  return Number.isFinite(shared) ? lines.map((line) => line.slice(shared)).join('\n') : code;
}

function mathml(element: XmlElement): Element {
  const properties: Properties = {};
  for (const [name, value] of element.attributes) if (!/^xmlns|^on/i.test(name)) properties[name] = value;
  const children = element.content.map(
    (part): ElementContent => (typeof part === 'string' ? { type: 'text', value: part } : mathml(part)),
  );
  return { type: 'element', tagName: element.name, properties, children };
}

function link(element: XmlElement, conversion: Conversion): ElementContent[] {
  const target = element.attributes.get('target-id');
  const document = element.attributes.get('document');
  const outside = element.attributes.get('url') ?? element.attributes.get('resource');
  const words = convertAll(element, conversion);
  if (/\bos-embed\b/.test(element.attributes.get('class') ?? '') || outside?.startsWith('#exercise/') === true) {
    conversion.report.add(conversion.path, 'QUESTION_NOT_TAKEN', `${outside ?? ''} lies on the publisher's server`);
    return [];
  }
  const module = document ?? conversion.module;
  const place = document === undefined ? conversion.path : conversion.pathOf(document);
  const label = target === undefined ? undefined : conversion.numbering.labelOf(module, target);
  const shown: ElementContent[] =
    words.length > 0 ? words : [{ type: 'text', value: label ?? outside ?? conversion.titleOf(module) ?? module }];
  const fragment = target === undefined ? '' : `#${target}`;
  const href =
    outside ??
    (document === undefined ? fragment : place === undefined ? `urn:cnx:${document}` : rootAddress(place) + fragment);
  return [elementFor('a', shown, { href })];
}

function footnote(element: XmlElement, conversion: Conversion): Element {
  const number = conversion.notes.length + 1;
  const id = element.attributes.get('id') ?? `fn-${number}`;
  const back = elementFor('a', [{ type: 'text', value: '↩' }], { href: `#${id}-ref`, role: 'doc-backlink' });
  const note = elementFor('li', [], { id, role: 'doc-footnote' });
  conversion.notes.push(note);
  note.children.push(...convertAll(element, conversion), { type: 'text', value: ' ' }, back);
  return elementFor('sup', [
    elementFor('a', [{ type: 'text', value: String(number) }], {
      href: `#${id}`,
      id: `${id}-ref`,
      role: 'doc-noteref',
    }),
  ]);
}

function languageIn(element: XmlElement): Properties {
  const language = element.attributes.get('xml:lang') ?? element.attributes.get('lang');
  return language === undefined ? {} : { lang: language };
}

function hasBlock(element: XmlElement): boolean {
  return element.children.some(
    (child) =>
      BLOCKS.has(child.name) ||
      (child.name === 'code' && child.attributes.get('display') === 'block') ||
      hasBlock(child),
  );
}

function bounded(count: string | undefined, most: number): number {
  const value = Number(count ?? 1);
  return Number.isInteger(value) && value > 0 ? Math.min(value, most) : 1;
}
