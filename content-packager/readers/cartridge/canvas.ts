import { readAll } from '../byte-source.ts';
import type { InputFile, Report } from '../course.ts';
import type { InputTree } from '../input-tree.ts';
import { decodeText } from '../text-decoding.ts';
import { childrenXml, findAllXml, textXml, type XmlElement } from '../xml.ts';
import type { CartridgeResource } from './manifest.ts';

/** An assignment as Canvas keeps it beside its page. */
export interface AssignmentSettings {
  readonly title: string;
  /** `2027-06-30` */
  readonly due?: string;
}

/** What Canvas says about a quiz beside its questions. */
export interface QuizSettings {
  readonly title?: string;
  /** HTML, still to be sanitised. */
  readonly introduction?: string;
  readonly maxAttempts?: number;
}

/** What a Canvas export says beyond the standard. Empty for every other cartridge. */
export interface CanvasState {
  readonly courseTitle: string | undefined;
  readonly assignments: ReadonlyMap<string, AssignmentSettings>;
  readonly quizzes: ReadonlyMap<string, QuizSettings>;
  /** Resources that students do not see, and why. */
  readonly hidden: ReadonlyMap<string, string>;
  /** Items of the organisation that students do not see. */
  readonly hiddenItems: ReadonlySet<string>;
}

const HIDDEN_STATES = new Set(['unpublished', 'deleted']);
const MAX_PAGE_BYTES = 32 * 1024 * 1024;

/** Reads the settings files that Canvas puts into its exports. */
export async function readCanvasState(
  tree: InputTree,
  resources: ReadonlyMap<string, CartridgeResource>,
  xmlOf: (file: InputFile) => Promise<XmlElement>,
  report: Report,
): Promise<CanvasState> {
  const assignments = new Map<string, AssignmentSettings>();
  const quizzes = new Map<string, QuizSettings>();
  const hidden = new Map<string, string>();
  const hiddenItems = new Set<string>();
  const xmlAt = async (path: string | undefined): Promise<XmlElement | undefined> => {
    const file = path === undefined ? undefined : tree.files.get(path);
    return file === undefined ? undefined : xmlOf(file);
  };
  for (const resource of resources.values()) {
    const settings = await xmlAt(resource.files.find((path) => /(^|\/)assignment_settings\.xml$/.test(path)));
    if (settings !== undefined) assignments.set(resource.id, assignmentOf(settings));
    const page = resource.path?.startsWith('wiki_content/') === true ? tree.files.get(resource.path) : undefined;
    const state = settings !== undefined ? stateOf(settings) : page === undefined ? undefined : await pageState(page);
    if (state !== undefined && HIDDEN_STATES.has(state)) hidden.set(resource.id, `is ${state} in Canvas`);
    if (resource.kind !== 'quiz' && resource.kind !== 'topic') continue;
    for (const id of resource.dependencies) {
      const path = resources.get(id)?.path;
      const meta = path?.endsWith('.xml') ? await xmlAt(path) : undefined;
      if (meta?.name === 'quiz') quizzes.set(resource.id, quizOf(meta));
      const topicState = meta?.name === 'topicMeta' ? stateOf(meta) : undefined;
      if (topicState !== undefined && HIDDEN_STATES.has(topicState))
        hidden.set(resource.id, `is ${topicState} in Canvas`);
    }
  }
  const modules = await xmlAt('course_settings/module_meta.xml');
  for (const module of modules === undefined ? [] : childrenXml(modules, 'module')) {
    const inside = findAllXml(module, 'item');
    const isHidden = HIDDEN_STATES.has(stateOf(module) ?? '');
    for (const item of inside) {
      if (!isHidden && !HIDDEN_STATES.has(stateOf(item) ?? '')) continue;
      hiddenItems.add(item.attributes.get('identifier') ?? '');
      report.add(
        'course_settings/module_meta.xml',
        'HIDDEN_ITEM',
        `${textXml(item, 'title') ?? ''} is unpublished in its module`,
      );
    }
    if (isHidden) hiddenItems.add(module.attributes.get('identifier') ?? '');
  }
  const settings = await xmlAt('course_settings/course_settings.xml');
  return {
    courseTitle: settings === undefined ? undefined : textXml(settings, 'title'),
    assignments,
    quizzes,
    hidden,
    hiddenItems,
  };
}

function stateOf(element: XmlElement): string | undefined {
  return childrenXml(element, 'workflow_state')[0]?.text.trim();
}

async function pageState(page: InputFile): Promise<string | undefined> {
  const { text } = decodeText(await readAll(page.source, MAX_PAGE_BYTES, page.path), page.path);
  return /<meta\s+name="workflow_state"\s+content="(\w+)"/i.exec(text.slice(0, 4096))?.[1];
}

function assignmentOf(settings: XmlElement): AssignmentSettings {
  const due = /^\d{4}-\d{2}-\d{2}/.exec(textXml(settings, 'due_at') ?? '')?.[0];
  return { title: textXml(settings, 'title') ?? '', ...(due === undefined ? {} : { due }) };
}

function quizOf(meta: XmlElement): QuizSettings {
  const title = textXml(meta, 'title');
  const introduction = childrenXml(meta, 'description')[0]?.text.trim() ?? '';
  const attempts = Number(textXml(meta, 'allowed_attempts') ?? Number.NaN);
  return {
    ...(title === undefined ? {} : { title }),
    ...(introduction === '' ? {} : { introduction }),
    // Canvas writes -1 for as often as one likes, which is what an absent number means here.
    ...(Number.isInteger(attempts) && attempts > 0 ? { maxAttempts: attempts } : {}),
  };
}
