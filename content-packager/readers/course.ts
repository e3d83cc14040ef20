/** What a resource is to the learner. `resource` is everything a page uses: pictures, styles, captions, fonts. */
export type CourseFileKind = 'page' | 'pdf' | 'video' | 'audio' | 'assignment' | 'resource';

/** Bytes that can be read once or more, in order, without holding them all in memory. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Yields the bytes in order. The last piece may be short; `sizeBytes` bytes in total or it throws. */
  read(): AsyncIterable<Uint8Array>;
}

/** One file of the finished module, with its final name. */
export interface CourseFile {
  /** Relative, NFC, ASCII-safe, unique without regard to case. */
  readonly href: string;
  readonly type: string;
  readonly kind: CourseFileKind;
  readonly title?: string;
  readonly source: ByteSource;
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
  | 'HIDDEN_FILE'
  | 'SYMLINK'
  | 'MEDIA_OVERLAY'
  | 'OBFUSCATED_FONT'
  | 'ENCODING_GUESSED'
  | 'NOT_IN_PACKAGE'
  | 'NOT_LINKED'
  | 'SPINE_ITEM_SKIPPED'
  | 'PDF_SCRIPT';

/** One thing that was not taken over as it stood. `count` says how often in that file. */
export interface ReportEntry {
  readonly file: string;
  readonly code: ReportCode;
  readonly detail: string;
  readonly count: number;
}

/** Collects what a reader leaves out; the same finding in the same file is counted, not repeated. */
export interface Report {
  add(file: string, code: ReportCode, detail: string): void;
  entries(): readonly ReportEntry[];
}

/** Makes an empty report. Order of the entries is the order of first finding. */
export function createReport(): Report {
  const found = new Map<string, ReportEntry>();
  return {
    add(file, code, detail) {
      const short = detail.length > 200 ? `${detail.slice(0, 200)}…` : detail;
      const key = `${file}\n${code}\n${short}`;
      const before = found.get(key);
      found.set(key, { file, code, detail: short, count: (before?.count ?? 0) + 1 });
    },
    entries: () => [...found.values()],
  };
}
