import { ASSIGNMENT_TYPE, type Assignment } from '#core/module/assignment.ts';
import { bytesSource } from './byte-source.ts';
import type { CourseFile } from './course.ts';
import { slugOf } from './href.ts';
import { cleanFragment, refusingOverflow } from './html-page.ts';
import { labelsFor } from './labels.ts';
import { type MarkdownFile, markdownToTree, settingText } from './markdown.ts';
import { onBadMaths, type PageContext } from './page-context.ts';
import { ReaderError } from './reader-error.ts';

/** An assignment as a file of the module (formats/module.md 5). */
export function assignmentFile(href: string, assignment: Assignment): CourseFile {
  return {
    href,
    type: ASSIGNMENT_TYPE,
    kind: 'assignment',
    title: assignment.title,
    source: bytesSource(assignmentBytes(assignment)),
  };
}

/** The bytes of an assignment or answer sheet; the same one always gives the same. */
export function assignmentBytes(assignment: Assignment): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(assignment, null, 2)}\n`);
}

/** What an assignment or answer sheet is called for good, and when it is due. Throws `ASSIGNMENT` for an unclear date. */
export function identityOf({ frontMatter }: MarkdownFile, context: PageContext): Pick<Assignment, 'id' | 'due'> {
  const due = settingText(frontMatter, 'due');
  if (due !== undefined && !isDate(due))
    throw wrong(
      context,
      `has a due date that is not a date: "${due}"`,
      'Write it as year-month-day: "due: 2027-06-30".',
    );
  const id = slugOf(settingText(frontMatter, 'id') ?? context.path.replace(/\.[^./]*$/, ''));
  return { id, ...(due === undefined ? {} : { due }) };
}

function wrong({ path }: PageContext, problem: string, advice: string): ReaderError {
  return new ReaderError({ code: 'ASSIGNMENT', file: path, problem, advice });
}

/** Whether a Markdown file is an assignment: its front matter says so, or asks a question. */
export function isAssignment(file: MarkdownFile): boolean {
  return (
    file.frontMatter.get('type') === 'assignment' ||
    file.frontMatter.get('assignment') === true ||
    file.frontMatter.has('question')
  );
}

/** Reads an assignment. Throws `ASSIGNMENT` when the title or the question is missing, or the date or limit is unclear. */
export function readAssignment(file: MarkdownFile, context: PageContext): Assignment {
  const { frontMatter } = file;
  const title = settingText(frontMatter, 'title');
  if (title === undefined)
    throw wrong(context, 'is an assignment without a title', 'Add a line "title: …" to the block at the top.');
  const asked = [settingText(frontMatter, 'question'), file.body.trim()]
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n');
  if (asked === '')
    throw wrong(
      context,
      'is an assignment without a question',
      'Write the question below the block at the top, or add a line "question: …".',
    );
  if (/^ {0,3}(?:`{3,}|~{3,})\s*question\b/m.test(file.body))
    throw wrong(
      context,
      'is an assignment with question blocks',
      'Take "type: assignment" out: a page with question blocks is handed in as it is.',
    );
  const { id, due } = identityOf(file, context);
  const limit = settingText(frontMatter, 'wordlimit', 'words', 'maxwords');
  if (limit !== undefined && !/^[1-9]\d{0,5}$/.test(limit))
    throw wrong(context, `has a word limit that is not a whole number: "${limit}"`, 'Write it as "word limit: 300".');
  return {
    id,
    title,
    question: cleanFragment(
      refusingOverflow(context.path, () =>
        markdownToTree(asked, { labels: labelsFor(context.language), onBadMaths: onBadMaths(context) }),
      ),
      context,
    ),
    ...(due === undefined ? {} : { due }),
    ...(limit === undefined ? {} : { wordLimit: Number(limit) }),
  };
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
