import { readText } from '../asset.ts';
import type { InputFile, Report } from '../course.ts';
import type { InputTree } from '../input-tree.ts';
import { ReaderError } from '../reader-error.ts';
import { childrenXml, findAllXml, findXml, parseXml, textXml, type XmlElement } from '../xml.ts';

/** What `moodle_backup.xml`, the sections and the course file say. */
export interface Backup {
  readonly title: string | undefined;
  readonly shortName: string | undefined;
  readonly language: string | undefined;
  readonly summary: string | undefined;
  readonly sections: readonly BackupSection[];
  /** By the id of the course module. */
  readonly activities: ReadonlyMap<string, BackupActivity>;
  readonly files: readonly BackupFile[];
}

/** A section (topic, week) of the course page. */
export interface BackupSection {
  readonly id: string;
  readonly number: number;
  /** Absent when the teacher gave it no name. */
  readonly name: string | undefined;
  readonly summary: RichText;
  readonly visible: boolean;
  /** Ids of course modules in order. */
  readonly sequence: readonly string[];
  /** The activity that this section belongs to, for sections inside sections (Moodle 4.5 and later). */
  readonly ownerId: string | undefined;
}

/** An activity or resource. `settings` is the element named after its kind. */
export interface BackupActivity {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly folder: string;
  readonly sectionId: string;
  readonly contextId: string;
  readonly visible: boolean;
  readonly settings: XmlElement;
}

/** A file of the backup: where it belongs in Moodle, and its bytes. */
export interface BackupFile {
  readonly contextId: string;
  readonly component: string;
  readonly area: string;
  readonly itemId: string;
  /** `/folder/name.png` */
  readonly path: string;
  readonly mediaType: string;
  readonly isMain: boolean;
  readonly source: InputFile['source'];
}

/** Text as Moodle keeps it: HTML, Markdown, plain, or plain with line ends. */
export interface RichText {
  readonly text: string;
  readonly format: string;
}

const MAIN = 'moodle_backup.xml';
/** A list of fifty thousand files, or an assignment with what a whole school handed in, is larger than any page. */
export const MAX_XML_BYTES = 128 * 1024 * 1024;

/** Reads the structure of a backup, whether it is of a course or of one activity. Throws `MOODLE_MALFORMED`. */
export async function readBackup(tree: InputTree, report: Report): Promise<Backup> {
  const xmlAt = async (path: string): Promise<XmlElement | undefined> => {
    const file = tree.files.get(path);
    return file === undefined
      ? undefined
      : parseXml(await readText(file.source, { path, report }, MAX_XML_BYTES), path);
  };
  const main = await xmlAt(MAIN);
  if (main === undefined || findXml(main, 'information') === undefined)
    throw new ReaderError({
      code: 'MOODLE_MALFORMED',
      file: tree.name,
      problem:
        main === undefined && tree.files.has('moodle.xml')
          ? 'is a backup of Moodle 1.9, which is too old'
          : `is not a Moodle backup: ${MAIN} is missing or empty`,
      advice: 'Make the backup again in Moodle 2 or later, without user data.',
    });
  const course = await xmlAt('course/course.xml');
  const contents = findXml(main, 'contents') ?? main;
  const activities = new Map<string, BackupActivity>();
  for (const entry of findAllXml(contents, 'activity')) {
    const activity = await readActivity(entry, xmlAt);
    if (activity !== undefined) activities.set(activity.id, activity);
  }
  const sections: BackupSection[] = [];
  for (const entry of findAllXml(contents, 'section')) {
    const folder = textXml(entry, 'directory');
    const section = folder === undefined ? undefined : await xmlAt(`${folder}/section.xml`);
    if (section !== undefined) sections.push(sectionOf(section));
  }
  // A backup of one activity has no section: its activities are the course.
  if (sections.length === 0)
    sections.push({
      id: '',
      number: 0,
      name: undefined,
      summary: { text: '', format: '1' },
      visible: true,
      sequence: [...activities.keys()],
      ownerId: undefined,
    });
  return {
    title: plain(course, 'fullname') ?? plain(main, 'original_course_fullname'),
    shortName: plain(course, 'shortname') ?? plain(main, 'original_course_shortname'),
    language: plain(course, 'lang'),
    summary: plain(course, 'summary'),
    sections: withLooseActivities(
      sections.sort((a, b) => a.number - b.number),
      activities,
    ),
    activities,
    files: await readFiles(tree, xmlAt),
  };
}

