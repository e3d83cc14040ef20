import { createAssembly } from '../assembly.ts';
import { readText } from '../asset.ts';
import type { Course, CourseFile, InputFile, ReadOptions, Report, TocEntry } from '../course.ts';
import { nothingToOpen } from '../empty-course.ts';
import { slugOf } from '../href.ts';
import { plainTextOf } from '../html-page.ts';
import type { InputTree } from '../input-tree.ts';
import { labelsFor } from '../labels.ts';
import { languageOf } from '../language.ts';
import { titleOfName } from '../media-page.ts';
import { markdownOptions } from '../page-file.ts';
import type { MoodleBank } from '../quiz/moodle-bank.ts';
import { type GlossaryEntry, glossaryFiles } from '../reading-aids.ts';
import { takeQuiz } from '../take-quiz.ts';
import { parseXml, textXml } from '../xml.ts';
import { openActivity, planActivity } from './activities.ts';
import { type BackupActivity, type BackupSection, MAX_XML_BYTES, readBackup, richText } from './backup.ts';
import type { Bench } from './bench.ts';
import { isEmptyText, moodleTree } from './moodle-text.ts';
import { isCourseFile, reportPersonalData } from './personal-data.ts';
import { placesOf, typeOfFile } from './places.ts';

/**
 * Reads a Moodle backup (`.mbz`, ZIP or gzip tar) of a course or of one activity: sections become chapters, their
 * activities pages, files, assignments and quizzes. Everything about people stays out, and the report says what.
 */
export async function readMoodle(tree: InputTree, options: ReadOptions, report: Report): Promise<Course> {
  const backup = await readBackup(tree, report);
  const language = options.language ?? languageOf(backup.language);
  const assembly = createAssembly({ language, report, ownPrefix: 'course', refusesBroken: false });
  const sections = backup.sections.filter((section) => section.ownerId === undefined);
  const shown = new Set<string>();
  // A course that was never shown to anybody hides everything; whoever packs it wants it all the same.
  const takesHidden = sections.every(
    ({ visible, sequence }) => !visible || sequence.every((id) => backup.activities.get(id)?.visible !== true),
  );
  const noteShown = (section: BackupSection): void => {
    for (const id of section.sequence) {
      const activity = backup.activities.get(id);
      if (activity === undefined) continue;
      const isHidden = !section.visible || !activity.visible;
      if (isHidden) report.add(activity.folder, takesHidden ? 'HIDDEN_TAKEN' : 'HIDDEN_ITEM', activity.title);
      if (isHidden && !takesHidden) continue;
      shown.add(id);
      const inner = insideOf(activity);
      if (inner !== undefined) noteShown(inner);
    }
  };
  const insideOf = (activity: BackupActivity): BackupSection | undefined =>
    activity.kind === 'subsection'
      ? backup.sections.find((section) => section.ownerId === activity.settings.attributes.get('id'))
      : undefined;
  for (const section of sections) noteShown(section);

  const places = placesOf(backup, (activity) => shown.has(activity.id));
  const glossary: GlossaryEntry[] = [];
  const bench: Bench = { assembly, backup, places, labels: labelsFor(language), glossary, quizzes: new Map() };
  const contexts = new Set([...shown].map((id) => backup.activities.get(id)?.contextId));
  for (const file of backup.files) {
    // Questions lie in the context of their bank, which is the course or another activity.
    const isShown = /^(course|question|qtype_.*)$/.test(file.component) || contexts.has(file.contextId);
    if (!isShown || !isCourseFile(file.component, file.area)) continue;
    const input: InputFile = { path: places.ofFile(file), source: file.source };
    if (!assembly.isPlanned(input.path)) await assembly.planFile(input, typeOfFile(file));
  }
  for (const section of sections) if (section.visible || takesHidden) assembly.planPage(places.ofSection(section.id));
  for (const id of shown) {
    const activity = backup.activities.get(id);
    if (activity !== undefined) planActivity(activity, bench);
  }
  await takeQuizzes(tree, shown, bench, report);

  const order: CourseFile[] = [];
  const seen = new Set<string>();
  const put = (file: CourseFile): void => {
    if (!seen.has(file.href)) order.push(file);
    seen.add(file.href);
  };
  const entriesOf = async (section: BackupSection): Promise<TocEntry[]> => {
    const entries: TocEntry[] = [];
    const headings = new Map<TocEntry, BackupActivity>();
    let heading: TocEntry[] | undefined;
    for (const id of section.sequence) {
      const activity = shown.has(id) ? backup.activities.get(id) : undefined;
      if (activity === undefined) continue;
      const inner = insideOf(activity);
      if (inner !== undefined) {
        const children = await entriesOf(inner);
        if (children.length > 0) entries.push({ title: inner.name ?? activity.title, children });
        continue;
      }
      const short = shortLabel(activity);
      if (short !== undefined) {
        heading = [];
        const entry = { title: short, children: heading };
        headings.set(entry, activity);
        entries.push(entry);
        continue;
      }
      const opened = await openActivity(activity, bench);
      for (const file of opened.files) put(file);
      (heading ?? entries).push(...opened.toc);
    }
    const kept: TocEntry[] = [];
    for (const entry of entries) {
      const label = headings.get(entry);
      if (label === undefined || (entry.children?.length ?? 0) > 0) kept.push(entry);
      else {
        // A label with nothing below it is no heading but something to read.
        const opened = await openActivity(label, bench);
        for (const file of opened.files) put(file);
        kept.push(...opened.toc);
      }
    }
    return kept;
  };
  const toc: TocEntry[] = [];
  for (const section of sections) {
    if (!section.visible && !takesHidden) continue;
    const place = places.ofSection(section.id);
    const title = section.name ?? (section.number === 0 ? undefined : `${bench.labels.section} ${section.number}`);
    const intro = isEmptyText(section.summary)
      ? undefined
      : assembly.putPage(place, moodleTree(section.summary, place, markdownOptions(assembly.contextOf(place))), {
          title: title ?? backup.title ?? titleOfName(tree.name),
          heading: true,
          address: places.addressIn(courseContext(backup.files), 'course', 'section', section.id),
        });
    if (intro === undefined) assembly.unplan(place);
    else put(intro);
    const entries = await entriesOf(section);
    if (intro === undefined && entries.length === 0) continue;
    if (title === undefined) {
      toc.push(...(intro === undefined ? [] : [{ title: intro.title ?? '', href: intro.href }]), ...entries);
      continue;
    }
    toc.push({
      title,
      ...(intro === undefined ? {} : { href: intro.href }),
      ...(entries.length === 0 ? {} : { children: entries }),
    });
  }
  for (const { file } of await assembly.openLinked()) put(file);
  await reportPersonalData(tree, backup, report);
  if (order.length === 0)
    throw nothingToOpen(tree.name, report, 'Make the activities visible in Moodle, and make the backup again.');
  const description = backup.summary === undefined ? '' : plainTextOf(backup.summary, 'course/course.xml');
  return {
    title: options.title ?? backup.title ?? titleOfName(tree.name),
    language,
    direction: assembly.direction,
    readingOrder: order,
    resources: [...(await assembly.resources(false)), ...glossaryFiles(glossary)],
    toc,
    report: report.entries(),
    suggested: {
      moduleId: slugOf(backup.shortName ?? tree.name.replace(/\.(mbz|zip|tgz|tar\.gz)$/i, '')),
      ...(description === '' ? {} : { description }),
    },
    close: tree.close,
  };
}

