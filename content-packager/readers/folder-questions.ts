import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assembly } from './assembly.ts';
import { firstBytes } from './byte-source.ts';
import type { CartridgeResource } from './cartridge/manifest.ts';
import type { CourseFile, InputFile, Report } from './course.ts';
import { resolveReference } from './href.ts';
import { type InputTree, openFiles } from './input-tree.ts';

const MAX_NEIGHBOURS = 10_000;
const HEAD_BYTES = 16 * 1024;
/** A section or stimulus: read with the tests and items that name it. */
export const QUESTION_PART = 'part';
const ROOTS: readonly (readonly [RegExp, string])[] = [
  [/<questestinterop[\s>]/, 'imsqti_xmlv1p2'],
  [/<(?:\w+:)?assessment(?:Item|Test)[\s>]/, 'imsqti_item_xmlv2p2'],
  [/<(?:\w+:)?qti-assessment-(?:item|test)[\s>]/, 'imsqti_item_xmlv3p0'],
  [/<(?:\w+:)?(?:qti-)?assessment-?(?:section|stimulus)[\s>]/i, QUESTION_PART],
];

/** Whether a file is one of QTI questions, by its first element: as a cartridge would call its kind. */
export async function questionsIn(file: InputFile): Promise<string | undefined> {
  if (!/\.(xml|qti)$/i.test(file.path)) return undefined;
  const head = new TextDecoder().decode((await firstBytes(file.source)).subarray(0, HEAD_BYTES));
  return ROOTS.find(([root]) => root.test(head))?.[1];
}

/**
 * A file of questions and what it names in its folder: pictures, and for a test its sections and items. Nothing else of
 * the folder is looked at.
 */
export async function openQuestions(folder: string, name: string): Promise<InputTree> {
  const names = new Set([name]);
  for (const path of names) {
    if (names.size > MAX_NEIGHBOURS || !/\.(xml|qti|html?|css)$/i.test(path)) continue;
    const text = await readFile(join(folder, path), 'utf8').catch(() => ''); // What is not there is reported where it is used.
    for (const [, address = ''] of text.matchAll(/(?:href|src|data|stimulus)\s*=\s*["']([^"']+)["']/g)) {
      const place = resolveReference(path, address);
      if (place.kind === 'inside') names.add(place.path);
    }
  }
  return openFiles(folder, name, [...names]);
}

/** The QTI files of a folder, read as if a manifest named each of them; answers which quiz each is in, by path. */
export async function takeFolderQuestions(
  found: ReadonlyMap<string, string>,
  course: { readonly tree: InputTree; readonly assembly: Assembly; readonly report: Report; readonly title: string },
): Promise<ReadonlyMap<string, CourseFile>> {
  if (found.size === 0) return new Map();
  for (const path of found.keys()) course.assembly.planPage(path, 'quiz.json');
  const shown = new Map([...found].map(([path, type]) => [path, resourceOf(path, type)]));
  const { takeCartridgeQuizzes } = await import('./cartridge/quizzes.ts');
  return takeCartridgeQuizzes({
    ...course,
    ...{ shown, titles: new Map(), settings: new Map(), address: (address: string) => address },
  });
}

function resourceOf(path: string, type: string): CartridgeResource {
  const nothing = { dependencies: [], use: 'unspecified', roles: [], descriptor: undefined };
  return { ...nothing, id: path, type, kind: 'quiz', path, files: [path] };
}
