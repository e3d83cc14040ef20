import { createHash } from 'node:crypto';
import { bytesSource } from './byte-source.ts';
import type { CourseFile, Report } from './course.ts';
import { type Reference, resolveReference } from './href.ts';
import type { OnBadMaths } from './maths.ts';

/** A file that a page may point to. */
export interface PageTarget {
  /** Where a link goes: the page made for a video, or the file itself. */
  readonly linkHref: string;
  /** Where an `img`, `video` or style sheet gets the bytes. */
  readonly embedHref: string;
  readonly type: string;
  /** Words for a link to it when the page has none. */
  readonly title: string;
}

/** What the sanitiser needs to know about the other files of the module. */
export interface PageContext {
  /** Path in the input, for reports and to resolve addresses. */
  readonly path: string;
  /** Final name in the module. */
  readonly href: string;
  readonly report: Report;
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly fallbackTitle: string;
  /** Style sheet for a page that brings none of its own. */
  readonly defaultStyleHref?: string;
  target(path: string): PageTarget | undefined;
  /** Turns the tokens of a learning platform (`$IMS-CC-FILEBASE$`, `@@PLUGINFILE@@`) into an address. */
  address?(address: string): string;
  /** Told about every file that is pointed to, and how. */
  used?(path: string, how: 'link' | 'embed'): void;
  /** Wins over the title and headings in the page. */
  readonly title?: string;
  /** LaTeX in the text becomes MathML: for pages that were made for MathJax. */
  readonly maths?: boolean;
  /** The page is laid out for the size that its viewport, or its drawing, names. */
  readonly isFixed?: boolean;
  /** The title becomes a heading when the page has none of the first level. */
  readonly heading?: boolean;
  /** Caption files that belong to a media file, by its input path. */
  captionsOf(path: string): readonly CaptionTarget[];
  readonly generated: GeneratedFiles;
}

/** Tells the report about a formula that is not LaTeX. */
export function onBadMaths(context: Pick<PageContext, 'path' | 'report'>): OnBadMaths {
  return (tex, problem, line) =>
    context.report.add(context.path, 'MATHS_NOT_READ', `${tex.slice(0, 80)} (${problem})`, line);
}

/** Resolves an address of a page, after the tokens of the platform it comes from. */
export function resolveIn(context: PageContext, address: string): Reference {
  return resolveReference(context.path, context.address?.(address) ?? address);
}

/** One caption file of a video. */
export interface CaptionTarget {
  readonly href: string;
  readonly language: string;
  readonly label: string;
}

/** Files the reader makes itself: style sheets out of style elements, pictures out of data addresses. */
export interface GeneratedFiles {
  /** Folder in the module where they lie. */
  readonly folder: string;
  /** Keeps the bytes under a name that follows from their content; answers the name. */
  add(extension: string, type: string, bytes: Uint8Array): string;
  files(): readonly CourseFile[];
}

/** Makes an empty store of generated files under `folder`, which no file of the input may use. */
export function createGeneratedFiles(folder: string): GeneratedFiles {
  const byHref = new Map<string, CourseFile>();
  return {
    folder,
    add(extension, type, bytes) {
      const href = `${folder}/${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.${extension}`;
      if (!byHref.has(href)) byHref.set(href, { href, type, kind: 'resource', source: bytesSource(bytes) });
      return href;
    },
    files: () => [...byHref.values()],
  };
}
