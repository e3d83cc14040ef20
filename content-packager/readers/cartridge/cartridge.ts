import { type Assembly, createAssembly } from '../assembly.ts';
import { readText } from '../asset.ts';
import type { Course, CourseFile, InputFile, ReadOptions, Report, TocEntry } from '../course.ts';
import { nothingToOpen } from '../empty-course.ts';
import { slugOf } from '../href.ts';
import { cleanFragment, refusingOverflow } from '../html-page.ts';
import type { InputTree } from '../input-tree.ts';
import { labelsFor } from '../labels.ts';
import { languageOf } from '../language.ts';
import { titleOfName } from '../media-page.ts';
import { typeOfName } from '../media-type.ts';
import { ReaderError } from '../reader-error.ts';
import { findXml, parseXml, textXml, type XmlElement } from '../xml.ts';
import { type CanvasState, readCanvasState } from './canvas.ts';
import { assignmentTree, bodyOf, linkTree, readDescriptor, topicTree } from './descriptors.ts';
import { leftOver } from './left-over.ts';
import { type CartridgeItem, type CartridgeResource, readCartridgeManifest } from './manifest.ts';
import { takeCartridgeQuizzes } from './quizzes.ts';
import { cartridgeAddress } from './tokens.ts';

const MANIFEST = 'imsmanifest.xml';

/**
 * Reads a Common Cartridge 1.0 to 1.3, thin ones and Canvas exports included, or a QTI package: the organisation
 * becomes the contents, and what no organisation names follows under headings of its own.
 */
