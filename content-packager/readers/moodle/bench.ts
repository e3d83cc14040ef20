import type { ElementContent, Root } from 'hast';
import type { Assembly } from '../assembly.ts';
import type { CourseFile, TocEntry } from '../course.ts';
import type { Labels } from '../labels.ts';
import { markdownOptions } from '../page-file.ts';
import type { GlossaryEntry } from '../reading-aids.ts';
import { childrenXml, type XmlElement } from '../xml.ts';
import { type Backup, type BackupActivity, type RichText, richText } from './backup.ts';
import { isEmptyText, moodleTree } from './moodle-text.ts';
import type { Places } from './places.ts';

/** What the readers of single activities work with. */
export interface Bench {
  readonly assembly: Assembly;
  readonly backup: Backup;
  readonly places: Places;
  readonly labels: Labels;
  readonly glossary: GlossaryEntry[];
  /** By the id of their activity. */
  readonly quizzes: Map<string, CourseFile>;
}

/** What an activity became. */
export interface Opened {
  readonly files: readonly CourseFile[];
  readonly toc: readonly TocEntry[];
}

/** The text of a member as content of a page. */
export function contentOf(activity: BackupActivity, bench: Bench, name: string): ElementContent[] {
  return elementsOf(richText(activity.settings, name), bench.places.ofActivity(activity), bench);
}

/** Rich text as content of a page. */
export function elementsOf(rich: RichText, place: string, { assembly }: Bench): ElementContent[] {
  if (isEmptyText(rich)) return [];
  return moodleTree(rich, place, markdownOptions(assembly.contextOf(place))).children.filter(isContent);
}

/** A page of an activity. `area` is where the files of its text lie. */
export function pageOf(
  activity: BackupActivity,
  bench: Bench,
  children: readonly ElementContent[],
  area: string,
): Opened {
  const place = bench.places.ofActivity(activity);
  const address = bench.places.addressIn(activity.contextId, `mod_${activity.kind}`, area);
  const tree: Root = { type: 'root', children: [...children] };
  return single(bench.assembly.putPage(place, tree, { title: activity.title, heading: true, address }));
}

/** One file with one line in the contents. */
export function single(file: CourseFile): Opened {
  return { files: [file], toc: [{ title: file.title ?? file.href, href: file.href }] };
}

/** Children of a list element of an activity, such as the chapters of a book. */
export function listOf(activity: BackupActivity, list: string, item: string): readonly XmlElement[] {
  const element = childrenXml(activity.settings, list)[0];
  return element === undefined ? [] : childrenXml(element, item);
}

function isContent(child: Root['children'][number]): child is ElementContent {
  return child.type === 'element' || child.type === 'text';
}
