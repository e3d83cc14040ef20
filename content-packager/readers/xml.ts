import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { ReaderError } from './reader-error.ts';

/** An XML element with its prefix taken off; text is collected below it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text below this element, in order. */
  readonly text: string;
}

const MAX_DEPTH = 200;

/**
 * Parses a small XML file such as an OPF package. A document type with entity declarations is refused before the
 * parser sees it: billion laughs and external entities have no place in a package file.
 */
export function parseXml(source: string, file: string): XmlElement {
  const xml = withoutDoctype(source, file);
  const valid = XMLValidator.validate(xml);
  if (valid !== true) {
    throw new ReaderError({
      code: 'XML_MALFORMED',
      file,
      problem: `is not well-formed XML: ${valid.err.msg} (line ${valid.err.line})`,
      advice: 'Repair it with an EPUB editor such as Sigil, or export the book again.',
    });
  }
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    trimValues: false,
    parseTagValue: false,
    parseAttributeValue: false,
    htmlEntities: true,
    cdataPropName: '#cdata',
  });
  const nodes: unknown = parser.parse(xml);
  const root = elementsOf(nodes, 0, file).find((element) => !element.name.startsWith('?'));
  if (root === undefined)
    throw new ReaderError({
      code: 'XML_MALFORMED',
      file,
      problem: 'has no root element',
      advice: 'Export the book again.',
    });
  return root;
}

/** Takes the document type off; throws `XML_ENTITIES` when it declares entities. */
export function withoutDoctype(source: string, file: string): string {
  const start = /<!DOCTYPE/i.exec(source)?.index;
  if (start === undefined) return source;
  if (/<!ENTITY/i.test(source)) {
    throw new ReaderError({
      code: 'XML_ENTITIES',
      file,
      problem: 'declares XML entities',
      advice: 'Take the entity declarations out of the DOCTYPE; they can make a small file grow without end.',
    });
  }
  const bracket = source.indexOf('[', start);
  const close = source.indexOf('>', start);
  const end = bracket !== -1 && bracket < close ? source.indexOf('>', source.indexOf(']', bracket)) : close;
  return end === -1 ? source : source.slice(0, start) + source.slice(end + 1);
}

/** First descendant with this local name, in document order. */
export function findXml(element: XmlElement, name: string): XmlElement | undefined {
  for (const child of element.children) {
    const found = child.name === name ? child : findXml(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All descendants with this local name, in document order. */
export function findAllXml(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) =>
    child.name === name ? [child, ...findAllXml(child, name)] : findAllXml(child, name),
  );
}

/** Children with this local name. */
export function childrenXml(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function elementsOf(nodes: unknown, depth: number, file: string): XmlElement[] {
  if (depth > MAX_DEPTH)
    throw new ReaderError({
      code: 'XML_MALFORMED',
      file,
      problem: `is nested more than ${MAX_DEPTH} deep`,
      advice: 'Export the book again.',
    });
  const elements: XmlElement[] = [];
  for (const node of listOf(nodes)) {
    for (const [name, value] of entriesOf(node)) {
      if (name === ':@' || name === '#text' || name === '#cdata') continue;
      elements.push({
        name: localName(name),
        attributes: attributesOf(node),
        children: elementsOf(value, depth + 1, file),
        text: textBelow(value),
      });
    }
  }
  return elements;
}

function textBelow(nodes: unknown): string {
  let text = '';
  for (const node of listOf(nodes)) {
    for (const [name, value] of entriesOf(node)) {
      if (name === '#text') text += String(value);
      else if (name !== ':@') text += textBelow(value);
    }
  }
  return text;
}

function attributesOf(node: unknown): ReadonlyMap<string, string> {
  const attributes = entriesOf(node).find(([name]) => name === ':@')?.[1];
  return new Map(entriesOf(attributes).map(([name, value]) => [name, String(value)]));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
