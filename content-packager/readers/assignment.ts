import { slugOf } from './href.ts';
import { cleanFragment, refusingOverflow } from './html-page.ts';
import { type MarkdownFile, markdownToTree, settingText } from './markdown.ts';
import type { PageContext } from './page-context.ts';
import { ReaderError } from './reader-error.ts';

/** What the learner's editor shows. */
export interface Assignment {
  readonly id: string;
  readonly title: string;
  /** Sanitised HTML. */
  readonly question: string;
  /** `2027-06-30` */
  readonly due?: string;
  readonly wordLimit?: number;
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
  const wrong = (problem: string, advice: string): ReaderError =>
    new ReaderError({ code: 'ASSIGNMENT', file: context.path, problem, advice });
  const title = settingText(frontMatter, 'title');
  if (title === undefined)
    throw wrong('is an assignment without a title', 'Add a line "title: …" to the block at the top.');
  const asked = [settingText(frontMatter, 'question'), file.body.trim()]
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n');
  if (asked === '')
    throw wrong(
      'is an assignment without a question',
      'Write the question below the block at the top, or add a line "question: …".',
    );
  const due = settingText(frontMatter, 'due');
  if (due !== undefined && !isDate(due))
    throw wrong(`has a due date that is not a date: "${due}"`, 'Write it as year-month-day: "due: 2027-06-30".');
  const limit = settingText(frontMatter, 'wordlimit', 'words', 'maxwords');
  if (limit !== undefined && !/^[1-9]\d{0,5}$/.test(limit))
    throw wrong(`has a word limit that is not a whole number: "${limit}"`, 'Write it as "word limit: 300".');
  return {
    id: slugOf(settingText(frontMatter, 'id') ?? context.path.replace(/\.[^./]*$/, '')),
    title,
    question: cleanFragment(
      refusingOverflow(context.path, () => markdownToTree(asked)),
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
