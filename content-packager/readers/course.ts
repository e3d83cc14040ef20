import type { Root } from 'hast';
import type { Runtime } from '#core/module/manifest.ts';

/** What a resource is to the learner. `resource` is everything a page uses: pictures, styles, captions, fonts. */
export type CourseFileKind = 'page' | 'pdf' | 'video' | 'audio' | 'assignment' | 'quiz' | 'scripted' | 'resource';

/** Bytes that can be read once or more, in order, without holding them all in memory. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Where the bytes lie as a file of their own, when they do: lets a reader jump about in it. */
  readonly diskPath?: string;
  /**
   * Yields the bytes in order. The last piece may be short; `sizeBytes` bytes in total or it throws. Pieces of this very
   * reading that the caller puts into `spare` may be filled anew as soon as the next one is asked for.
   */
  read(spare?: Uint8Array[]): AsyncIterable<Uint8Array>;
}

/** A file of the input, wherever it lies. */
export interface InputFile {
  /** With `/`, NFC, relative to the input. */
  readonly path: string;
  readonly source: ByteSource;
}

/** Told about a page: its path in the input, its name in the module, and its content. */
export type InspectPage = (page: { readonly path: string; readonly href: string }, content: Root) => void;

/** What the command line knows better than the input. */
export interface ReadOptions {
  readonly title?: string;
  readonly language?: string;
  /** Whether scripts may come along at all; they run in the sandbox of the reader. */
  readonly allowScripts?: boolean;
  /** Whether a book of fixed layout is taken: its pages can be enlarged, but not set in other letters. */
  readonly allowFixedLayout?: boolean;
  /** Sees every page as its author wrote it, before anything is taken out of it. */
  readonly inspect?: InspectPage;
}

/** One file of the finished module, with its final name. */
export interface CourseFile {
  /** Relative, NFC, ASCII-safe, unique without regard to case. */
  readonly href: string;
  readonly type: string;
  readonly kind: CourseFileKind;
  readonly title?: string;
  readonly source: ByteSource;
  /** Of kind `scripted` only. */
  readonly scripted?: { readonly runtime: Runtime; readonly parameters: string };
  /** Of a page with open questions: the name of its answer sheet, which is a resource. */
  readonly sheet?: string;
}

/** An entry of the table of contents; an entry without `href` is a heading over its children. */
export interface TocEntry {
  readonly title: string;
  readonly href?: string;
  readonly children?: readonly TocEntry[];
}

/** What every reader answers and the writer takes. `close` lets go of open files. */
export interface Course {
  readonly title: string;
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly readingOrder: readonly CourseFile[];
  readonly resources: readonly CourseFile[];
  readonly toc: readonly TocEntry[];
  readonly report: readonly ReportEntry[];
  readonly suggested: CourseSuggestions;
  close(): Promise<void>;
}

/** What the source itself says about its identity; the command line may overrule each of them. */
export interface CourseSuggestions {
  readonly moduleId: string;
  readonly courseId?: string;
  readonly version?: string;
  readonly author?: string;
  readonly description?: string;
  /** Questions at the end of every lesson, instead of the reader's own. Empty: none. */
  readonly reflection?: readonly string[];
  /** `2026-11-24T05:00:00Z`. Absent when the source does not say: bytes must not depend on file times. */
  readonly modified?: string;
}

/** Closed list of things a reader leaves out or changes. */
export type ReportCode =
  | 'SCRIPT_REMOVED'
  | 'HANDLER_REMOVED'
  | 'FRAME_REMOVED'
  | 'FORM_REMOVED'
  | 'ELEMENT_REMOVED'
  | 'EXTERNAL_LINK'
  | 'EXTERNAL_RESOURCE'
  | 'UNSAFE_ADDRESS'
  | 'MISSING_TARGET'
  | 'STYLE_REMOVED'
  | 'UNKNOWN_TYPE'
  | 'WRONG_TYPE'
  | 'PICTURE_TOO_LARGE'
  | 'HIDDEN_FILE'
  | 'SYMLINK'
  | 'MEDIA_OVERLAY'
  | 'OBFUSCATED_FONT'
  | 'ENCODING_GUESSED'
  | 'NOT_IN_PACKAGE'
  | 'NOT_LINKED'
  | 'SPINE_ITEM_SKIPPED'
  | 'PDF_SCRIPT'
  | 'PDF_NO_TEXT'
  | 'PDF_PAGE'
  | 'NO_SEARCH'
  | 'BROKEN_FILE'
  | 'PAGE_EMPTY'
  | 'NOT_USED'
  | 'WEB_LINK'
  | 'ONLINE_TOOL'
  | 'HIDDEN_ITEM'
  | 'HIDDEN_TAKEN'
  | 'TEACHER_MATERIAL'
  | 'ACTIVITY_NOT_TAKEN'
  | 'QUIZ_NOT_TAKEN'
  | 'QUIZ_CHANGED'
  | 'QUESTION_NOT_TAKEN'
  | 'QUESTION_EMPTY'
  | 'QUESTION_ID_TWICE'
  | 'QUESTION_SETTING'
  | 'ASSIGNMENT_CHANGED'
  | 'PERSONAL_DATA'
  | 'COMMENT_REMOVED'
  | 'MATHS_NOT_READ'
  | 'WORD_CONTENT'
  | 'SYNCHRONOUS_REQUEST';

/** One thing that was not taken over as it stood. `count` says how often in that file, `line` where it was first. */
export interface ReportEntry {
  readonly file: string;
  readonly line?: number;
  readonly code: ReportCode;
  readonly detail: string;
  readonly count: number;
}

/** Collects what a reader leaves out; the same finding in the same file is counted, not repeated. */
export interface Report {
  add(file: string, code: ReportCode, detail: string, line?: number): void;
  readonly inspect: InspectPage;
  entries(): readonly ReportEntry[];
}

/** Makes an empty report. Order of the entries is the order of first finding. */
export function createReport(inspect: InspectPage = () => undefined): Report {
  const found = new Map<string, ReportEntry>();
  return {
    inspect,
    add(file, code, detail, line) {
      const short = detail.length > 200 ? `${detail.slice(0, 200)}…` : detail;
      const key = `${file}\n${code}\n${short}`;
      const before = found.get(key);
      found.set(key, {
        file,
        ...(before?.line !== undefined ? { line: before.line } : line === undefined ? {} : { line }),
        code,
        detail: short,
        count: (before?.count ?? 0) + 1,
      });
    },
    entries: () => [...found.values()],
  };
}
