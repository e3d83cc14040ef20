import type { Element, Nodes } from 'hast';
import { parseHtml } from '../html-page.ts';

/** An element of a question as its source writes it; an XML element of `xml.ts` is one already. */
export interface SourceElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly content: readonly SourceNode[];
}

/** Text or element. */
export type SourceNode = string | SourceElement;

/** HTML text, parsed as a browser does: what stands in the body. */
export function htmlNodes(html: string, file: string): readonly SourceNode[] {
  const body = bodyOf(parseHtml(html, file));
  return body === undefined ? [] : body.children.flatMap(fromHast);
}

function bodyOf(node: Nodes): Element | undefined {
  if (!('children' in node)) return undefined;
  for (const child of node.children) {
    if (child.type !== 'element') continue;
    const found = child.tagName === 'body' ? child : bodyOf(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fromHast(node: Nodes): SourceNode[] {
  if (node.type === 'text') return [node.value];
  if (node.type !== 'element') return [];
  const attributes = new Map(
    Object.entries(node.properties).flatMap(([name, value]): [string, string][] =>
      value === null || value === undefined || value === false
        ? []
        : [[name.toLowerCase(), Array.isArray(value) ? value.join(' ') : String(value)]],
    ),
  );
  return [{ name: node.tagName, attributes, content: node.children.flatMap(fromHast) }];
}

/** All text below some nodes, white space folded. */
export function sourceText(nodes: readonly SourceNode[]): string {
  const text = (node: SourceNode): string => (typeof node === 'string' ? node : node.content.map(text).join(''));
  return nodes.map(text).join('').replace(/\s+/g, ' ').trim();
}

/** The elements among some nodes. */
export function elementsAmong(nodes: readonly SourceNode[]): SourceElement[] {
  return nodes.filter((node) => typeof node !== 'string');
}
