import type { InputFile, Report } from '../course.ts';
import type { InputTree } from '../input-tree.ts';
import type { Backup } from './backup.ts';

/** Files and elements of a backup that are about people; nothing of them is ever read further than to count. */
const ABOUT_PEOPLE: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^users\.xml$/, /<user id=/g, 'accounts of people'],
  [/(^|\/)logs\.xml$/, /<log id=/g, 'lines of logs'],
  [/(^|\/)logstores\.xml$/, /<logstore_standard_log id=/g, 'lines of logs'],
  [/(^|\/)grades\.xml$/, /<grade_grade id=/g, 'grades'],
  [/(^|\/)grade_history\.xml$/, /<grade_grade id=/g, 'earlier grades'],
  [/(^|\/)completion\.xml$/, /<completion id=/g, 'notes on who finished what'],
  [/(^|\/)comments\.xml$/, /<comment id=/g, 'comments'],
  [/(^|\/)enrolments\.xml$/, /<enrolment id=/g, 'enrolments'],
  [/(^|\/)roles\.xml$/, /<assignment id=/g, 'roles of people'],
  [/(^|\/)calendar\.xml$/, /<event id=/g, 'calendar entries'],
  [/^badges\.xml$/, /<manual_award id=|<criterion_met id=/g, 'badges of people'],
  [/^groups\.xml$/, /<group_member id=/g, 'members of groups'],
  [/\/assign\.xml$/, /<submission id=/g, 'submitted assignments'],
  [/\/quiz\.xml$/, /<attempt id=/g, 'attempts at quizzes'],
  [/\/forum\.xml$/, /<post id=/g, 'posts in forums'],
  [/\/lesson\.xml$/, /<attempt id=/g, 'attempts at lessons'],
  [/\/workshop\.xml$/, /<submission id=/g, 'submissions to workshops'],
  [
    /\/(choice|feedback|survey|data|wiki|chat)\.xml$/,
    /<(answer|completed|response|record|page|message) id=/g,
    'answers and entries of people',
  ],
];

const CONTENT_AREAS: ReadonlySet<string> = new Set([
  'submission_files',
  'submissions_onlinetext',
  'post',
  'attachment',
]);

/** Tells the report, by file, what about people was in the backup and was left out. */
export async function reportPersonalData(tree: InputTree, backup: Backup, report: Report): Promise<void> {
  for (const file of tree.files.values()) {
    for (const [path, mark, what] of ABOUT_PEOPLE) {
      if (!path.test(file.path)) continue;
      const count = await countIn(file, mark);
      if (count > 0) report.add(file.path, 'PERSONAL_DATA', `${count} ${what}`);
    }
  }
  const files = backup.files.filter(
    ({ component, area }) =>
      component === 'user' || component.startsWith('assignsubmission') || CONTENT_AREAS.has(area),
  );
  if (files.length > 0) report.add('files.xml', 'PERSONAL_DATA', `${files.length} files of people`);
}

/** Whether a file of the backup belongs to the course and not to a person who took it. */
export function isCourseFile(component: string, area: string): boolean {
  return /^(mod_|course$|question$|qtype_)/.test(component) && !CONTENT_AREAS.has(area);
}

async function countIn(file: InputFile, mark: RegExp): Promise<number> {
  const decoder = new TextDecoder();
  let count = 0;
  let rest = '';
  for await (const piece of file.source.read()) {
    const text = rest + decoder.decode(piece, { stream: true });
    count += text.match(mark)?.length ?? 0;
    // A mark may lie across two pieces; none is longer than this, and none is counted twice.
    const tail = text.lastIndexOf('<');
    rest = tail > text.length - 60 && text.slice(tail).match(mark) === null ? text.slice(tail) : '';
  }
  return count;
}
