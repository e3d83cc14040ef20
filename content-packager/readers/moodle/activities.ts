import type { Element, ElementContent } from 'hast';
import type { CourseFile, TocEntry } from '../course.ts';
import { rootAddress, slugOf } from '../href.ts';
import { cleanFragment, refusingOverflow } from '../html-page.ts';
import { titleOfName } from '../media-page.ts';
import { textElement } from '../text-of.ts';
import { findAllXml } from '../xml.ts';
import { type BackupActivity, type BackupFile, plain, richText } from './backup.ts';
import { type Bench, contentOf, type Opened, pageOf, single } from './bench.ts';
import { bookChapters, openBook } from './book.ts';
import { openGlossary } from './glossary.ts';
import { openLesson } from './lesson.ts';
import { isEmptyText } from './moodle-text.ts';
import type { Places } from './places.ts';

const NOTHING: Opened = { files: [], toc: [] };
const ONLINE = new Set(['lti', 'bigbluebuttonbn', 'chat', 'zoom']);
const SILENT = new Set(['qbank']);

/** Gives the pages that an activity will have their names, so that other pages can link to them. */
export function planActivity(activity: BackupActivity, { assembly, places }: Bench): void {
  const place = places.ofActivity(activity);
  switch (activity.kind) {
    case 'assign':
    case 'assignment':
      assembly.planPage(place, 'assignment.json');
      return;
    case 'quiz':
      assembly.planPage(place, 'quiz.json');
      return;
    case 'book':
      for (const chapter of bookChapters(activity)) assembly.planPage(places.ofChapter(activity, chapter.id));
      assembly.planPage(place);
      return;
    case 'page':
    case 'label':
    case 'url':
    case 'resource':
    case 'folder':
    case 'lesson':
    case 'glossary':
    case 'forum':
      assembly.planPage(place);
      return;
    default:
  }
}

/** Opens one activity. What cannot be taken over is in the report. */
export async function openActivity(activity: BackupActivity, bench: Bench): Promise<Opened> {
  const { assembly } = bench;
  switch (activity.kind) {
    case 'page':
      return pageOf(
        activity,
        bench,
        [
          ...(plain(activity.settings, 'displayoptions')?.includes('"printintro";s:1:"1"') === true
            ? contentOf(activity, bench, 'intro')
            : []),
          ...contentOf(activity, bench, 'content'),
        ],
        'content',
      );
    case 'label':
      return pageOf(activity, bench, contentOf(activity, bench, 'intro'), 'intro');
    case 'url': {
      const address = plain(activity.settings, 'externalurl') ?? '';
      assembly.report.add(activity.folder, 'WEB_LINK', `${activity.title}: ${address}`);
      return pageOf(
        activity,
        bench,
        [
          ...contentOf(activity, bench, 'intro'),
          textElement('p', bench.labels.onTheInternet),
          { type: 'element', tagName: 'p', properties: {}, children: [textElement('code', address)] },
        ],
        'intro',
      );
    }
    case 'resource':
    case 'folder':
      return filesOf(activity, bench);
    case 'book':
      return openBook(activity, bench);
    case 'lesson':
      return openLesson(activity, bench);
    case 'glossary':
      return openGlossary(activity, bench);
    case 'assign':
    // The module of Moodle 2.2 and before.
    case 'assignment':
      return assignmentOf(activity, bench);
    case 'quiz': {
      const quiz = bench.quizzes.get(activity.id);
      return quiz === undefined ? NOTHING : single(quiz);
    }
    case 'forum': {
      const intro = richText(activity.settings, 'intro');
      assembly.report.add(
        activity.folder,
        'ACTIVITY_NOT_TAKEN',
        `${activity.title} (forum; its question became a page)`,
      );
      if (isEmptyText(intro) || plain(activity.settings, 'type') === 'news') {
        assembly.unplan(bench.places.ofActivity(activity));
        return NOTHING;
      }
      return pageOf(
        activity,
        bench,
        [textElement('p', bench.labels.discussion, 'll-note'), ...contentOf(activity, bench, 'intro')],
        'intro',
      );
    }
    default:
      if (!SILENT.has(activity.kind))
        assembly.report.add(
          activity.folder,
          ONLINE.has(activity.kind) ? 'ONLINE_TOOL' : 'ACTIVITY_NOT_TAKEN',
          `${activity.title} (${activity.kind})`,
        );
      return NOTHING;
  }
}

