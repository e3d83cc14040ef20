import type { Element, ElementContent, Root } from 'hast';
import type { InputFile } from '../course.ts';
import { parseHtml } from '../html-page.ts';
import type { InputTree } from '../input-tree.ts';
import type { Labels } from '../labels.ts';
import { titleOfName } from '../media-page.ts';
import { bodyTree } from '../page-file.ts';
import { textElement } from '../text-of.ts';
import { childrenXml, findAllXml, textXml, type XmlElement } from '../xml.ts';
import type { CartridgeResource } from './manifest.ts';

/** The XML that describes a link, discussion or assignment: in a file of its own, or in a thin cartridge's manifest. */
export async function readDescriptor(
  resource: CartridgeResource,
  tree: InputTree,
  xmlOf: (file: InputFile) => Promise<XmlElement>,
): Promise<XmlElement | undefined> {
  const file = resource.path === undefined ? undefined : tree.files.get(resource.path);
  return file === undefined ? resource.descriptor : xmlOf(file);
}

/** A page that names a web address without leading there. */
export function linkTree(title: string, address: string, labels: Labels): Root {
  return root([
    textElement('h1', title),
    textElement('p', labels.onTheInternet),
    { type: 'element', tagName: 'p', properties: {}, children: [textElement('code', address)] },
  ]);
}

/** A discussion as reading: what the teacher asked, and the files with it. */
export function topicTree(topic: XmlElement, path: string, labels: Labels): Root {
  return root([
    textElement('h1', textXml(topic, 'title') ?? titleOfName(path)),
    textElement('p', labels.discussion, 'll-note'),
    ...richText(childrenXml(topic, 'text')[0], path),
    ...attachments(topic, labels),
  ]);
}

/** The question of a CC 1.3 assignment. */
export function assignmentTree(assignment: XmlElement, path: string, labels: Labels): Root {
  return root([...richText(childrenXml(assignment, 'text')[0], path), ...attachments(assignment, labels)]);
}

/** The body of an HTML document, as a tree that still has to be sanitised. */
export function bodyOf(html: string, path: string): Root {
  return bodyTree(parseHtml(html, path));
}

function richText(element: XmlElement | undefined, path: string): ElementContent[] {
  if (element === undefined) return [];
  if ((element.attributes.get('texttype') ?? 'text/html') === 'text/html') {
    return bodyOf(element.text, path).children.filter((child) => child.type === 'element' || child.type === 'text');
  }
  return element.text
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== '')
    .map((part) => textElement('p', part.trim()));
}

function attachments(element: XmlElement, labels: Labels): ElementContent[] {
  const links = findAllXml(element, 'attachment').flatMap((attachment): Element[] => {
    const href = attachment.attributes.get('href') ?? '';
    const role = attachment.attributes.get('role') ?? 'All';
    if (href === '' || /^(instructor|teacher)$/i.test(role)) return [];
    const link: Element = {
      type: 'element',
      tagName: 'a',
      // Relative to the descriptor, which is what the page's own path is.
      properties: { href },
      children: [{ type: 'text', value: titleOfName(href) }],
    };
    return [{ type: 'element', tagName: 'li', properties: {}, children: [link] }];
  });
  return links.length === 0
    ? []
    : [textElement('h2', labels.attachments), { type: 'element', tagName: 'ul', properties: {}, children: links }];
}

function root(children: Root['children']): Root {
  return { type: 'root', children };
}
