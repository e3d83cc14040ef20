import type { Element, Root } from 'hast';
import { parseAssignment } from '#core/module/assignment.ts';
import { readAll } from '../readers/byte-source.ts';
import type { Course, CourseFile, ReadOptions } from '../readers/course.ts';
import { parseHtml } from '../readers/html-page.ts';
import { readCourse } from '../readers/read-course.ts';
import { withSearchIndex } from '../readers/search-index.ts';
import { codecsNotPlayed } from './codec.ts';
import { type CheckCode, type CheckResult, type Finding, severityOf } from './finding.ts';
import { licencesIn } from './licence.ts';
import { checkPage } from './page-check.ts';

const LARGE_FILE_BYTES = 200 * 1024 * 1024;
const LARGE_PICTURE_BYTES = 2 * 1024 * 1024;
const MAX_PAGE_BYTES = 64 * 1024 * 1024;
const NOTES: ReadonlySet<CheckCode> = new Set<CheckCode>([
  'LARGE_FILE',
  'LARGE_PICTURE',
  'LICENCE_NOT_NAMED',
  'SOUND_WITHOUT_TEXT',
  'PDF_NOT_TAGGED',
]);

/**
 * Reads an input as `pack` does and says what a learner in a cell would miss, each with its file and, where the source
 * has lines, its line. Nothing is written. Throws ReaderError for what `pack` refuses.
 */
export async function checkInput(path: string, options: ReadOptions): Promise<CheckResult> {
  const findings = createFindings();
  const sourceOf = new Map<string, string>();
  const read = await readCourse(path, {
    ...options,
    inspect: (page, tree) => {
      sourceOf.set(page.href, page.path);
      checkPage(tree, (code, detail, line) => findings.add(page.path, code, detail, line));
    },
  });
  try {
    // What cannot be searched is found by making the index
    const course = await withSearchIndex(read);
    const place = (href: string): string => sourceOf.get(href) ?? href;
    const licences = new Set(await licencesOfPages(course, place, findings));
    for (const file of [...course.readingOrder, ...course.resources]) await checkFile(file, place(file.href), findings);
    await checkAssignmentIds(course, place, findings);
    if (licences.size === 0) findings.add(course.title, 'LICENCE_NOT_NAMED', 'no page names a licence or its owner');
    const taken = course.report.map((entry): Finding => ({ ...entry, severity: severityOf(entry.code) }));
    return {
      title: course.title,
      findings: [...taken, ...findings.all()].sort(inOrder),
      sizes: sizesOf(course),
      licences: [...licences],
    };
  } finally {
    await read.close();
  }
}

interface Findings {
  add(file: string, code: CheckCode, detail: string, line?: number): void;
  all(): readonly Finding[];
}

function createFindings(): Findings {
  const found = new Map<string, Finding>();
  return {
    add(file, code, detail, line) {
      const key = `${file}\n${code}\n${detail}`;
      const before = found.get(key);
      const place = before?.line ?? line;
      found.set(key, {
        ...{ file, code, detail, severity: NOTES.has(code) ? 'note' : 'problem', count: (before?.count ?? 0) + 1 },
        ...(place === undefined ? {} : { line: place }),
      });
    },
    all: () => [...found.values()],
  };
}

/** Problems first, then by file and line. */
function inOrder(a: Finding, b: Finding): number {
  if (a.severity !== b.severity) return a.severity === 'problem' ? -1 : 1;
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0);
}

/** Looks at the finished pages: films there have got the captions that lie beside them. */
async function licencesOfPages(course: Course, place: (href: string) => string, findings: Findings): Promise<string[]> {
  const licences: string[] = [];
  for (const file of course.readingOrder) {
    if (file.type !== 'text/html') continue;
    const html = new TextDecoder().decode(await readAll(file.source, MAX_PAGE_BYTES, file.href));
    const tree = parseHtml(html, file.href);
    for (const film of elements(tree, 'video')) {
      const hasCaptions = elements(film, 'track').length > 0;
      if (!hasCaptions) findings.add(place(file.href), 'VIDEO_WITHOUT_CAPTIONS', String(film.properties['src'] ?? ''));
    }
    for (const sound of elements(tree, 'audio'))
      findings.add(place(file.href), 'SOUND_WITHOUT_TEXT', String(sound.properties['src'] ?? ''));
    licences.push(...licencesIn(linesOf(tree)));
  }
  return licences;
}

/** What is written is kept under the assignment's id: two with one id would share it. */
async function checkAssignmentIds(course: Course, place: (href: string) => string, findings: Findings): Promise<void> {
  const files = new Map([...course.readingOrder, ...course.resources].map((file) => [file.href, file]));
  const seen = new Set<string>();
  for (const part of course.readingOrder) {
    const file = part.kind === 'assignment' ? part : files.get(part.sheet ?? '');
    if (file === undefined) continue;
    const { id } = parseAssignment(await readAll(file.source, MAX_PAGE_BYTES, file.href));
    if (seen.has(id)) findings.add(place(part.href), 'ASSIGNMENT_ID_TWICE', id);
    seen.add(id);
  }
}

async function checkFile(file: CourseFile, path: string, findings: Findings): Promise<void> {
  const { sizeBytes } = file.source;
  if (sizeBytes > LARGE_FILE_BYTES) findings.add(path, 'LARGE_FILE', megabytes(sizeBytes));
  else if (file.type.startsWith('image/') && sizeBytes > LARGE_PICTURE_BYTES)
    findings.add(path, 'LARGE_PICTURE', megabytes(sizeBytes));
  if (/^(video|audio)\//.test(file.type)) {
    for (const codec of await codecsNotPlayed(file.source, file.type)) findings.add(path, 'CODEC_NOT_PLAYED', codec);
  }
  if (file.kind === 'pdf' && !(await mentions(file, '/StructTreeRoot'))) findings.add(path, 'PDF_NOT_TAGGED', '');
}

/** Whether a file holds this text as it stands; enough for the catalogue of a PDF that is not packed itself. */
async function mentions(file: CourseFile, text: string): Promise<boolean> {
  let carried = '';
  for await (const piece of file.source.read()) {
    const part = carried + Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
    // Object streams are compressed: what stands in them cannot be seen here, so nothing is said.
    if (part.includes(text) || part.includes('/ObjStm')) return true;
    carried = part.slice(-text.length);
  }
  return false;
}

function sizesOf(course: Course): CheckResult['sizes'] {
  const sizes = new Map<string, number>();
  for (const { href, source } of [...course.readingOrder, ...course.resources]) {
    const folder = href.includes('/') ? (href.split('/')[0] ?? '.') : '.';
    sizes.set(folder, (sizes.get(folder) ?? 0) + source.sizeBytes);
  }
  return [...sizes].map(([folder, sizeBytes]) => ({ folder, sizeBytes })).sort((a, b) => b.sizeBytes - a.sizeBytes);
}

/** The words of a page, those of every element on a line of their own. */
function linesOf(node: Root | Element): string {
  return node.children
    .map((child) => (child.type === 'text' ? child.value : child.type === 'element' ? `\n${linesOf(child)}\n` : ''))
    .join('');
}

function elements(node: Root | Element, tagName: string): Element[] {
  return node.children.flatMap((child) => {
    if (child.type !== 'element') return [];
    return child.tagName === tagName ? [child] : elements(child, tagName);
  });
}

function megabytes(sizeBytes: number): string {
  return `${Math.round(sizeBytes / 1e5) / 10} MB`;
}
