import type { JsonValue } from '#core/json/json-value.ts';
import type { ReportCode, ReportEntry } from '../readers/course.ts';

/** What happened, and what a tutor can do about it. */
export interface Words {
  readonly what: string;
  readonly advice: string;
}

const NONE = 'nothing to do';

/** What each code of a report means to people. */
export const REPORT_WORDS: Readonly<Record<ReportCode, Words>> = {
  SCRIPT_REMOVED: {
    what: 'scripts left out (they do not run in a module)',
    advice: 'check that the page makes sense without',
  },
  HANDLER_REMOVED: { what: 'script handlers left out', advice: 'check that the page makes sense without' },
  FRAME_REMOVED: { what: 'frames and embedded objects left out', advice: 'put the film or page itself in the course' },
  FORM_REMOVED: { what: 'forms left out', advice: 'make an assignment instead' },
  ELEMENT_REMOVED: { what: 'elements left out, their text kept', advice: NONE },
  EXTERNAL_LINK: {
    what: 'links to the internet became plain text',
    advice: 'copy what the learner needs into the course',
  },
  EXTERNAL_RESOURCE: {
    what: 'pictures or files on the internet left out',
    advice: 'download them and put them in the course',
  },
  UNSAFE_ADDRESS: { what: 'unsafe addresses left out', advice: NONE },
  MISSING_TARGET: {
    what: 'links to files that are not there became plain text',
    advice: 'add the file or take the link out',
  },
  STYLE_REMOVED: { what: 'style rules that reach outside left out', advice: NONE },
  UNKNOWN_TYPE: {
    what: 'files of a kind that cannot be shown left out',
    advice: 'save them as PDF, or as mp4, mp3, png',
  },
  WRONG_TYPE: {
    what: 'files that are not what their name says left out',
    advice: 'export them again under the right name',
  },
  HIDDEN_FILE: { what: 'hidden files left out', advice: NONE },
  SYMLINK: { what: 'links in the folder not followed', advice: 'put the file itself there' },
  MEDIA_OVERLAY: { what: 'read-aloud timing left out', advice: 'repair the book with an EPUB editor' },
  OBFUSCATED_FONT: { what: 'scrambled fonts left out', advice: NONE },
  ENCODING_GUESSED: {
    what: 'files not in UTF-8, encoding guessed',
    advice: 'look whether letters with accents are right',
  },
  NOT_IN_PACKAGE: { what: 'files that are no part of the book or course left out', advice: NONE },
  NOT_LINKED: { what: 'pictures taken along although no page shows them', advice: 'take them out to save room' },
  NOT_USED: { what: 'files that no page uses left out', advice: 'link to them if a learner needs them' },
  SPINE_ITEM_SKIPPED: { what: 'parts of the reading order that cannot be shown', advice: 'look for another edition' },
  PDF_SCRIPT: { what: 'scripts in a PDF, which will not run', advice: 'make an assignment for forms that calculate' },
  PDF_PAGE: {
    what: 'pages of PDFs that cannot be read',
    advice: 'look at them in the reader, or export the PDF again',
  },
  PDF_NO_TEXT: {
    what: 'PDF pages without text: they cannot be searched or read aloud',
    advice: 'recognise the text first (OCR), for example with ocrmypdf',
  },
  NO_SEARCH: { what: 'modules with too much text to be searched', advice: 'split the course into smaller modules' },
  PICTURE_TOO_LARGE: {
    what: 'pictures of more points than a laptop can show left out',
    advice: 'scale them to 2000 pixels',
  },
  BROKEN_FILE: { what: 'files that cannot be opened left out', advice: 'export them again' },
  PAGE_EMPTY: {
    what: 'pages of which nothing can be shown',
    advice: 'write on the page what its scripts or frames showed, or take it out',
  },
  WEB_LINK: { what: 'web links listed, not opened', advice: 'copy what the learner needs into the course' },
  ONLINE_TOOL: { what: 'online tools (LTI) left out', advice: 'replace them by pages or assignments' },
  HIDDEN_ITEM: {
    what: 'items hidden from students left out',
    advice: 'make them visible and export again, if they belong to the course',
  },
  HIDDEN_TAKEN: {
    what: 'items hidden from students taken along, for nothing in this course is visible',
    advice: 'look whether a learner may see them',
  },
  TEACHER_MATERIAL: { what: 'material for teachers left out', advice: NONE },
  ACTIVITY_NOT_TAKEN: {
    what: 'activities that work only online left out',
    advice: 'replace them by pages or assignments',
  },
  QUIZ_NOT_TAKEN: { what: 'quizzes or questions left out', advice: 'make an assignment with the questions' },
  QUIZ_CHANGED: { what: 'rules of a quiz or a question left out', advice: 'look at the quiz in the reader' },
  QUESTION_NOT_TAKEN: { what: 'questions left out', advice: 'ask them in another way' },
  QUESTION_EMPTY: {
    what: 'question blocks without words, shown as they were typed',
    advice: 'write the question in it',
  },
  QUESTION_ID_TWICE: {
    what: 'question ids used twice on a page; the later one got a number',
    advice: 'give each its own id',
  },
  QUESTION_SETTING: {
    what: 'settings of questions that are not understood',
    advice: 'write id=NAME title="TEXT" words=NUMBER lines=NUMBER',
  },
  ASSIGNMENT_CHANGED: { what: 'assignments that became something else', advice: 'look at them in the reader' },
  PERSONAL_DATA: { what: 'personal data left out', advice: 'export without user data next time' },
  COMMENT_REMOVED: { what: 'comments left out', advice: NONE },
  MATHS_NOT_READ: { what: 'formulas shown as they were typed', advice: 'correct the LaTeX' },
  WORD_CONTENT: { what: 'parts of Word documents left out', advice: 'put them in as pictures or text' },
  SYNCHRONOUS_REQUEST: {
    what: 'scripts that may ask for files in a way that finds nothing in the sandbox',
    advice: 'try the content in the reader; export it with a newer version of the authoring tool',
  },
};

const SHOWN_PER_KIND = 5;

/** The report for people: one paragraph a kind, with the first few files. `--json` has all of them. */
export function reportText(report: readonly ReportEntry[]): string[] {
  if (report.length === 0) return ['Everything was taken over.'];
  const kinds = new Map<ReportCode, ReportEntry[]>();
  for (const entry of report) kinds.set(entry.code, [...(kinds.get(entry.code) ?? []), entry]);
  const lines = ['Not taken over as it stood:'];
  for (const [code, entries] of kinds) {
    const total = entries.reduce((sum, entry) => sum + entry.count, 0);
    const { what, advice } = REPORT_WORDS[code];
    lines.push(`  ${total} × ${what}${advice === NONE ? '' : `. To do: ${advice}.`}`);
    for (const entry of entries.slice(0, SHOWN_PER_KIND))
      lines.push(`      ${placeOf(entry)}: ${entry.detail}${entry.count > 1 ? ` (${entry.count} times)` : ''}`);
    if (entries.length > SHOWN_PER_KIND)
      lines.push(`      … and ${entries.length - SHOWN_PER_KIND} more (all with --json)`);
  }
  return lines;
}

/** The report for scripts. */
export function reportData(report: readonly ReportEntry[]): JsonValue {
  return report.map(({ file, line, code, detail, count }) => ({
    file,
    ...(line === undefined ? {} : { line }),
    code,
    detail,
    count,
    ...REPORT_WORDS[code],
  }));
}

/** File and, where it is known, line. */
export function placeOf(entry: Pick<ReportEntry, 'file' | 'line'>): string {
  return entry.line === undefined ? entry.file : `${entry.file}:${entry.line}`;
}
