import { array, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { bytesSource, readAll } from '../byte-source.ts';
import type { Course, ReadOptions, Report } from '../course.ts';
import { slugOf } from '../href.ts';
import type { InputTree } from '../input-tree.ts';
import { directionOf, isLanguageTag } from '../language.ts';
import { ReaderError } from '../reader-error.ts';
import { carriedFiles } from './carried-files.ts';
import { checkLibraries, dependencyShape } from './h5p-libraries.ts';
import { H5P_PLAYER_FOLDER, h5pPlayerFiles } from './h5p-player.ts';
import { reportSynchronousRequests } from './synchronous.ts';

const MAX_JSON_BYTES = 16 * 1024 * 1024;
const ignore = { unknownKeys: 'ignore' } as const;
const packageShape = object(
  {
    required: {
      mainLibrary: string({ minLength: 1, maxLength: 255 }),
      preloadedDependencies: array(dependencyShape, { min: 1 }),
    },
    optional: { title: string({ maxLength: 10_000 }), language: string({ maxLength: 35 }) },
  },
  ignore,
);

/** Reads an H5P package: its content and libraries as they are, with the player that runs them. */
export async function readH5p(tree: InputTree, options: ReadOptions, report: Report): Promise<Course> {
  const description = await readPackage(tree);
  await checkContent(tree);
  await checkLibraries(tree, description, report);
  const language = languageOf(options.language ?? description.language);
  const title = options.title ?? (description.title?.trim() || tree.name.replace(/\.h5p$/i, ''));
  // What only the editor uses is no part of the content.
  const carried = carriedFiles(tree, report, (path) => !/^H5PEditor\.[^/]*\//.test(path));
  await reportSynchronousRequests(carried, report);
  const player = await h5pPlayerFiles();
  const entry = {
    href: `${H5P_PLAYER_FOLDER}/index.html`,
    type: 'text/html',
    kind: 'scripted' as const,
    title,
    scripted: { runtime: 'h5p' as const, parameters: '' },
    source: bytesSource(new TextEncoder().encode(page(title, language))),
  };
  return {
    title,
    language,
    direction: directionOf(language),
    readingOrder: [entry],
    resources: [...carried, ...player],
    toc: [{ title, href: entry.href }],
    report: report.entries(),
    suggested: { moduleId: slugOf(tree.name.replace(/\.h5p$/i, '')) },
    close: () => tree.close(),
  };
}

async function readPackage(tree: InputTree): Promise<ReturnType<typeof packageShape>> {
  const file = tree.files.get('h5p.json');
  if (file === undefined) throw broken(tree, 'lacks h5p.json');
  try {
    return packageShape(parseJson(await readAll(file.source, MAX_JSON_BYTES, file.path)), 'h5p.json');
  } catch (cause) {
    if (cause instanceof ReaderError) throw cause;
    throw broken(tree, 'has an h5p.json that cannot be read', cause);
  }
}

/** The player shows nothing at all of content that is no JSON. */
async function checkContent(tree: InputTree): Promise<void> {
  const file = tree.files.get('content/content.json');
  if (file === undefined) throw broken(tree, 'lacks content/content.json');
  try {
    JSON.parse(new TextDecoder().decode(await readAll(file.source, MAX_JSON_BYTES, file.path)));
  } catch (cause) {
    if (cause instanceof ReaderError) throw cause;
    throw broken(tree, 'has a content/content.json that cannot be read', cause);
  }
}

function languageOf(tag: string | undefined): string {
  return tag !== undefined && tag !== 'und' && isLanguageTag(tag) ? tag : 'en';
}

function page(title: string, language: string): string {
  const safe = title.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${safe}</title>
<link rel="stylesheet" href="start.css">
</head>
<body>
<main id="h5p"></main>
<script src="main.bundle.js"></script>
<script src="start.js"></script>
</body>
</html>
`;
}

function broken(tree: InputTree, problem: string, cause?: unknown): ReaderError {
  const advice = 'Export the content again from the H5P editor.';
  return new ReaderError({ code: 'H5P_MALFORMED', file: tree.name, problem, advice, ...(cause ? { cause } : {}) });
}
