import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { ReaderError } from './reader-error.ts';
import { withoutDoctype } from './xml-entities.ts';

/** An XML element with its prefix taken off; text is collected below it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Elements and the text between them, in document order. */
  readonly content: readonly (XmlElement | string)[];
  /** All text below this element, in order. */
  readonly text: string;
}

const MAX_DEPTH = 200;

/**
 * Parses an XML file such as an EPUB package or a cartridge's manifest. The document type is taken off before the parser sees it:
 * billion laughs and external entities have no place in course material.
 */
export function parseXml(source: string, file: string): XmlElement {
  const xml = withoutDoctype(source, file);
  const valid = XMLValidator.validate(xml);
  if (valid !== true) {
    throw new ReaderError({
      code: 'XML_MALFORMED',
      file,
      problem: `is not well-formed XML: ${valid.err.msg} (line ${valid.err.line})`,
      advice: 'Export the course or book again; a book can be repaired with an EPUB editor such as Sigil.',
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
  const nodes = parsed(() => parser.parse(xml), file);
  const root = contentOf(nodes, 0, file).find((part) => typeof part !== 'string' && !part.name.startsWith('?'));
  if (root === undefined || typeof root === 'string')
    throw new ReaderError({
      code: 'XML_MALFORMED',
      file,
      problem: 'has no root element',
      advice: 'Export the course or book again.',
    });
  return root;
}

/** The parser gives up on what nests too deep or grows too large; that is the file's fault, not ours. */
function parsed(parse: () => unknown, file: string): unknown {
  try {
    return parse();
  } catch (cause) {
    throw new ReaderError({
      code: 'XML_MALFORMED',
      file,
      problem: `cannot be read as XML: ${cause instanceof Error ? cause.message : 'the parser gave up'}`,
      advice: 'Export the course or book again.',
      cause,
    });
  }
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

/** Text of the first descendant with this local name, without blanks around it; undefined when absent or empty. */
export function textXml(element: XmlElement, name: string): string | undefined {
  const text = findXml(element, name)?.text.replace(/\s+/g, ' ').trim();
  return text === '' ? undefined : text;
}

/** Children with this local name. */
export function childrenXml(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function contentOf(nodes: unknown, depth: number, file: string): (XmlElement | string)[] {
  if (depth > MAX_DEPTH)
    throw new ReaderError({
      code: 'XML_MALFORMED',
      file,
      problem: `is nested more than ${MAX_DEPTH} deep`,
      advice: 'Export the course or book again.',
    });
  const content: (XmlElement | string)[] = [];
  for (const node of listOf(nodes)) {
    for (const [name, value] of entriesOf(node)) {
      if (name === ':@') continue;
      if (name === '#text') content.push(String(value));
      else if (name === '#cdata') content.push(listOf(value).map(cdataText).join(''));
      else content.push(elementOf(name, node, contentOf(value, depth + 1, file)));
    }
  }
  return content;
}

function elementOf(name: string, node: unknown, content: readonly (XmlElement | string)[]): XmlElement {
  return {
    name: localName(name),
    attributes: attributesOf(node),
    children: content.filter((part) => typeof part !== 'string'),
    content,
    get text() {
      return content.map((part) => (typeof part === 'string' ? part : part.text)).join('');
    },
  };
}

function cdataText(node: unknown): string {
  return entriesOf(node)
    .map(([, value]) => String(value))
    .join('');
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