/** A text member with its format member (`intro` and `introformat`). */
export function richText(element: XmlElement, name: string): RichText {
  const text = childrenXml(element, name)[0]?.text ?? '';
  return { text: isNull(text) ? '' : text, format: childrenXml(element, `${name}format`)[0]?.text.trim() ?? '1' };
}

/** A member as plain text; undefined when absent, empty or Moodle's own NULL. */
export function plain(element: XmlElement | undefined, name: string): string | undefined {
  const text = element === undefined ? undefined : childrenXml(element, name)[0]?.text.trim();
  return text === undefined || text === '' || isNull(text) ? undefined : text;
}

/** An activity that stands in no section's list stands at the end of the section that it names, or of the last one. */
function withLooseActivities(
  sections: readonly BackupSection[],
  activities: ReadonlyMap<string, BackupActivity>,
): BackupSection[] {
  const placed = new Set(sections.flatMap((section) => section.sequence));
  const loose = [...activities.values()].filter(({ id }) => !placed.has(id));
  return sections.map((section, index) => {
    const own = loose.filter(
      ({ sectionId }) =>
        sectionId === section.id ||
        (index === sections.length - 1 && !sections.some((other) => other.id === sectionId)),
    );
    return { ...section, sequence: [...section.sequence, ...own.map(({ id }) => id)] };
  });
}

async function readActivity(
  entry: XmlElement,
  xmlAt: (path: string) => Promise<XmlElement | undefined>,
): Promise<BackupActivity | undefined> {
  const kind = plain(entry, 'modulename') ?? '';
  const folder = plain(entry, 'directory');
  if (folder === undefined || !/^[a-z0-9_]+$/.test(kind)) return undefined;
  const [activity, module] = [await xmlAt(`${folder}/${kind}.xml`), await xmlAt(`${folder}/module.xml`)];
  const settings = activity === undefined ? undefined : childrenXml(activity, kind)[0];
  if (activity === undefined || settings === undefined) return undefined;
  const isOn = (name: string): boolean => plain(module, name) !== '0';
  return {
    id: plain(entry, 'moduleid') ?? activity.attributes.get('moduleid') ?? '',
    kind,
    title: plain(settings, 'name') ?? plain(entry, 'title') ?? kind,
    folder,
    sectionId: plain(entry, 'sectionid') ?? '',
    contextId: activity.attributes.get('contextid') ?? '',
    visible: isOn('visible') && isOn('visibleoncoursepage'),
    settings,
  };
}

function sectionOf(section: XmlElement): BackupSection {
  const isDelegated = plain(section, 'component') === 'mod_subsection';
  return {
    id: section.attributes.get('id') ?? '',
    number: Number(plain(section, 'number') ?? 0),
    name: plain(section, 'name'),
    summary: richText(section, 'summary'),
    visible: plain(section, 'visible') !== '0',
    sequence: (plain(section, 'sequence') ?? '').split(',').filter((id) => id !== ''),
    ownerId: isDelegated ? plain(section, 'itemid') : undefined,
  };
}

async function readFiles(
  tree: InputTree,
  xmlAt: (path: string) => Promise<XmlElement | undefined>,
): Promise<BackupFile[]> {
  const root = await xmlAt('files.xml');
  return (root === undefined ? [] : childrenXml(root, 'file')).flatMap((file): BackupFile[] => {
    const hash = plain(file, 'contenthash') ?? '';
    const name = plain(file, 'filename') ?? '.';
    const stored = tree.files.get(`files/${hash.slice(0, 2)}/${hash}`);
    const folder = plain(file, 'filepath') ?? '/';
    if (stored === undefined || name === '.' || `${folder}${name}`.split('/').includes('..')) return [];
    return [
      {
        contextId: plain(file, 'contextid') ?? '',
        component: plain(file, 'component') ?? '',
        area: plain(file, 'filearea') ?? '',
        itemId: plain(file, 'itemid') ?? '0',
        path: `${folder}${name}`.normalize('NFC'),
        mediaType: (plain(file, 'mimetype') ?? '').toLowerCase(),
        isMain: plain(file, 'sortorder') === '1',
        source: stored.source,
      },
    ];
  });
}

function isNull(text: string): boolean {
  return text.trim() === '$@NULL@$';
}
