import type { ReportCode } from '../readers/course.ts';

/** What the checker finds by itself, beside what the readers could not take over. */
export type CheckCode =
  | 'IMAGE_WITHOUT_TEXT'
  | 'IMAGE_TEXT_IS_NAME'
  | 'VIDEO_WITHOUT_CAPTIONS'
  | 'SOUND_WITHOUT_TEXT'
  | 'HEADING_SKIPPED'
  | 'HEADING_EMPTY'
  | 'TABLE_WITHOUT_HEADERS'
  | 'LINK_TEXT_UNCLEAR'
  | 'LOW_CONTRAST'
  | 'READING_ORDER'
  | 'CODEC_NOT_PLAYED'
  | 'LARGE_PICTURE'
  | 'LARGE_FILE'
  | 'PDF_NOT_TAGGED'
  | 'ASSIGNMENT_ID_TWICE'
  | 'LICENCE_NOT_NAMED';

/**
 * How much it matters in a cell. `problem`: a learner misses something or cannot use it. `note`: good to know, nothing
 * is lost.
 */
export type Severity = 'problem' | 'note';

/** One finding, with its place in the input. */
export interface Finding {
  readonly file: string;
  readonly line?: number;
  readonly code: CheckCode | ReportCode;
  readonly severity: Severity;
  readonly detail: string;
  /** How often in this file. */
  readonly count: number;
}

/** What the whole check answers. */
export interface CheckResult {
  readonly title: string;
  readonly findings: readonly Finding[];
  /** Bytes of the module below each top folder of the input, largest first; `.` is the top itself. */
  readonly sizes: readonly { readonly folder: string; readonly sizeBytes: number }[];
  /** Licences and rights that the texts name. */
  readonly licences: readonly string[];
}

/** Things a reader leaves out that cost a learner nothing. */
const HARMLESS: ReadonlySet<ReportCode> = new Set<ReportCode>([
  'ELEMENT_REMOVED',
  'STYLE_REMOVED',
  'HIDDEN_FILE',
  'OBFUSCATED_FONT',
  'NOT_IN_PACKAGE',
  'NOT_LINKED',
  'NOT_USED',
  'TEACHER_MATERIAL',
  'HIDDEN_ITEM',
  'PERSONAL_DATA',
  'COMMENT_REMOVED',
]);

/** How much something that a reader left out matters. */
export function severityOf(code: ReportCode): Severity {
  return HARMLESS.has(code) ? 'note' : 'problem';
}
