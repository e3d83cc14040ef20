import { type Assembly, createAssembly } from '../assembly.ts';
import { readText } from '../asset.ts';
import type { Course, CourseFile, InputFile, ReadOptions, Report, TocEntry } from '../course.ts';
import { nothingToOpen } from '../empty-course.ts';
import { slugOf } from '../href.ts';
import type { InputTree } from '../input-tree.ts';
import { labelsFor } from '../labels.ts';
import { languageOf } from '../language.ts';
import { titleOfName } from '../media-page.ts';
import { ReaderError } from '../reader-error.ts';
import { type GlossaryEntry, glossaryFiles } from '../reading-aids.ts';
import { childrenXml, findXml, parseXml, textXml, type XmlElement } from '../xml.ts';
import { moduleTree } from './module-page.ts';
import { type Chapter, createNumbering } from './numbering.ts';

/** Where an OpenStax book lists its modules. */
const COLLECTION_FILE = /^(?:collections\/[^/]+\.)?collection\.xml$/;

interface CnxModule {
  readonly id: string;
  readonly path: string;
  readonly document: XmlElement;
  readonly title: string;
}

/**
 * Reads an OpenStax book: a collection of CNXML modules with their media. Every module becomes a page, every
 * subcollection a chapter; figures, tables and examples are numbered as in the book, so that references have words.
 */
export async function readCollection(tree: InputTree, options: ReadOptions, report: Report): Promise<Course> {
  const paths = [...tree.files.keys()].filter((path) => COLLECTION_FILE.test(path));
  const [path] = paths;
  if (path === undefined || paths.length > 1)
    throw new ReaderError({
      code: 'CNXML_MALFORMED',
      file: tree.name,
      problem: path === undefined ? 'holds no collection' : `holds ${paths.length} books: ${paths.join(', ')}`,
      advice: 'Pack one of these files by its own path, or leave one of them in the folder.',
    });
  const xmlAt = async (at: string): Promise<XmlElement | undefined> => {
    const file = tree.files.get(at);
    return file === undefined ? undefined : parseXml(await readText(file.source, { path: at, report }), at);
  };
  const collection = await xmlAt(path);
  const metadata = collection === undefined ? undefined : childrenXml(collection, 'metadata')[0];
  const content = collection === undefined ? undefined : childrenXml(collection, 'content')[0];
  if (collection === undefined || content === undefined)
    throw new ReaderError({
      code: 'CNXML_MALFORMED',
      file: path,
      problem: 'lists no modules',
      advice: 'Download the book again.',
    });
  const said = (name: string): string | undefined => (metadata === undefined ? undefined : textXml(metadata, name));
  const language = options.language ?? languageOf(said('language'));
  const assembly = createAssembly({ language, report, ownPrefix: 'book', refusesBroken: false });
  const modules = await readModules(content, tree, xmlAt, report, path);
  for (const module of modules.values()) assembly.planPage(module.path);
  for (const file of tree.files.values()) if (isMedia(file)) await assembly.planFile(file);

  const { order, toc, glossary } = await openBook(content, modules, assembly);
  if (order.length === 0)
    throw nothingToOpen(path, report, 'Check that the folder modules lies beside the folder collections.');
  for (const { file } of await assembly.openLinked()) order.push(file);
  const licence = metadata === undefined ? undefined : findXml(metadata, 'license');
  const terms = licence?.attributes.get('url') ?? licence?.text.trim();
  return {
    title: options.title ?? said('title') ?? titleOfName(tree.name),
    language,
    direction: assembly.direction,
    readingOrder: order,
    resources: [...(await assembly.resources(false)), ...glossaryFiles(glossary)],
    toc,
    report: report.entries(),
    suggested: {
      moduleId: slugOf(said('slug') ?? tree.name),
      ...(terms === undefined || terms === '' ? {} : { description: terms }),
    },
    close: tree.close,
  };
}

