import { createAssembly } from './assembly.ts';
import { readText } from './asset.ts';
import {
  type Course,
  type CourseFile,
  createReport,
  type InputFile,
  type ReadOptions,
  type Report,
  type TocEntry,
} from './course.ts';
import { nothingToOpen } from './empty-course.ts';
import { QUESTION_PART, questionsIn, takeFolderQuestions } from './folder-questions.ts';
import { slugOf } from './href.ts';
import type { InputTree } from './input-tree.ts';
import { isLanguageTag, languageOf } from './language.ts';
import { readYamlMap, settingList, settingText } from './markdown.ts';
import { titleOfName } from './media-page.ts';
import { typeOfName, WORD_TYPE } from './media-type.ts';
import { headingsOf } from './page-headings.ts';
import { readPdf } from './pdf.ts';
import { ReaderError } from './reader-error.ts';
import { readWordFacts, type WordFacts } from './word.ts';

/**
 * Reads a folder (on disk or in an archive) of Markdown, HTML, Word, pictures, sound, film, PDF and QTI questions. Order is the order
 * of the names; a `course.yaml` at the top may give id, title, language, version, author,
 * description and the questions of `reflection`. With
 * `isSingle` the tree is one file and its captions, and the course is named after it.
 */
export async function readFolder(
  tree: InputTree,
  options: ReadOptions,
  report: Report,
  isSingle = false,
): Promise<Course> {
  const settingsFile = [...tree.files.values()].find((file) => /^course\.ya?ml$/i.test(file.path));
  const settings =
    settingsFile === undefined
      ? new Map<string, unknown>()
      : await readYamlMap(await readText(settingsFile.source, { path: settingsFile.path, report }), settingsFile.path);
  const declared = options.language ?? settingText(settings, 'language', 'lang');
  if (declared !== undefined && !isLanguageTag(declared))
    throw new ReaderError({
      code: 'COURSE_FILE',
      file: settingsFile?.path ?? tree.name,
      problem: `names a language that is no language tag: "${declared}"`,
      advice: 'Use a tag such as nl, en or ar.',
    });
  const only = isSingle ? tree.files.get(tree.name) : undefined;
  const facts = only === undefined ? {} : await factsOf(only);
  const language = declared ?? languageOf(facts.language);
  const assembly = createAssembly({ language, report, ownPrefix: 'course', refusesBroken: true });
  const paths: string[] = [];
  const questions = new Map<string, string>();
  for (const file of tree.files.values()) {
    const kind = await questionsIn(file);
    if (kind === QUESTION_PART) continue;
    if (kind !== undefined) questions.set(file.path, kind);
    if (kind !== undefined || (file !== settingsFile && (await assembly.planFile(file)))) paths.push(file.path);
  }
  const title = options.title ?? settingText(settings, 'title');
  const quizzes = await takeFolderQuestions(questions, {
    ...{ tree, assembly, report, title: title ?? titleOfName(tree.name) },
  });

  const pages = new Map(quizzes);
  const isMedia = (path: string): boolean => /^(video|audio)\//.test(assembly.contextOf(path).target(path)?.type ?? '');
  for (const path of paths) {
    const page = isMedia(path) ? undefined : await assembly.open(path);
    if (page !== undefined) pages.set(path, page);
  }
  // A film gets a page of its own unless another page shows it, so pages come first.
  for (const path of paths) {
    const page = isMedia(path) && assembly.usage(path) !== 'embedded' ? await assembly.open(path) : undefined;
    if (page !== undefined) pages.set(path, page);
  }
  const readingOrder = [...new Set(paths.flatMap((path) => pages.get(path) ?? []))];
  if (readingOrder.length === 0)
    throw nothingToOpen(tree.name, report, 'Put Markdown, HTML, Word, PDF, sound or film files in it.');
  const named = title ?? (isSingle ? (facts.title ?? readingOrder[0]?.title) : undefined) ?? titleOfName(tree.name);
  const entries: { path: string; page: CourseFile; outline: readonly TocEntry[] }[] = [];
  for (const path of paths) {
    const page = pages.get(path);
    if (page === undefined || entries.some((entry) => entry.page === page)) continue;
    // A Word file is often a whole reader; a course of one page has no other contents than its headings.
    const hasHeadings = page.kind === 'page' && (readingOrder.length === 1 || typeOfName(path)?.type === WORD_TYPE);
    entries.push({ path, page, outline: hasHeadings ? await headingsOf(page) : assembly.outlineOf(path) });
  }
  return {
    title: named,
    language,
    direction: assembly.direction,
    readingOrder,
    resources: await assembly.resources(true),
    toc: tableOfContents(entries),
    report: report.entries(),
    suggested: suggestions(
      settings,
      isSingle ? tree.name.replace(/\.[^.]*$/, '') : tree.name.replace(/\.zip$/i, ''),
      facts.author,
    ),
    close: tree.close,
  };
}

async function factsOf(file: InputFile): Promise<WordFacts> {
  switch (typeOfName(file.path)?.type) {
    case WORD_TYPE:
      return readWordFacts(file);
    case 'application/pdf':
      return readPdf(file, '', createReport());
    default:
      return {};
  }
}

function tableOfContents(
  entries: readonly { path: string; page: CourseFile; outline: readonly TocEntry[] }[],
): TocEntry[] {
  interface Branch {
    readonly title: string;
    readonly href?: string;
    readonly children: Branch[];
  }
  const top: Branch[] = [];
  const folders = new Map<string, Branch[]>([['', top]]);
  const childrenOf = (folder: string): Branch[] => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const children: Branch[] = [];
    folders.set(folder, children);
    childrenOf(folder.split('/').slice(0, -1).join('/')).push({
      title: titleOfName(`${folder}/`.slice(0, -1)),
      children,
    });
    return children;
  };
  for (const { path, page, outline } of entries) {
    childrenOf(path.split('/').slice(0, -1).join('/')).push({
      title: page.title ?? titleOfName(path),
      href: page.href,
      children: outline.map(branchOf),
    });
  }
  function branchOf(entry: TocEntry): Branch {
    return {
      title: entry.title,
      ...(entry.href === undefined ? {} : { href: entry.href }),
      children: (entry.children ?? []).map(branchOf),
    };
  }
  const trim = (branch: Branch): TocEntry => ({
    title: branch.title,
    ...(branch.href === undefined ? {} : { href: branch.href }),
    ...(branch.children.length === 0 ? {} : { children: branch.children.map(trim) }),
  });
  return top.map(trim);
}

function suggestions(
  settings: ReadonlyMap<string, unknown>,
  name: string,
  writer: string | undefined,
): Course['suggested'] {
  const id = slugOf(settingText(settings, 'id') ?? name);
  const courseId = settingText(settings, 'course');
  const version = settingText(settings, 'version');
  const author = settingText(settings, 'author') ?? writer;
  const description = settingText(settings, 'description');
  const modified = settingText(settings, 'modified');
  const reflection = settingList(settings, 'reflection');
  return {
    moduleId: id,
    ...(courseId === undefined ? {} : { courseId: slugOf(courseId) }),
    ...(version === undefined ? {} : { version }),
    ...(author === undefined ? {} : { author }),
    ...(description === undefined ? {} : { description }),
    ...(modified === undefined ? {} : { modified }),
    ...(reflection === undefined ? {} : { reflection }),
  };
}
