import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from './course.ts';
import { ReaderError } from './reader-error.ts';

/** A file found in an input folder. */
export interface FolderFile {
  /** With `/`, NFC, relative to the folder. */
  readonly path: string;
  readonly diskPath: string;
  readonly sizeBytes: number;
}

const MAX_FILES = 100_000;
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** Lists a folder in reading order: names with their numbers in order, `index` before everything else in its folder. */
export async function listFolder(root: string, report: Report): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  await walk(root, '', report, files);
  return files;
}

/** One file of a folder and the caption files that carry its name; nothing else of the folder is looked at. */
export async function listSingleFile(root: string, name: string): Promise<FolderFile[]> {
  const stem = name.replace(/\.[^.]*$/, '');
  const isWanted = (candidate: string): boolean =>
    candidate === name || (candidate.startsWith(`${stem}.`) && candidate.toLowerCase().endsWith('.vtt'));
  const names = (await readdir(root)).filter((candidate) => isWanted(candidate.normalize('NFC'))).sort();
  const files: FolderFile[] = [];
  for (const candidate of names) {
    const diskPath = join(root, candidate);
    const status = await stat(diskPath);
    if (status.isFile()) files.push({ path: candidate.normalize('NFC'), diskPath, sizeBytes: status.size });
  }
  return files;
}

async function walk(root: string, folder: string, report: Report, files: FolderFile[]): Promise<void> {
  const names = await readdir(join(root, folder));
  names.sort(
    (a, b) =>
      Number(isIndex(b)) - Number(isIndex(a)) ||
      collator.compare(a.normalize('NFC'), b.normalize('NFC')) ||
      (a < b ? -1 : 1),
  );
  for (const name of names) {
    const diskPath = join(root, folder, name);
    const path = (folder === '' ? name : `${folder}/${name}`).normalize('NFC');
    const status = await lstat(diskPath);
    if (status.isSymbolicLink()) report.add(path, 'SYMLINK', 'links are not followed; put the file itself here');
    else if (isHidden(name)) report.add(path, 'HIDDEN_FILE', 'a file of the computer, not of the course');
    else if (status.isDirectory()) await walk(root, folder === '' ? name : `${folder}/${name}`, report, files);
    else if (status.isFile()) files.push({ path, diskPath, sizeBytes: status.size });
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
