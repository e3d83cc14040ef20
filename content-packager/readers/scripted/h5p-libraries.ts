import type { JsonValue } from '#core/json/json-value.ts';
import { readJson } from '#core/json/read-json.ts';
import { array, object, type Shape, ShapeError, string } from '#core/json/shape.ts';
import { readAll } from '../byte-source.ts';
import type { Report } from '../course.ts';
import type { InputTree } from '../input-tree.ts';
import { ReaderError } from '../reader-error.ts';

const MAX_JSON_BYTES = 16 * 1024 * 1024;
const ignore = { unknownKeys: 'ignore' } as const;

/** H5P writes versions as numbers and as texts. */
const version: Shape<string> = (value: JsonValue, path) => {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  if (!/^\d{1,6}$/.test(text)) throw new ShapeError({ path, expected: 'the number of a version' });
  return text;
};

/** A library as `h5p.json` and other libraries name it. */
export const dependencyShape = object(
  { required: { machineName: string({ maxLength: 255 }), majorVersion: version, minorVersion: version } },
  ignore,
);

const files = array(object({ required: { path: string({ maxLength: 1024 }) } }, ignore));
const libraryShape = object(
  {
    required: {},
    optional: { preloadedDependencies: array(dependencyShape), preloadedJs: files, preloadedCss: files },
  },
  ignore,
);

type Dependency = ReturnType<typeof dependencyShape>;

/**
 * Follows the libraries that a package needs, through those that they need themselves. What is missing of them is in
 * the report; the main library must be there, for without it nothing shows.
 */
export async function checkLibraries(
  tree: InputTree,
  description: { readonly mainLibrary: string; readonly preloadedDependencies: readonly Dependency[] },
  report: Report,
): Promise<void> {
  const queue = [...description.preloadedDependencies];
  const seen = new Set<string>();
  for (const needed of queue) {
    const folder = `${needed.machineName}-${needed.majorVersion}.${needed.minorVersion}`;
    if (seen.has(folder)) continue;
    seen.add(folder);
    const isMain = needed.machineName === description.mainLibrary;
    const library = await libraryIn(folder, tree, isMain, report);
    for (const { path } of [...(library?.preloadedJs ?? []), ...(library?.preloadedCss ?? [])])
      if (!tree.files.has(`${folder}/${path}`))
        report.add(`${folder}/${path}`, 'MISSING_TARGET', 'a file of its library');
    queue.push(...(library?.preloadedDependencies ?? []));
  }
}

async function libraryIn(
  folder: string,
  tree: InputTree,
  isMain: boolean,
  report: Report,
): Promise<ReturnType<typeof libraryShape> | undefined> {
  const path = `${folder}/library.json`;
  const file = tree.files.get(path);
  const broken = (problem: string, cause?: unknown): ReaderError =>
    new ReaderError({
      ...{ code: 'H5P_MALFORMED', file: path, problem, cause },
      advice: 'Export the content again with its libraries, such as with the Reuse button under it.',
    });
  try {
    if (file === undefined) throw broken('is a library that the content needs, and is not in the package');
    const bytes = await readAll(file.source, MAX_JSON_BYTES, path);
    return readJson(bytes, libraryShape, { maxBytes: MAX_JSON_BYTES }, (cause) => broken('cannot be read', cause));
  } catch (error) {
    if (!(error instanceof ReaderError) || isMain) throw error;
    report.add(path, file === undefined ? 'MISSING_TARGET' : 'BROKEN_FILE', error.message);
    return undefined;
  }
}