export async function readCartridge(tree: InputTree, options: ReadOptions, report: Report): Promise<Course> {
  const manifestFile = tree.files.get(MANIFEST);
  if (manifestFile === undefined)
    throw new ReaderError({
      code: 'CARTRIDGE_MALFORMED',
      file: tree.name,
      problem: `is not a Common Cartridge: ${MANIFEST} is missing`,
      advice: 'Export the course again from the learning platform.',
    });
  const xmlOf = async (file: InputFile): Promise<XmlElement> =>
    parseXml(await readText(file.source, { path: file.path, report }), file.path);
  const manifest = readCartridgeManifest(await readText(manifestFile.source, { path: MANIFEST, report }), MANIFEST);
  const language = options.language ?? languageOf(manifest.language);
  const assembly = createAssembly({ language, report, ownPrefix: 'course', refusesBroken: false });
  const canvas = unlessAllHidden(
    await readCanvasState(tree, manifest.resources, xmlOf, report),
    manifest.resources,
    report,
  );
  const address = cartridgeAddress(tree, manifest.resources);
  const shown = new Map([...manifest.resources].filter(([, resource]) => isShown(resource, canvas.hidden, report)));
  const hints = (title: string | undefined): { heading: true; address: typeof address; title?: string } => ({
    heading: true,
    address,
    ...(title === undefined || title === '' ? {} : { title }),
  });

  const quizTitles = titlesOf(manifest.items);
  const places = await plan(tree, manifest.resources, shown, canvas.assignments, assembly);
  const quizzes = await takeCartridgeQuizzes({
    ...{ tree, shown, assembly, report, titles: quizTitles, settings: canvas.quizzes, address },
    title: options.title ?? manifest.title ?? titleOfName(tree.name),
  });

  const made = new Map<string, CourseFile>();
  const openResource = async (
    resource: CartridgeResource,
    title: string | undefined,
  ): Promise<CourseFile | undefined> => {
    const before = made.get(resource.id);
    if (before !== undefined) return before;
    const file = await openNew(resource, title);
    if (file !== undefined) made.set(resource.id, file);
    return file;
  };
  const openNew = async (resource: CartridgeResource, title: string | undefined): Promise<CourseFile | undefined> => {
    const place = places.get(resource.id);
    const named = resource.path ?? resource.id;
    switch (resource.kind) {
      case 'content': {
        const settings = canvas.assignments.get(resource.id);
        if (settings !== undefined && place !== undefined) {
          const html = tree.files.get(place);
          const text = html === undefined ? '' : await readText(html.source, { path: place, report });
          const context = assembly.contextOf(place, hints(undefined));
          const question = refusingOverflow(place, () => cleanFragment(bodyOf(text, place), context));
          return assembly.putAssignment(place, {
            id: slugOf(resource.id),
            title: settings.title || title || titleOfName(place),
            question,
            ...(settings.due === undefined ? {} : { due: settings.due }),
          });
        }
        return place === undefined ? undefined : assembly.open(place, { ...hints(title), alone: true });
      }
      case 'quiz':
        return quizzes.get(resource.id);
      case 'tool':
        report.add(named, 'ONLINE_TOOL', title ?? titleOfName(named));
        return undefined;
      case 'other':
        report.add(named, 'ACTIVITY_NOT_TAKEN', `${title ?? titleOfName(named)} (${resource.type})`);
        return undefined;
      case 'link':
      case 'topic':
      case 'assignment': {
        const descriptor = await readDescriptor(resource, tree, xmlOf);
        if (descriptor === undefined || place === undefined) return undefined;
        const own = title || textXml(descriptor, 'title') || titleOfName(named);
        if (resource.kind === 'assignment') {
          const question = refusingOverflow(place, () =>
            cleanFragment(
              assignmentTree(descriptor, place, labelsFor(language)),
              assembly.contextOf(place, hints(undefined)),
            ),
          );
          return assembly.putAssignment(place, { id: slugOf(resource.id), title: own, question });
        }
        if (resource.kind === 'link') {
          const url = findXml(descriptor, 'url')?.attributes.get('href') ?? '';
          report.add(named, 'WEB_LINK', `${own}: ${url}`);
          return assembly.putPage(place, linkTree(own, url, labelsFor(language)), hints(own));
        }
        return assembly.putPage(place, topicTree(descriptor, place, labelsFor(language)), hints(own));
      }
    }
  };

  const order: CourseFile[] = [];
  const seen = new Set<string>();
  const put = (file: CourseFile): void => {
    if (!seen.has(file.href)) order.push(file);
    seen.add(file.href);
  };
  const entriesOf = async (items: readonly CartridgeItem[]): Promise<TocEntry[]> => {
    const entries: TocEntry[] = [];
    for (const item of underHeadings(items)) {
      if (canvas.hiddenItems.has(item.id)) continue;
      const resource = item.resourceId === undefined ? undefined : shown.get(item.resourceId);
      if (item.resourceId !== undefined && !manifest.resources.has(item.resourceId))
        report.add(MANIFEST, 'ACTIVITY_NOT_TAKEN', `${item.title}: is named in the contents but not in the cartridge`);
      const file = resource === undefined ? undefined : await openResource(resource, item.title);
      if (file !== undefined) put(file);
      const outline = resource?.path === undefined || file?.kind !== 'pdf' ? [] : assembly.outlineOf(resource.path);
      const children = [...outline, ...(await entriesOf(item.children))];
      if (file === undefined && children.length === 0) continue;
      entries.push({
        title: item.title || file?.title || '',
        ...(file === undefined ? {} : { href: file.href }),
        ...(children.length === 0 ? {} : { children }),
      });
    }
    return entries;
  };
  const toc = await entriesOf(manifest.items);
  const named = namesIn(manifest.items, manifest.resources);
  toc.push(...(await leftOver({ shown, tree, assembly, assignments: canvas.assignments, openResource, put, made })));
  reportLeftOut(shown, tree, named, report);
  if (order.length === 0)
    throw nothingToOpen(tree.name, report, 'Publish the pages in the learning platform, and export the course again.');
  const known = new Set([...manifest.resources.values()].flatMap(({ files, path }) => [...files, path ?? '']));
  for (const path of tree.files.keys())
    if (
      path !== MANIFEST &&
      !path.startsWith('course_settings/') &&
      !known.has(path) &&
      !assembly.isPlanned(path) &&
      /\.(xml|qti)$/i.test(path)
    )
      report.add(path, 'NOT_IN_PACKAGE', 'is named by no resource of the cartridge');
  const description = manifest.description;
  return {
    title: options.title ?? manifest.title ?? canvas.courseTitle ?? titleOfName(tree.name),
    language,
    direction: assembly.direction,
    readingOrder: order,
    resources: await assembly.resources(false),
    toc,
    report: report.entries(),
    suggested: {
      moduleId: slugOf(tree.name.replace(/\.(imscc|zip)$/i, '')),
      ...(description === undefined ? {} : { description }),
    },
    close: tree.close,
  };
}

/** A course that was never published hides everything; whoever packs it wants it all the same. */
function unlessAllHidden(
  canvas: CanvasState,
  resources: ReadonlyMap<string, CartridgeResource>,
  report: Report,
): CanvasState {
  const canBeSeen = [...resources.values()].filter(
    ({ id, kind, path }) =>
      ['topic', 'assignment', 'quiz', 'link'].includes(kind) ||
      canvas.assignments.has(id) ||
      (kind === 'content' && path !== undefined && !isSettings(path) && typeOfName(path) !== undefined),
  );
  if (canvas.hidden.size === 0 || canBeSeen.some(({ id }) => !canvas.hidden.has(id))) return canvas;
  for (const { id, path } of canBeSeen) report.add(path ?? id, 'HIDDEN_TAKEN', canvas.hidden.get(id) ?? '');
  return { ...canvas, hidden: new Map(), hiddenItems: new Set() };
}

