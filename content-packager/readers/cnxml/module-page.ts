import type { Element, ElementContent, Root } from 'hast';
import type { Report } from '../course.ts';
import type { Labels } from '../labels.ts';
import type { GlossaryEntry } from '../reading-aids.ts';
import { textElement, textOf } from '../text-of.ts';
import { childrenXml, findXml, type XmlElement } from '../xml.ts';
import { type Conversion, convertAll, titleOf } from './convert.ts';
import { elementFor } from './elements.ts';
import type { Numbering } from './numbering.ts';

/** What the conversion of one module needs to know of the book. */
export interface ModuleContext {
  readonly module: string;
  readonly path: string;
  readonly labels: Labels;
  readonly numbering: Numbering;
  readonly report: Report;
  readonly glossary: GlossaryEntry[];
  /** The path of a module of this book. */
  pathOf(moduleId: string): string | undefined;
  titleOf(moduleId: string): string | undefined;
  /** Whether the book holds this file. */
  isThere(path: string): boolean;
}

/** A module as a page: title, learning objectives, content, glossary and notes. Still to be sanitised. */
export function moduleTree(document: XmlElement, title: string, context: ModuleContext): Root {
  const conversion: Conversion = { ...context, notes: [], level: 2 };
  const abstract = findXml(document, 'abstract');
  const content = childrenXml(document, 'content')[0];
  const glossary = childrenXml(document, 'glossary')[0];
  const children: ElementContent[] = [textElement('h1', title)];
  if (abstract !== undefined && abstract.text.trim() !== '')
    children.push(elementFor('div', convertAll(abstract, conversion), { className: ['ll-abstract'] }));
  if (content !== undefined) children.push(...withoutEmptyBoxes(convertAll(content, conversion)));
  if (glossary !== undefined) children.push(...glossaryOf(glossary, conversion));
  if (conversion.notes.length > 0)
    children.push(
      elementFor('section', [elementFor('ol', conversion.notes)], { className: ['footnotes'], role: 'doc-endnotes' }),
    );
  return { type: 'root', children };
}

function glossaryOf(glossary: XmlElement, conversion: Conversion): ElementContent[] {
  const rows = childrenXml(glossary, 'definition').flatMap((definition): Element[] => {
    const term = childrenXml(definition, 'term')[0];
    const meanings = childrenXml(definition, 'meaning');
    if (term === undefined) return [];
    const id = definition.attributes.get('id');
    const told = meanings.map((meaning) => elementFor('dd', convertAll(meaning, conversion)));
    const name = elementFor('dt', convertAll(term, conversion), id === undefined ? {} : { id });
    const meaning = told.map(textOf).join(' ').replace(/\s+/g, ' ').trim();
    conversion.glossary.push({ term: textOf(name).trim(), meaning });
    return [name, ...told];
  });
  return rows.length === 0 ? [] : [...titleOf(conversion.labels.glossary, conversion), elementFor('dl', rows)];
}

const BOXES = new Set(['p', 'div', 'aside', 'section', 'details', 'figure']);
const VISIBLE = new Set(['img', 'video', 'audio', 'iframe', 'math', 'table', 'svg']);

/** Takes out the frames of exercises whose question lies on a server: nobody learns from an empty box. */
function withoutEmptyBoxes(children: readonly ElementContent[]): ElementContent[] {
  return children.flatMap((child): ElementContent[] => {
    if (child.type !== 'element') return [child];
    child.children = withoutEmptyBoxes(child.children);
    return BOXES.has(child.tagName) && !saysSomething(child) ? [] : [child];
  });
}

function saysSomething(box: Element): boolean {
  return box.children.some((child) => {
    if (child.type === 'text') return child.value.trim() !== '';
    if (child.type !== 'element' || /^(h[1-6]|summary)$/.test(child.tagName)) return false;
    return VISIBLE.has(child.tagName) || saysSomething(child);
  });
}
