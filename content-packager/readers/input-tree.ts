import { lstat, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileSource } from './byte-source.ts';
import type { InputFile, Report } from './course.ts';
import { ReaderError } from './reader-error.ts';
import { openTar } from './tar-archive.ts';
import { openArchive } from './zip-archive.ts';

/** A folder or archive, with its whole directory known and checked. */
export interface InputTree {
  /** Name of the folder or file, for titles, identifiers and messages. */
  readonly name: string;
  /** In reading order: names with their numbers in order, `index` before everything else in its folder. */
  readonly files: ReadonlyMap<string, InputFile>;
  close(): Promise<void>;
}

const MAX_FILES = 100_000;
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** Lists a folder. Links, hidden files and what is no plain file are told to the report and left out. */
export async function openFolder(path: string, report: Report): Promise<InputTree> {
  const files: InputFile[] = [];
  await walk(path, '', report, files);
  return treeOf(basename(resolve(path)), files, async () => undefined);
}

/** One file of a folder and the caption files that carry its name; nothing else of the folder is looked at. */
export async function openSingleFile(folder: string, name: string): Promise<InputTree> {
  const stem = name.replace(/\.[^.]*$/, '');
  const isWanted = (candidate: string): boolean =>
    candidate === name || (candidate.startsWith(`${stem}.`) && /\.(vtt|srt)$/i.test(candidate));
  const names = (await readdir(folder)).filter((candidate) => isWanted(candidate.normalize('NFC')));
  return openFiles(folder, name, names);
}

/** These files of a folder, by their paths in it; what is not there or no plain file stays out. */
export async function openFiles(folder: string, name: string, paths: readonly string[]): Promise<InputTree> {
  const files: InputFile[] = [];
  for (const path of paths) {
    const diskPath = join(folder, path);
    const status = await lstat(diskPath).catch(() => undefined); // What is not there is reported where it is used.
    if (status?.isFile() === true)
      files.push({ path: path.normalize('NFC'), source: fileSource(diskPath, status.size) });
  }
  return treeOf(name, files, async () => undefined);
}

/** Opens a ZIP whose directory has been checked. A folder around everything is taken off. */
export async function openZip(path: string, report: Report): Promise<InputTree> {
  const file = basename(path);
  const archive = await openArchive(path, file);
  const files = [...archive.entries.values()].map(({ name, source }) => ({ path: name, source }));
  return treeOf(file, withoutRootFolder(withoutHidden(files, report)), async () => archive.close());
}

/** Opens a gzip or plain tar; its content is spooled to a file of its own until `close`. */
export async function openTarball(path: string, report: Report): Promise<InputTree> {
  const file = basename(path);
  const archive = await openTar(path, file);
  return treeOf(file, withoutRootFolder(withoutHidden([...archive.files], report)), archive.close);
}

/** Orders paths as a reader of the folder would meet them. */
export function compareInReadingOrder(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let depth = 0; depth < Math.min(left.length, right.length); depth++) {
    const [one = '', other = ''] = [left[depth], right[depth]];
    if (one === other) continue;
    return Number(isIndex(other)) - Number(isIndex(one)) || collator.compare(one, other) || (one < other ? -1 : 1);
  }
  return left.length - right.length;
}

function treeOf(name: string, files: readonly InputFile[], close: () => Promise<void>): InputTree {
  const sorted = [...files].sort((a, b) => compareInReadingOrder(a.path, b.path));
  return { name: name.normalize('NFC'), files: new Map(sorted.map((file) => [file.path, file])), close };
}

function withoutHidden(files: readonly InputFile[], report: Report): InputFile[] {
  return files.filter(({ path }) => {
    // META-INF and .ARCHIVE_INDEX belong to formats; they are simply never asked for as pages.
    const hidden = path.split('/').some(isHidden);
    if (hidden && path !== '.ARCHIVE_INDEX')
      report.add(path, 'HIDDEN_FILE', 'a file of the computer, not of the course');
    return !hidden;
  });
}

function withoutRootFolder(files: readonly InputFile[]): InputFile[] {
  const root = files[0]?.path.split('/')[0] ?? '';
  const prefix = `${root}/`;
  if (!files.every((file) => file.path.startsWith(prefix))) return [...files];
  // An EPUB or Moodle backup that lacks all but one folder is broken, not wrapped.
  if (['META-INF', 'activities', 'modules'].includes(root)) return [...files];
  return files.map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
}

async function walk(root: string, folder: string, report: Report, files: InputFile[]): Promise<void> {
  const names = (await readdir(join(root, folder))).sort();
  for (const name of names) {
    const diskPath = join(root, folder, name);
    const path = (folder === '' ? name : `${folder}/${name}`).normalize('NFC');
    const status = await lstat(diskPath);
    if (status.isSymbolicLink()) report.add(path, 'SYMLINK', 'links are not followed; put the file itself here');
    else if (isHidden(name)) report.add(path, 'HIDDEN_FILE', 'a file of the computer, not of the course');
    else if (status.isDirectory()) await walk(root, folder === '' ? name : `${folder}/${name}`, report, files);
    else if (status.isFile()) files.push({ path, source: fileSource(diskPath, status.size) });
    else report.add(path, 'UNKNOWN_TYPE', 'not a plain file');
    if (files.length > MAX_FILES)
      throw new ReaderError({
        code: 'TOO_LARGE',
        file: root,
        problem: `holds more than ${MAX_FILES} files`,
        advice: 'Split the course into smaller modules.',
      });
  }
}

function isIndex(name: string): boolean {
  return /^index\.(md|markdown|html?|xhtml)$/i.test(name);
}

function isHidden(name: string): boolean {
  return (
    name.startsWith('.') ||
    name.endsWith('~') ||
    ['thumbs.db', 'desktop.ini', '__macosx', 'node_modules'].includes(name.toLowerCase())
  );
}
