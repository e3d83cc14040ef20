import { open, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { fileSource } from './byte-source.ts';
import { type Course, createReport, type ReadOptions, type Report } from './course.ts';
import { openQuestions, questionsIn } from './folder-questions.ts';
import { formatOf } from './formats.ts';
import { type InputTree, openFolder, openSingleFile, openTarball, openZip } from './input-tree.ts';
import { typeOfName } from './media-type.ts';
import { isOldOfficeFile, officeRefusal } from './office-file.ts';
import { ReaderError } from './reader-error.ts';

/**
 * Reads any input that can become a module. A folder or archive is recognised by what lies in it, not by its name
 * (`formats.ts`); a single file by its extension.
 */
export async function readCourse(path: string, options: ReadOptions): Promise<Course> {
  const status = await stat(path).catch((cause: unknown) => {
    throw new ReaderError({
      code: 'NOT_FOUND',
      file: path,
      problem: 'cannot be found',
      advice: 'Check the path; put it in quotes when it has spaces.',
      cause,
    });
  });
  const report = createReport(options.inspect);
  if (!status.isDirectory()) {
    const name = basename(path).normalize('NFC');
    const known = typeOfName(name);
    const questions = await questionsIn({ path: name, source: fileSource(path, status.size) });
    if (questions !== undefined || (known !== undefined && known.kind !== 'resource')) {
      const openFile = questions === undefined ? openSingleFile : openQuestions;
      const { readFolder } = await import('./folder.ts');
      return readFolder(await openFile(dirname(path), name), options, report, true);
    }
  }
  const tree = status.isDirectory()
    ? await openFolder(path, report)
    : /^(.+\.)?collection\.xml$/.test(basename(path))
      ? await openBook(path, report)
      : await openPacked(path, report);
  try {
    return await (await formatOf(tree)).read(tree, options, report);
  } catch (error) {
    await tree.close();
    throw error;
  }
}

/** One book of a folder that holds several: everything but the other collections. */
async function openBook(path: string, report: Report): Promise<InputTree> {
  const own = basename(path).normalize('NFC');
  const folder = dirname(resolve(path));
  const isBeside = own === 'collection.xml';
  const tree = await openFolder(isBeside ? folder : dirname(folder), report);
  const isOther = (file: string): boolean =>
    /(^|\/)([^/]+\.)?collection\.xml$/.test(file) && !`/${file}`.endsWith(`/${own}`);
  return { ...tree, files: new Map([...tree.files].filter(([file]) => !isOther(file))) };
}

async function openPacked(path: string, report: Report): Promise<InputTree> {
  const handle = await open(path, 'r');
  const head = new Uint8Array(512);
  await handle.read(head, 0, head.length, 0).finally(() => handle.close());
  const extension = extname(path).toLowerCase();
  const isZip = head[0] === 0x50 && head[1] === 0x4b;
  if (isZip || ZIP_NAMES.has(extension)) return openZip(path, report);
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const isTar = Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar';
  if (isGzip || isTar || TAR_NAMES.has(extension)) return openTarball(path, report);
  // An archive of a kind that is known but not taken says so by its first bytes.
  if (extension === '.zim' || Buffer.from(head.subarray(0, 4)).readUInt32LE() === 0x044d495a)
    throw new ReaderError({
      code: 'NOT_TAKEN_YET',
      file: basename(path),
      problem: 'is a web archive (ZIM), a format that is not taken yet',
      advice: 'Save the pages that you need as HTML or PDF, and pack those.',
    });
  if (isOldOfficeFile(head)) throw officeRefusal(basename(path));
  throw new ReaderError({
    code: 'UNKNOWN_INPUT',
    file: basename(path),
    problem: 'is not something that can be packed',
    advice:
      'Give a folder, or a Common Cartridge, Moodle backup, EPUB, PDF, Word, Markdown, HTML, QTI, sound or film file.',
  });
}

const ZIP_NAMES = new Set(['.epub', '.imscc', '.zip', '.h5p']);
const TAR_NAMES = new Set(['.mbz', '.tgz', '.tar']);
