import { stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import type { Course } from './course.ts';
import { readEpub } from './epub.ts';
import { readFolder } from './folder.ts';
import { typeOfName } from './media-type.ts';
import { ReaderError } from './reader-error.ts';

/** What the command line knows better than the input. */
export interface ReadOptions {
  readonly title?: string;
  readonly language?: string;
}

/** Reads any input that can become a module: a folder, an EPUB, or one PDF, Markdown, HTML, sound or film file. */
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
  if (status.isDirectory()) return readFolder(path, options);
  if (extname(path).toLowerCase() === '.epub') return readEpub(path, options);
  const known = typeOfName(basename(path));
  if (known === undefined || known.kind === 'resource') {
    throw new ReaderError({
      code: 'UNKNOWN_INPUT',
      file: path,
      problem: 'is not something that can be packed',
      advice: 'Give a folder, or an EPUB, PDF, Markdown, HTML, sound or film file.',
    });
  }
  return readFolder(dirname(path), options, basename(path).normalize('NFC'));
}
