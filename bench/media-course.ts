import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const MEGABYTE = 1024 * 1024;

/** A course of one film and one page. */
export interface MediaCourse {
  readonly folder: string;
  readonly film: string;
  /** The film's name in the folder and in the module. */
  readonly filmName: string;
  readonly sizeBytes: number;
}

/** Writes a course folder whose film is `megabytes` MiB of bytes that do not compress. */
export function writeMediaCourse(parent: string, megabytes: number): MediaCourse {
  const folder = join(parent, 'media-course');
  const filmName = '01-film.webm';
  mkdirSync(folder, { recursive: true });
  const film = join(folder, filmName);
  const file = openSync(film, 'w');
  // EBML's magic number, so that the packager sees a WebM; the rest is noise.
  writeSync(file, Buffer.from([0x1a, 0x45, 0xdf, 0xa3]));
  writeSync(file, randomBytes(MEGABYTE - 4));
  for (let written = 1; written < megabytes; written += 1) writeSync(file, randomBytes(MEGABYTE));
  closeSync(file);
  writePage(folder, 'Some text.');
  return { folder, film, filmName, sizeBytes: megabytes * MEGABYTE };
}

/** Writes the page of the course: about as long as a lesson, other words after every change. */
export function writePage(folder: string, words: string): void {
  const paragraphs = Array.from({ length: 60 }, (_, index) => `${words} Paragraph ${index + 1}. ${words.repeat(40)}`);
  writeFileSync(join(folder, '02-page.md'), `# A page\n\n${paragraphs.join('\n\n')}\n`);
}