async function readModules(
  content: XmlElement,
  tree: InputTree,
  xmlAt: (path: string) => Promise<XmlElement | undefined>,
  report: Report,
  collectionPath: string,
): Promise<Map<string, CnxModule>> {
  const modules = new Map<string, CnxModule>();
  for (const id of moduleIds(content)) {
    const path = [`modules/${id}/index.cnxml`, `${id}/index.cnxml`, `${id}/index_auto_generated.cnxml`].find(
      (candidate) => tree.files.has(candidate),
    );
    const document = path === undefined ? undefined : await xmlAt(path);
    if (path === undefined || document === undefined) {
      report.add(collectionPath, 'MISSING_TARGET', `module ${id} is named in the book but not in it`);
      continue;
    }
    const title = childrenXml(document, 'title')[0]?.text ?? textXml(document, 'title') ?? id;
    modules.set(id, { id, path, document, title: title.replace(/\s+/g, ' ').trim() });
  }
  return modules;
}

function moduleIds(content: XmlElement): string[] {
  return content.children.flatMap((child) => {
    if (child.name === 'module') return [child.attributes.get('document') ?? ''];
    const inner = child.name === 'subcollection' ? childrenXml(child, 'content')[0] : undefined;
    return inner === undefined ? [] : moduleIds(inner);
  });
}

async function openBook(
  content: XmlElement,
  modules: ReadonlyMap<string, CnxModule>,
  assembly: Assembly,
): Promise<{ order: CourseFile[]; toc: TocEntry[]; glossary: GlossaryEntry[] }> {
  const labels = labelsFor(assembly.language);
  const numbering = createNumbering(labels);
  const glossary: GlossaryEntry[] = [];
  const order: CourseFile[] = [];
  let chapterNumber = 0;

  // References may point forward, so all numbers are given before the first page is made.
  const chapters = new Map<string, Chapter>();
  const number = (inner: XmlElement, chapter: Chapter | undefined): void => {
    for (const child of inner.children) {
      if (child.name === 'module') {
        const module = modules.get(child.attributes.get('document') ?? '');
        if (module !== undefined) numbering.count(module.id, module.document, chapter);
      } else if (child.name === 'subcollection') {
        const below = childrenXml(child, 'content')[0];
        if (below === undefined) continue;
        const isChapter = childrenXml(below, 'module').length > 0;
        if (isChapter) chapterNumber += 1;
        const own = isChapter ? { number: chapterNumber, counts: new Map<string, number>() } : undefined;
        if (own !== undefined) chapters.set(chapterKey(child), own);
        number(below, own);
      }
    }
  };
  number(content, undefined);

  const entriesOf = (inner: XmlElement): TocEntry[] =>
    inner.children.flatMap((child): TocEntry[] => {
      if (child.name === 'module') {
        const module = modules.get(child.attributes.get('document') ?? '');
        if (module === undefined) return [];
        const context = {
          module: module.id,
          path: module.path,
          labels,
          numbering,
          report: assembly.report,
          glossary,
          pathOf: (id: string) => modules.get(id)?.path,
          isThere: (path: string) => assembly.isPlanned(path),
          titleOf: (id: string) => modules.get(id)?.title,
        };
        const page = assembly.putPage(module.path, moduleTree(module.document, module.title, context), {
          title: module.title,
        });
        order.push(page);
        return [{ title: module.title, href: page.href }];
      }
      const below = child.name === 'subcollection' ? childrenXml(child, 'content')[0] : undefined;
      if (below === undefined) return [];
      const title = childrenXml(child, 'title')[0]?.text.replace(/\s+/g, ' ').trim() ?? '';
      const chapter = chapters.get(chapterKey(child));
      const children = entriesOf(below);
      return children.length === 0
        ? []
        : [{ title: chapter === undefined ? title : `${chapter.number}. ${title}`, children }];
    });
  const toc = entriesOf(content);
  return { order, toc, glossary };
}

function chapterKey(subcollection: XmlElement): string {
  return moduleIds(childrenXml(subcollection, 'content')[0] ?? subcollection).join(',');
}

function isMedia({ path }: InputFile): boolean {
  return /(^|\/)(media|modules)\//.test(path) && !/\.(cnxml|xml|md)$/i.test(path);
}
