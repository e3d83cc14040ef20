import type { Assembly } from '../assembly.ts';
import { readText } from '../asset.ts';
import type { CourseFile, InputFile, Report } from '../course.ts';
import type { InputTree } from '../input-tree.ts';
import { titleOfName } from '../media-page.ts';
import { isQtiTest, type QtiItemRef, readQtiTest } from '../quiz/qti-test.ts';
import { ReaderError } from '../reader-error.ts';
import { type FoundQuiz, takeQuiz } from '../take-quiz.ts';
import { parseXml, type XmlElement } from '../xml.ts';
import type { QuizSettings } from './canvas.ts';
import type { CartridgeResource } from './manifest.ts';

/** What the quizzes of a cartridge need from around them. */
export interface CartridgeQuizzes {
  readonly tree: InputTree;
  readonly shown: ReadonlyMap<string, CartridgeResource>;
  readonly assembly: Assembly;
  readonly report: Report;
  /** Titles that the organisation gives, by resource. */
  readonly titles: ReadonlyMap<string, string>;
  /** The package's own title, for questions that no test holds. */
  readonly title: string;
  readonly settings: ReadonlyMap<string, QuizSettings>;
  address(address: string): string;
}

interface Source {
  readonly resource: CartridgeResource;
  readonly file: InputFile;
}

/**
 * Takes the quizzes of a cartridge or QTI package, by resource: each QTI 1.2 file, each test with its items, and the
 * items that no test names as one quiz together.
 */
export async function takeCartridgeQuizzes(course: CartridgeQuizzes): Promise<ReadonlyMap<string, CourseFile>> {
  const { tree, shown, assembly, report } = course;
  const sources = [...shown.values()].flatMap((resource): Source[] => {
    const file = resource.kind === 'quiz' && resource.path !== undefined ? tree.files.get(resource.path) : undefined;
    return file === undefined ? [] : [{ resource, file }];
  });
  const tests = await testsAmong(sources, tree, report);
  const named = new Set([...tests.values()].flat());
  const loose = sources.filter(
    ({ resource, file }) => kindOf(resource) !== 'qti-1.2' && !tests.has(file.path) && !named.has(file.path),
  );
  const looseItems = loose.map(({ resource, file }): QtiItemRef => ({ id: resource.id, path: file.path }));
  const quizzes = new Map<string, CourseFile>();
  const take = async (source: Source, more: Partial<FoundQuiz>): Promise<CourseFile | undefined> => {
    const quiz = await takeQuiz({ ...foundQuiz(source, course), ...more }, report);
    if (quiz === undefined) assembly.unplan(source.file.path);
    return quiz;
  };
  for (const source of sources) {
    const { resource, file } = source;
    if (kindOf(resource) === 'qti-1.2' || tests.has(file.path)) {
      const quiz = await take(source, {});
      if (quiz !== undefined) quizzes.set(resource.id, quiz);
    } else assembly.unplan(file.path);
  }
  const [first] = loose;
  if (first !== undefined) {
    assembly.planPage(first.file.path, 'quiz.json');
    const around = packageOf(course);
    const title = loose.length === 1 ? (course.titles.get(first.resource.id) ?? course.title) : course.title;
    const quiz = await take(first, { title, package: { ...around, looseItems } });
    for (const { resource } of loose) if (quiz !== undefined) quizzes.set(resource.id, quiz);
  }
  return quizzes;
}

/** The tests of a package, each with the paths of its items. */
async function testsAmong(
  sources: readonly Source[],
  tree: InputTree,
  report: Report,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const tests = new Map<string, readonly string[]>();
  for (const { resource, file } of sources) {
    if (kindOf(resource) === 'qti-1.2') continue;
    const items = await itemsOfTest(file, tree, report);
    if (items !== undefined) tests.set(file.path, items);
  }
  return tests;
}

/** The paths of a test's items; undefined for what is no test. */
async function itemsOfTest(file: InputFile, tree: InputTree, report: Report): Promise<readonly string[] | undefined> {
  const xmlOf = async (one: InputFile): Promise<XmlElement> =>
    parseXml(await readText(one.source, { path: one.path, report }), one.path);
  const xmlAt = async (path: string): Promise<XmlElement | undefined> => {
    const one = tree.files.get(path);
    return one && xmlOf(one);
  };
  try {
    const root = await xmlOf(file);
    if (!isQtiTest(root)) return undefined;
    return (await readQtiTest(root, file.path, { xmlAt })).items.map(({ path }) => path);
  } catch (error) {
    // A broken file is told about where it is read as a question.
    if (error instanceof ReaderError && error.code !== 'CHANGED_WHILE_READING') return undefined;
    throw error;
  }
}

function foundQuiz({ resource, file }: Source, course: CartridgeQuizzes): FoundQuiz {
  const { assembly, address, titles, settings, tree } = course;
  const { introduction, maxAttempts, title } = settings.get(resource.id) ?? {};
  const context = assembly.contextOf(file.path, { address });
  const kind = kindOf(resource);
  return {
    kind,
    // Canvas keeps a fuller form of the same quiz, with the types that the standard profile does not know.
    file: (kind === 'qti-1.2' && tree.files.get(`non_cc_assessments/${resource.id}.xml.qti`)) || file,
    title: titles.get(resource.id) ?? title ?? titleOfName(file.path),
    context,
    package: packageOf(course),
    ...(introduction === undefined ? {} : { introduction }),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
  };
}

function packageOf({ tree, assembly, address }: CartridgeQuizzes): NonNullable<FoundQuiz['package']> {
  return {
    fileAt: (path) => tree.files.get(path),
    contextAt: (path) => assembly.contextOf(path, { address }),
  };
}

function kindOf({ type }: CartridgeResource): FoundQuiz['kind'] {
  if (type.includes('v1p2')) return 'qti-1.2';
  return type.includes('v3') ? 'qti-3' : 'qti-2';
}
