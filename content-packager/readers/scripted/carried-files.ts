import { checkHref } from '#core/module/href.ts';
import { ModuleError } from '#core/module/module-error.ts';
import type { CourseFile, Report } from '../course.ts';
import type { InputTree } from '../input-tree.ts';
import { typeOfName } from '../media-type.ts';
import { OWN_FOLDER } from '../page-style.ts';

/** Types that only scripted content needs; everything else keeps the packager's own table. */
const SCRIPTED_TYPES: ReadonlyMap<string, string> = new Map([
  ['js', 'text/javascript'],
  ['mjs', 'text/javascript'],
  ['json', 'application/json'],
  ['xml', 'application/xml'],
  ['wasm', 'application/wasm'],
  ['htm', 'text/html'],
  ['xhtml', 'application/xhtml+xml'],
  ['ico', 'image/x-icon'],
  ['bmp', 'image/bmp'],
]);

/** The type that a file of scripted content is served with: what its name says, else bytes. */
export function scriptedTypeOf(path: string): string {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return SCRIPTED_TYPES.get(extension) ?? typeOfName(path)?.type ?? 'application/octet-stream';
}

/**
 * The files of a package under their own names: its scripts ask for each other by name, so nothing may be renamed or
 * cleaned. A name that a module cannot carry is left out and reported.
 */
export function carriedFiles(tree: InputTree, report: Report, isTaken: (path: string) => boolean): CourseFile[] {
  return [...tree.files.values()].flatMap(({ path, source }): CourseFile[] => {
    if (!isTaken(path)) return [];
    if (path.toLowerCase().startsWith(`${OWN_FOLDER}/`) || !isHref(path)) {
      report.add(path, 'UNKNOWN_TYPE', 'a file of this name cannot be carried');
      return [];
    }
    return [{ href: path, type: scriptedTypeOf(path), kind: 'resource', source }];
  });
}

function isHref(path: string): boolean {
  try {
    return checkHref(path) === path;
  } catch (cause) {
    if (cause instanceof ModuleError) return false;
    throw cause;
  }
}