async function filesOf(activity: BackupActivity, bench: Bench): Promise<Opened> {
  const { assembly, places } = bench;
  const all = places.filesOf(activity.contextId, `mod_${activity.kind}`, 'content');
  const wanted = activity.kind === 'folder' ? all : [all.find((file) => file.isMain) ?? all[0]].filter(isDefined);
  const intro = contentOf(activity, bench, 'intro');
  const opened: CourseFile[] = [];
  const toc: TocEntry[] = [];
  for (const file of wanted) {
    const place = places.ofFile(file);
    const title = activity.kind === 'folder' ? titleOfName(file.path) : activity.title;
    const page = await assembly.open(place, { title, alone: true, heading: true });
    if (page === undefined) continue;
    opened.push(page);
    const outline = assembly.outlineOf(place);
    toc.push({ title, href: page.href, ...(outline.length === 0 ? {} : { children: outline }) });
  }
  if (activity.kind === 'resource' && intro.length === 0) {
    assembly.unplan(places.ofActivity(activity));
    return { files: opened, toc };
  }
  const list = wanted.filter((file) => assembly.isPlanned(places.ofFile(file))).map((file) => fileLink(file, places));
  const page = pageOf(
    activity,
    bench,
    [
      ...intro,
      ...(list.length === 0 ? [] : [{ type: 'element' as const, tagName: 'ul', properties: {}, children: list }]),
    ],
    'intro',
  );
  const [line] = page.toc;
  return {
    files: [...page.files, ...opened],
    toc: line === undefined ? toc : [{ ...line, ...(toc.length === 0 ? {} : { children: toc }) }],
  };
}

function fileLink(file: BackupFile, places: Places): Element {
  const link: Element = {
    type: 'element',
    tagName: 'a',
    properties: { href: rootAddress(places.ofFile(file)) },
    children: [{ type: 'text', value: titleOfName(file.path) }],
  };
  return { type: 'element', tagName: 'li', properties: {}, children: [link] };
}

function assignmentOf(activity: BackupActivity, bench: Bench): Opened {
  const { assembly, places, labels } = bench;
  const place = places.ofActivity(activity);
  const component = `mod_${activity.kind}`;
  const fragment = (children: readonly ElementContent[], area: string): string =>
    refusingOverflow(place, () =>
      cleanFragment(
        { type: 'root', children: [...children] },
        assembly.contextOf(place, { address: places.addressIn(activity.contextId, component, area) }),
      ),
    );
  const attached = ['introattachment', 'activityattachment'].flatMap((area) =>
    places
      .filesOf(activity.contextId, component, area)
      .filter((file) => assembly.isPlanned(places.ofFile(file)))
      .map((file) => fileLink(file, places)),
  );
  const question = [
    fragment(contentOf(activity, bench, 'intro'), 'intro'),
    fragment(contentOf(activity, bench, 'activity'), 'activityattachment'),
    attached.length === 0
      ? ''
      : fragment(
          [
            textElement('h2', labels.attachments),
            { type: 'element', tagName: 'ul', properties: {}, children: attached },
          ],
          'intro',
        ),
  ].join('');
  const due = dayOf(plain(activity.settings, 'duedate') ?? plain(activity.settings, 'timedue'));
  const limit = wordLimitOf(activity);
  return single(
    assembly.putAssignment(place, {
      id: slugOf(`assign-${activity.id}`),
      title: activity.title,
      question,
      ...(due === undefined ? {} : { due }),
      ...(limit === undefined ? {} : { wordLimit: limit }),
    }),
  );
}

function wordLimitOf(activity: BackupActivity): number | undefined {
  const settings = new Map(
    findAllXml(activity.settings, 'plugin_config')
      .filter((config) => plain(config, 'subtype') === 'assignsubmission' && plain(config, 'plugin') === 'onlinetext')
      .map((config) => [plain(config, 'name'), plain(config, 'value')]),
  );
  const limit = Number(settings.get('wordlimit') ?? 0);
  return settings.get('wordlimitenabled') === '1' && Number.isInteger(limit) && limit > 0 && limit < 1_000_000
    ? limit
    : undefined;
}

/** Seconds since 1970 as a day in UTC; Moodle writes 0 for no date. */
function dayOf(seconds: string | undefined): string | undefined {
  const value = Number(seconds ?? 0);
  if (!Number.isInteger(value) || value <= 0 || value > 32_503_680_000) return undefined;
  return new Date(value * 1000).toISOString().slice(0, 10);
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
