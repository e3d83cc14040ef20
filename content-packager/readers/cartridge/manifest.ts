import { resolveReference } from '../href.ts';
import { ReaderError } from '../reader-error.ts';
import { childrenXml, findAllXml, findXml, parseXml, textXml, type XmlElement } from '../xml.ts';

/** A line of the organisation: a heading, or the title over a resource. */
export interface CartridgeItem {
  readonly id: string;
  readonly title: string;
  readonly resourceId: string | undefined;
  readonly children: readonly CartridgeItem[];
}

/** What a resource of a cartridge is. `other` is everything that only a learning platform can run. */
export type ResourceKind = 'content' | 'link' | 'topic' | 'assignment' | 'quiz' | 'tool' | 'other';

/** One resource. Paths lie in the cartridge; `descriptor` is the XML that thin cartridges put into the manifest itself. */
export interface CartridgeResource {
  readonly id: string;
  readonly type: string;
  readonly kind: ResourceKind;
  readonly path: string | undefined;
  readonly files: readonly string[];
  readonly dependencies: readonly string[];
  /** `lessonplan` and `syllabus` are for the teacher or about the course; `unspecified` is everything else. */
  readonly use: string;
  readonly roles: readonly string[];
  readonly descriptor: XmlElement | undefined;
}

/** What `imsmanifest.xml` says. */
export interface CartridgeManifest {
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly language: string | undefined;
  readonly schema: string;
  readonly items: readonly CartridgeItem[];
  readonly resources: ReadonlyMap<string, CartridgeResource>;
}

const MAX_DEPTH = 16;

/** Reads the manifest of a Common Cartridge 1.0 to 1.3, a thin cartridge or a QTI package (IMS Content Packaging). */
export function readCartridgeManifest(xml: string, path: string): CartridgeManifest {
  const root = parseXml(xml, path);
  const resources = childrenXml(root, 'resources')[0];
  if (root.name !== 'manifest' || resources === undefined) throw broken(path, 'lacks its list of resources');
  if (findXml(root, 'authorizations') !== undefined)
    throw new ReaderError({
      code: 'CARTRIDGE_PROTECTED',
      file: path,
      problem: 'asks a licence server before it opens',
      advice: 'Ask the publisher for a cartridge without authorization that may be used in education.',
    });
  const metadata = childrenXml(root, 'metadata')[0];
  const general = metadata === undefined ? undefined : findXml(metadata, 'general');
  const organization = childrenXml(childrenXml(root, 'organizations')[0] ?? root, 'organization')[0];
  const list = childrenXml(resources, 'resource').map((resource) => resourceOf(resource, resources));
  return {
    title: stringOf(general, 'title') ?? (organization === undefined ? undefined : titleOf(organization)),
    description: stringOf(general, 'description'),
    language: general === undefined ? undefined : childrenXml(general, 'language')[0]?.text,
    schema: `${(metadata && textXml(metadata, 'schema')) ?? ''} ${(metadata && textXml(metadata, 'schemaversion')) ?? ''}`,
    items: organization === undefined ? [] : itemsOf(organization, 0),
    resources: new Map(list.map((resource) => [resource.id, resource])),
  };
}

function stringOf(general: XmlElement | undefined, name: string): string | undefined {
  const element = general === undefined ? undefined : childrenXml(general, name)[0];
  const strings = element === undefined ? [] : findAllXml(element, 'string').concat(findAllXml(element, 'langstring'));
  const text = (strings[0] ?? element)?.text.replace(/\s+/g, ' ').trim();
  return text === '' ? undefined : text;
}

function itemsOf(parent: XmlElement, depth: number): CartridgeItem[] {
  if (depth > MAX_DEPTH) return [];
  return childrenXml(parent, 'item').flatMap((item): CartridgeItem[] => {
    const title = titleOf(item) ?? '';
    const resourceId = item.attributes.get('identifierref');
    const children = itemsOf(item, depth + 1);
    // The root of the tree has no title of its own; its children are the chapters.
    if (resourceId === undefined && title === '') return children;
    return [{ id: item.attributes.get('identifier') ?? '', title, resourceId, children }];
  });
}

function titleOf(element: XmlElement): string | undefined {
  const title = childrenXml(element, 'title')[0]?.text.replace(/\s+/g, ' ').trim();
  return title === '' ? undefined : title;
}

function resourceOf(resource: XmlElement, all: XmlElement): CartridgeResource {
  const type = (resource.attributes.get('type') ?? '').toLowerCase();
  const base = (all.attributes.get('xml:base') ?? '') + (resource.attributes.get('xml:base') ?? '');
  const place = (address: string | undefined): string[] => {
    if (address === undefined) return [];
    const reference = resolveReference('', base + address);
    return reference.kind === 'inside' ? [reference.path] : [];
  };
  const files = childrenXml(resource, 'file').flatMap((file) => place(file.attributes.get('href')));
  const kind = kindOf(type);
  const [href] = place(resource.attributes.get('href'));
  return {
    id: resource.attributes.get('identifier') ?? '',
    type,
    kind,
    path: href ?? files[0],
    files,
    dependencies: childrenXml(resource, 'dependency').map((entry) => entry.attributes.get('identifierref') ?? ''),
    use: (resource.attributes.get('intendeduse') ?? 'unspecified').toLowerCase(),
    roles: findAllXml(resource, 'intendedEndUserRole').map((role) => textXml(role, 'value') ?? ''),
    descriptor: resource.children.find((child) =>
      ['webLink', 'topic', 'cartridge_basiclti_link', 'assignment'].includes(child.name),
    ),
  };
}

function kindOf(type: string): ResourceKind {
  if (type === 'webcontent' || type.startsWith('associatedcontent/')) return 'content';
  if (type.startsWith('imswl_')) return 'link';
  if (type.startsWith('imsdt_')) return 'topic';
  if (type.startsWith('assignment_')) return 'assignment';
  if (type.startsWith('imsqti_')) return 'quiz';
  if (type.startsWith('imsbasiclti_') || type.startsWith('imslti')) return 'tool';
  return 'other';
}

function broken(file: string, problem: string): ReaderError {
  return new ReaderError({
    code: 'CARTRIDGE_MALFORMED',
    file,
    problem,
    advice: 'Export the course again from the learning platform.',
  });
}