function isShown(resource: CartridgeResource, hidden: ReadonlyMap<string, string>, report: Report): boolean {
  const named = resource.path ?? resource.id;
  const why = hidden.get(resource.id);
  if (why !== undefined) {
    report.add(named, 'HIDDEN_ITEM', why);
    return false;
  }
  const onlyTeachers = resource.roles.length > 0 && !resource.roles.some((role) => /learner|student/i.test(role));
  if (resource.use !== 'lessonplan' && !onlyTeachers) return true;
  report.add(named, 'TEACHER_MATERIAL', resource.use === 'lessonplan' ? 'a lesson plan' : 'meant for teachers');
  return false;
}

/** Plans everything that may be opened or shown; answers where each resource has its page. */
async function plan(
  tree: InputTree,
  all: ReadonlyMap<string, CartridgeResource>,
  shown: ReadonlyMap<string, CartridgeResource>,
  assignments: ReadonlyMap<string, unknown>,
  assembly: Assembly,
): Promise<ReadonlyMap<string, string>> {
  const places = new Map<string, string>();
  const descriptors = new Set<string>();
  for (const resource of all.values()) {
    const isVisible = shown.has(resource.id);
    if (resource.kind === 'content' && !assignments.has(resource.id)) {
      if (isVisible && resource.path !== undefined) places.set(resource.id, resource.path);
      // A hidden page must not be reachable by a link either.
      if (!isVisible && resource.path !== undefined) descriptors.add(resource.path);
      continue;
    }
    const place = resource.path ?? `resources/${resource.id}`;
    descriptors.add(place);
    if (!isVisible || resource.kind === 'tool' || resource.kind === 'other') continue;
    assembly.planPage(place, extensionOf(resource));
    places.set(resource.id, place);
  }
  for (const file of tree.files.values()) {
    const isData = /\.(xml|qti|xsd|dtd)$/i.test(file.path);
    if (!isSettings(file.path) && !isData && !descriptors.has(file.path)) await assembly.planFile(file);
  }
  return places;
}

/** What Canvas keeps for itself; only the syllabus among it is for students. */
function isSettings(path: string): boolean {
  return /^(course_settings|non_cc_assessments)\//.test(path) && !path.endsWith('syllabus.html');
}

function extensionOf(resource: CartridgeResource): 'html' | 'assignment.json' | 'quiz.json' {
  if (resource.kind === 'quiz') return 'quiz.json';
  return resource.kind === 'link' || resource.kind === 'topic' ? 'html' : 'assignment.json';
}

/** The resources that an item or another resource names. */
function namesIn(
  items: readonly CartridgeItem[],
  resources: ReadonlyMap<string, CartridgeResource>,
): ReadonlySet<string> {
  const inItems = (list: readonly CartridgeItem[]): string[] =>
    list.flatMap(({ resourceId, children }) => [resourceId ?? '', ...inItems(children)]);
  return new Set([...inItems(items), ...[...resources.values()].flatMap(({ dependencies }) => dependencies)]);
}

/** What no item names is not opened, and so not told about yet: files that are not there, tools, and unknown kinds. */
function reportLeftOut(
  shown: ReadonlyMap<string, CartridgeResource>,
  tree: InputTree,
  named: ReadonlySet<string>,
  report: Report,
): void {
  for (const { id, kind, path, type, descriptor } of shown.values()) {
    if (path !== undefined && descriptor === undefined && !tree.files.has(path))
      report.add(path, 'MISSING_TARGET', 'is named in the manifest but not in the package');
    else if (named.has(id)) continue;
    else if (kind === 'tool') report.add(path ?? id, 'ONLINE_TOOL', titleOfName(path ?? id));
    else if (kind === 'other') report.add(path ?? id, 'ACTIVITY_NOT_TAKEN', `${titleOfName(path ?? id)} (${type})`);
  }
}

function titlesOf(items: readonly CartridgeItem[]): Map<string, string> {
  const titles = new Map<string, string>();
  for (const { title, resourceId, children } of items) {
    if (resourceId !== undefined && title !== '') titles.set(resourceId, title);
    for (const [id, own] of titlesOf(children)) titles.set(id, own);
  }
  return titles;
}

/** Canvas writes a heading as an item without anything in it; what follows on the same level stands under it. */
function underHeadings(items: readonly CartridgeItem[]): CartridgeItem[] {
  const result: (CartridgeItem & { children: CartridgeItem[] })[] = [];
  let heading: CartridgeItem[] | undefined;
  for (const item of items) {
    const isHeading = item.resourceId === undefined && item.children.length === 0;
    const own = { ...item, children: [...item.children] };
    if (isHeading) {
      heading = own.children;
      result.push(own);
    } else if (heading !== undefined && item.resourceId !== undefined) heading.push(own);
    else {
      heading = undefined;
      result.push(own);
    }
  }
  return result;
}
