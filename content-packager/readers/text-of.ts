import type { Element } from 'hast';

/** All text below a node. */
export function textOf(node: Element): string {
  return node.children
    .map((child) => (child.type === 'text' ? child.value : child.type === 'element' ? textOf(child) : ''))
    .join('');
}

/** An element that holds nothing but text. */
export function textElement(tagName: string, value: string, className?: string): Element {
  const properties = className === undefined ? {} : { className: [className] };
  return { type: 'element', tagName, properties, children: [{ type: 'text', value }] };
}
