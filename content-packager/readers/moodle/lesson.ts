import { textElement } from '../text-of.ts';
import type { XmlElement } from '../xml.ts';
import { type BackupActivity, plain, richText } from './backup.ts';
import { type Bench, contentOf, elementsOf, listOf, type Opened, pageOf } from './bench.ts';

/** Moodle's number for a lesson page that only tells something. */
const CONTENT_PAGE = '20';
/** Clusters and ends of branches, which show nothing. */
const STRUCTURE = new Set(['21', '30', '31']);

/** A lesson becomes one page: its content pages in their order. Questions and branches are in the report. */
export function openLesson(activity: BackupActivity, bench: Bench): Opened {
  const { report } = bench.assembly;
  const pages = inOrder(listOf(activity, 'pages', 'page'));
  const content = pages.flatMap((page) => {
    const kind = plain(page, 'qtype') ?? '';
    const title = plain(page, 'title') ?? '';
    if (STRUCTURE.has(kind)) return [];
    if (kind !== CONTENT_PAGE) {
      report.add(activity.folder, 'QUESTION_NOT_TAKEN', `${activity.title}: ${title}`);
      return [];
    }
    const place = bench.places.ofActivity(activity);
    const address = bench.places.addressIn(
      activity.contextId,
      'mod_lesson',
      'page_contents',
      page.attributes.get('id') ?? '',
    );
    const elements = elementsOf(richText(page, 'contents'), place, bench);
    for (const element of elements) if (element.type === 'element') resolveFiles(element, address);
    return [...(title === '' ? [] : [textElement('h2', title)]), ...elements];
  });
  report.add(activity.folder, 'ACTIVITY_NOT_TAKEN', `${activity.title} (lesson; its pages became one page to read)`);
  return pageOf(activity, bench, [...contentOf(activity, bench, 'intro'), ...content], 'intro');
}

/** Each page of a lesson has files of its own, so their addresses are made plain before the pages become one. */
function resolveFiles(element: ElementOf, address: (address: string) => string): void {
  for (const name of ['href', 'src', 'poster', 'data']) {
    const value = element.properties[name];
    if (typeof value === 'string') element.properties[name] = address(value);
  }
  for (const child of element.children) if (child.type === 'element') resolveFiles(child, address);
}

type ElementOf = Extract<ReturnType<typeof elementsOf>[number], { type: 'element' }>;

function inOrder(pages: readonly XmlElement[]): XmlElement[] {
  const byId = new Map(pages.map((page) => [page.attributes.get('id') ?? '', page]));
  const ordered = new Set<XmlElement>();
  let next = pages.find((page) => (plain(page, 'prevpageid') ?? '0') === '0');
  while (next !== undefined && !ordered.has(next)) {
    ordered.add(next);
    next = byId.get(plain(next, 'nextpageid') ?? '0');
  }
  for (const page of pages) ordered.add(page);
  return [...ordered];
}
