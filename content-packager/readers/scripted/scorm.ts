import { readText } from '../asset.ts';
import type { Course, CourseFile, ReadOptions, Report, TocEntry } from '../course.ts';
import { resolveReference, slugOf } from '../href.ts';
import type { InputTree } from '../input-tree.ts';
import { directionOf, isLanguageTag } from '../language.ts';
import { ReaderError } from '../reader-error.ts';
import { childrenXml, findAllXml, findXml, parseXml, textXml, type XmlElement } from '../xml.ts';
import { carriedFiles } from './carried-files.ts';
import { reportSynchronousRequests } from './synchronous.ts';

const MANIFEST = 'imsmanifest.xml';
const MAX_DEPTH = 16;

/** Reads a SCORM 1.2 or 2004 package: each item that starts something becomes a scripted document, files as they are. */
export async function readScorm(tree: InputTree, options: ReadOptions, report: Report): Promise<Course> {
  const file = tree.files.get(MANIFEST);
  if (file === undefined) throw broken('lacks its list of contents');
  const root = parseXml(await readText(file.source, { path: MANIFEST, report }), MANIFEST);
  const organization = defaultOrganization(root);
  const listed = findXml(root, 'resources');
  if (organization === undefined || listed === undefined) throw broken('has no contents');
  const runtime = runtimeOf(root);
  const title = options.title ?? textXml(organization, 'title') ?? slugOf(tree.name.replace(/\.zip$/i, ''));
  const general = findXml(root, 'general');
  const named = options.language ?? (general && textXml(general, 'language'));
  const language = named !== undefined && isLanguageTag(named) ? named : 'en';

  const opened = new Map<string, CourseFile>();
  const taken = new Set<string>();
  const open = (item: XmlElement, itemTitle: string): string | undefined => {
    const place = launchOf(item, listed);
    const input = place === undefined ? undefined : tree.files.get(place.path);
    if (place === undefined || input === undefined) return undefined;
    const key = `${place.path}?${place.parameters}`;
    const known = opened.get(key);
    if (known !== undefined) return known.href;
    const href = taken.has(place.path) ? nameBeside(place.path, tree, taken) : place.path;
    taken.add(href);
    opened.set(key, {
      href,
      type: 'text/html',
      kind: 'scripted',
      title: itemTitle,
      scripted: { runtime, parameters: place.parameters },
      source: input.source,
    });
    return href;
  };
  const entries = (parent: XmlElement, depth: number): TocEntry[] =>
    depth > MAX_DEPTH
      ? []
      : childrenXml(parent, 'item').flatMap((item): TocEntry[] => {
          const itemTitle = titleOf(item) ?? title;
          const href = open(item, itemTitle);
          const children = entries(item, depth + 1);
          if (href === undefined && children.length === 0) {
            report.add(MANIFEST, 'MISSING_TARGET', itemTitle);
            return [];
          }
          return [{ title: itemTitle, ...(href === undefined ? {} : { href }), children }];
        });
  const toc = entries(organization, 0);
  if (opened.size === 0) throw broken(`starts nothing: ${startsNothing(organization, listed)}`);
  const resources = carriedFiles(tree, report, (path) => path !== MANIFEST && !taken.has(path));
  await reportSynchronousRequests([...opened.values(), ...resources], report);
  return {
    title,
    language,
    direction: directionOf(language),
    readingOrder: [...opened.values()],
    resources,
    toc,
    report: report.entries(),
    suggested: { moduleId: slugOf(tree.name.replace(/\.zip$/i, '')) },
    close: () => tree.close(),
  };
}

function defaultOrganization(root: XmlElement): XmlElement | undefined {
  const list = childrenXml(root, 'organizations')[0];
  if (list === undefined) return undefined;
  const all = childrenXml(list, 'organization');
  const wanted = list.attributes.get('default');
  return all.find((one) => one.attributes.get('identifier') === wanted) ?? all[0];
}

/** SCORM 1.2 names its version in `schemaversion`; 2004 writes `2004 3rd Edition` or, first, `CAM 1.3`. */
function runtimeOf(root: XmlElement): 'scorm12' | 'scorm2004' {
  const metadata = childrenXml(root, 'metadata')[0];
  const version = (metadata && textXml(metadata, 'schemaversion')) ?? '';
  if (/2004|CAM|1\.3/.test(version)) return 'scorm2004';
  const marks = childrenXml(root, 'resources').flatMap((list) => childrenXml(list, 'resource'));
  // The attribute is `scormtype` in 1.2 and `scormType` in 2004.
  return marks.some((one) => [...one.attributes.keys()].some((name) => name.endsWith('scormType'))) && version === ''
    ? 'scorm2004'
    : 'scorm12';
}

function startsNothing(organization: XmlElement, resources: XmlElement): string {
  const first = findAllXml(organization, 'item').flatMap((item) => launchOf(item, resources) ?? [])[0];
  return first === undefined ? 'no item leads to a page in the package' : `${first.path} is not in the package`;
}

function launchOf(item: XmlElement, resources: XmlElement): { path: string; parameters: string } | undefined {
  const id = item.attributes.get('identifierref');
  const resource = childrenXml(resources, 'resource').find((one) => one.attributes.get('identifier') === id);
  const href = id === undefined ? undefined : resource?.attributes.get('href');
  if (resource === undefined || href === undefined) return undefined;
  const base = (resources.attributes.get('xml:base') ?? '') + (resource.attributes.get('xml:base') ?? '');
  const reference = resolveReference('', base + href);
  if (reference.kind !== 'inside') return undefined;
  const own = (href.split('#', 1)[0] ?? '').split('?').slice(1).join('?');
  const more = (item.attributes.get('parameters') ?? '').replace(/^[?&]/, '');
  const parameters = [own, more].filter((part) => part !== '').join('&');
  return { path: reference.path, parameters: /^[\x21\x24-\x7e]{0,1024}$/.test(parameters) ? parameters : '' };
}

/**
 * A document has one set of parameters, so that a page which several items start with others is there once for each:
 * in the same folder, where its own addresses still hold. A device keeps the bytes once.
 */
function nameBeside(path: string, tree: InputTree, taken: ReadonlySet<string>): string {
  const dot = path.indexOf('.', path.lastIndexOf('/') + 1);
  const [stem, ending] = dot === -1 ? [path, ''] : [path.slice(0, dot), path.slice(dot)];
  for (let number = 2; ; number++) {
    const name = `${stem}-${number}${ending}`;
    if (!tree.files.has(name) && !taken.has(name)) return name;
  }
}

function titleOf(item: XmlElement): string | undefined {
  const title = childrenXml(item, 'title')[0]?.text.replace(/\s+/g, ' ').trim();
  return title === '' ? undefined : title;
}

function broken(problem: string): ReaderError {
  const advice = 'Export the package again as SCORM 1.2 or SCORM 2004.';
  return new ReaderError({ code: 'SCORM_MALFORMED', file: MANIFEST, problem, advice });
}
