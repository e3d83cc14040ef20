import type { Assembly } from '../assembly.ts';
import type { CourseFile, TocEntry } from '../course.ts';
import type { InputTree } from '../input-tree.ts';
import { type Labels, labelsFor } from '../labels.ts';
import type { CartridgeResource } from './manifest.ts';

/** What the reader hands over when the organisation has been followed to its end. */
export interface LeftOver {
  readonly shown: ReadonlyMap<string, CartridgeResource>;
  readonly tree: InputTree;
  readonly assembly: Assembly;
  readonly assignments: ReadonlyMap<string, unknown>;
  readonly made: ReadonlyMap<string, CourseFile>;
  openResource(resource: CartridgeResource, title: string | undefined): Promise<CourseFile | undefined>;
  put(file: CourseFile): void;
}

type Heading = 'pages' | 'assignments' | 'discussions' | 'quizzes' | 'files';

/**
 * Opens what no item of the organisation names: pages, assignments, discussions and quizzes that a student finds
 * through the menus of the platform, then the files. Answers their contents, one heading a kind.
 */
export async function leftOver(course: LeftOver): Promise<TocEntry[]> {
  const { assembly } = course;
  const labels: Labels = labelsFor(assembly.language);
  const found = new Map<Heading, TocEntry[]>();
  const add = (heading: Heading, file: CourseFile | undefined, children: readonly TocEntry[] = []): void => {
    if (file === undefined) return;
    course.put(file);
    const entry = { title: file.title ?? file.href, href: file.href, ...(children.length === 0 ? {} : { children }) };
    found.set(heading, [...(found.get(heading) ?? []), entry]);
  };
  for (const resource of course.shown.values()) {
    const heading = headingOf(resource, course.assignments);
    if (heading === undefined || course.made.has(resource.id)) continue;
    add(heading, await course.openResource(resource, undefined));
  }
  for (const { path, file } of await assembly.openLinked())
    add(isHtml(path) ? 'pages' : 'files', file, assembly.outlineOf(path));
  for (const { path } of course.tree.files.values()) {
    // A film that a page shows has its place there; a page that nothing leads to is in the report.
    if (!assembly.isPlanned(path) || assembly.usage(path) === 'embedded' || isHtml(path)) continue;
    if (!assembly.isOpened(path)) add('files', await assembly.open(path, { heading: true }), assembly.outlineOf(path));
  }
  const order: readonly Heading[] = ['pages', 'assignments', 'discussions', 'quizzes', 'files'];
  return order.flatMap((heading) => {
    const children = found.get(heading) ?? [];
    return children.length === 0 ? [] : [{ title: labels[heading], children }];
  });
}

function isHtml(path: string): boolean {
  return /\.x?html?$/i.test(path);
}

function headingOf(resource: CartridgeResource, assignments: ReadonlyMap<string, unknown>): Heading | undefined {
  switch (resource.kind) {
    case 'content':
      if (assignments.has(resource.id)) return 'assignments';
      return resource.path !== undefined && isHtml(resource.path) ? 'pages' : undefined;
    case 'assignment':
      return 'assignments';
    case 'topic':
      return 'discussions';
    case 'quiz':
      return 'quizzes';
    case 'link':
      return 'pages';
    case 'tool':
    case 'other':
      return undefined;
  }
}
