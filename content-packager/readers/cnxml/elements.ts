import type { Element, ElementContent, Properties } from 'hast';
import type { XmlElement } from '../xml.ts';

/** An HTML element. */
export function elementFor(tagName: string, children: readonly ElementContent[], properties: Properties = {}): Element {
  return { type: 'element', tagName, properties, children: [...children] };
}

/** The `id` of an element, as a property. */
export function idOf(element: XmlElement): Properties {
  const id = element.attributes.get('id');
  return id === undefined ? {} : { id };
}