/** Takes all quizzes before any page is made: a page may only link to a quiz that came along. */
async function takeQuizzes(tree: InputTree, shown: ReadonlySet<string>, bench: Bench, report: Report): Promise<void> {
  const questions = tree.files.get('questions.xml');
  // The bank of a large course takes seconds to read, and every quiz asks for it.
  const bank = questions === undefined ? undefined : once(() => readBank(questions, report));
  for (const id of shown) {
    const activity = bench.backup.activities.get(id);
    const file = activity?.kind === 'quiz' ? tree.files.get(`${activity.folder}/quiz.xml`) : undefined;
    if (activity === undefined || file === undefined) continue;
    const place = bench.places.ofActivity(activity);
    const introduction = richText(activity.settings, 'intro');
    const attempts = Number(textXml(activity.settings, 'attempts_number') ?? 0);
    const quiz = await takeQuiz(
      {
        kind: 'moodle',
        file,
        title: activity.title,
        context: bench.assembly.contextOf(place, {
          address: bench.places.addressIn(activity.contextId, 'mod_quiz', 'intro'),
        }),
        ...(isEmptyText(introduction) ? {} : { introduction: introduction.text }),
        ...(attempts > 0 ? { maxAttempts: attempts } : {}),
        ...(bank === undefined ? {} : { bank }),
        questionAddress: (contextId, area, itemId) => bench.places.addressIn(contextId, 'question', area, itemId),
      },
      report,
    );
    if (quiz === undefined) bench.assembly.unplan(place);
    else bench.quizzes.set(activity.id, quiz);
  }
}

async function readBank(file: InputFile, report: Report): Promise<MoodleBank> {
  const { readMoodleBank } = await import('../quiz/moodle-bank.ts');
  return readMoodleBank(parseXml(await readText(file.source, { path: file.path, report }, MAX_XML_BYTES), file.path));
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A label of a few words is a heading over what follows it on the course page. */
function shortLabel(activity: BackupActivity | undefined): string | undefined {
  if (activity?.kind !== 'label') return undefined;
  const { text } = richText(activity.settings, 'intro');
  if (/<(img|video|audio|iframe|object|a|table|ul|ol)\b/i.test(text)) return undefined;
  const words = plainTextOf(text, activity.folder);
  return words !== '' && words.length <= 80 ? words : undefined;
}

function courseContext(files: readonly { component: string; contextId: string }[]): string {
  return files.find((file) => file.component === 'course')?.contextId ?? '';
}
