import type { Element, ElementContent, Root } from 'hast';
import { mediaFragment } from '#core/annotation/fragment.ts';
import { readCues } from '#core/captions/cues.ts';
import { plainText } from '#core/quiz/body.ts';
import { questionText } from '#core/quiz/question-text.ts';
import { MAX_QUIZ_BYTES, parseQuiz } from '#core/quiz/quiz.ts';
import { buildIndex, SEARCH_TYPE, type SearchSection } from '#core/search/index-format.ts';
import { SearchError } from '#core/search/search-error.ts';
import { bytesSource, readAll } from './byte-source.ts';
import type { Course, CourseFile, ReportEntry } from './course.ts';
import { resolveReference } from './href.ts';
import { parseHtml } from './html-page.ts';
import { OWN_FOLDER } from './page-style.ts';
import { eachPdfPage } from './pdf.ts';
import { textOf } from './text-of.ts';

const MAX_PAGE_BYTES = 64 * 1024 * 1024;
/** formats/search-index.md 2.3: some five hundred words. */
const MAX_SECTION = 3000;
/** Elements that stand on lines of their own: words on both sides of them are two words. */
const BLOCKS =
  /^(p|div|section|article|aside|header|footer|main|nav|h[1-6]|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tfoot|tr|td|th|figure|figcaption|blockquote|pre|hr|br|details|summary|address|hgroup|menu)$/;
const SILENT = new Set(['script', 'style', 'title', 'head', 'template', 'track', 'source', 'annotation']);

/**
 * Adds the search index (formats/search-index.md) to a course: a section for each heading of each page, for what is
 * said in each film, for each question of a quiz, and for each page of a PDF. A module whose text is larger than an
 * index may hold goes without, and the report says so.
 */
export async function withSearchIndex(course: Course): Promise<Course> {
  const sections: SearchSection[] = [];
  const report: ReportEntry[] = [];
  for (const file of course.readingOrder) {
    if (file.kind === 'page') sections.push(...(await pageSections(file, course.resources)));
    if (file.kind === 'quiz') sections.push(...(await quizSections(file)));
    if (file.kind === 'assignment') sections.push(...(await assignmentSections(file)));
    if (file.kind === 'pdf') {
      const pages = await pdfSections(file, report);
      sections.push(...pages);
      if (pages.length === 0)
        report.push({ file: file.href, code: 'PDF_NO_TEXT', detail: 'no text was found in it', count: 1 });
    }
  }
  const index = sections.length === 0 ? undefined : indexFile(course.language, sections, report);
  return {
    ...course,
    resources: [...course.resources, ...(index === undefined ? [] : [index])],
    report: [...course.report, ...report],
  };
}

function indexFile(
  language: string,
  sections: readonly SearchSection[],
  report: ReportEntry[],
): CourseFile | undefined {
  try {
    const source = bytesSource(buildIndex(language, sections));
    return { href: `${OWN_FOLDER}/search.json`, type: SEARCH_TYPE, kind: 'resource', source };
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    report.push({ file: `${OWN_FOLDER}/search.json`, code: 'NO_SEARCH', detail: error.message, count: 1 });
    return undefined;
  }
}

async function pageSections(file: CourseFile, resources: readonly CourseFile[]): Promise<SearchSection[]> {
  const html = new TextDecoder().decode(await readAll(file.source, MAX_PAGE_BYTES, file.href));
  const page = parseHtml(html, file.href);
  return [...sectionsIn(page, file.href, file.title ?? ''), ...(await spokenSections(page, file, resources))];
}

/** Cuts a page at its headings. Exported for tests. */
export function sectionsOf(html: string, href: string, pageTitle: string): SearchSection[] {
  return sectionsIn(parseHtml(html, href), href, pageTitle);
}

function sectionsIn(page: Root, href: string, pageTitle: string): SearchSection[] {
  const sections: { href: string; title: string; text: string }[] = [{ href, title: pageTitle, text: '' }];
  const add = (text: string): void => {
    const last = sections.at(-1);
    if (last !== undefined) last.text += text;
  };
  const walk = (nodes: readonly ElementContent[]): void => {
    for (const node of nodes) {
      if (node.type === 'text') add(node.value);
      if (node.type !== 'element' || SILENT.has(node.tagName)) continue;
      if (/^h[1-6]$/.test(node.tagName)) begin(node);
      else {
        const isBlock = BLOCKS.test(node.tagName);
        const alt = node.properties['alt'];
        if (isBlock) add('\n');
        if (node.tagName === 'img' && typeof alt === 'string') add(` ${alt} `);
        walk(node.children);
        if (isBlock) add('\n');
      }
    }
  };
  const begin = (heading: Element): void => {
    const title = textOf(heading).replace(/\s+/g, ' ').trim();
    const { id } = heading.properties;
    // The first heading of a page is its title; the page is where it leads.
    const isFirst = sections.length === 1 && sections[0]?.text.trim() === '' && heading.tagName === 'h1';
    if (isFirst && title !== '') sections[0] = { href, title, text: '' };
    else sections.push({ href: typeof id === 'string' ? `${href}#${id}` : href, title: title || pageTitle, text: '' });
  };
  walk(page.children.filter((node): node is Element => node.type === 'element'));
  return sections.flatMap((section) => {
    const text = section.text.replace(/\s+/g, ' ').trim();
    const named = { ...section, title: section.title.slice(0, 1000), text };
    return text === '' && section.title === '' ? [] : cutLong(named);
  });
}

/** Cuts a long section at blanks, so that a hit leads near its words and not to the top of a chapter. */
function cutLong(section: SearchSection): SearchSection[] {
  const parts: SearchSection[] = [];
  let start = 0;
  while (section.text.length - start > MAX_SECTION) {
    const blank = section.text.lastIndexOf(' ', start + MAX_SECTION);
    const end = blank <= start ? start + MAX_SECTION : blank;
    parts.push({ ...section, text: section.text.slice(start, end), ...(start === 0 ? {} : { offset: start }) });
    start = blank <= start ? end : end + 1;
  }
  parts.push({ ...section, text: section.text.slice(start), ...(start === 0 ? {} : { offset: start }) });
  return parts;
}

/** What is said in the films and sounds of a page, by the first captions of each; a section names its first moment. */
async function spokenSections(
  page: Root,
  file: CourseFile,
  resources: readonly CourseFile[],
): Promise<SearchSection[]> {
  const sections: SearchSection[] = [];
  for (const [track, player] of elementsOf(page, ['video', 'audio']).entries()) {
    const src = elementsOf(player, ['track'])[0]?.properties['src'];
    const reference = typeof src === 'string' ? resolveReference(file.href, src) : undefined;
    const captions = reference?.kind === 'inside' ? resources.find(({ href }) => href === reference.path) : undefined;
    if (captions?.type !== 'text/vtt') continue;
    const webvtt = new TextDecoder().decode(await readAll(captions.source, MAX_PAGE_BYTES, captions.href));
    const label = player.properties['ariaLabel'];
    const title = typeof label === 'string' && label !== '' ? label : (file.title ?? '');
    let text = '';
    for (const { startSeconds, text: said } of readCues(webvtt)) {
      const last = sections.at(-1);
      if (text !== '' && last && text.length + said.length < MAX_SECTION) {
        text += ` ${said}`;
        sections.splice(-1, 1, { ...last, text });
      } else {
        text = said;
        const href = `${file.href}#${mediaFragment({ track, seconds: startSeconds })}`;
        sections.push({ href, title: title.slice(0, 1000), text });
      }
    }
  }
  return sections;
}

function elementsOf(parent: Root | Element, names: readonly string[]): Element[] {
  return parent.children.flatMap((child) => {
    if (child.type !== 'element') return [];
    return [...(names.includes(child.tagName) ? [child] : []), ...elementsOf(child, names)];
  });
}

/** The questions as the learner sees them before answering: what is said about answers is not among it. */
async function quizSections(file: CourseFile): Promise<SearchSection[]> {
  const quiz = parseQuiz(await readAll(file.source, MAX_QUIZ_BYTES, file.href));
  const sections = [
    { href: file.href, title: quiz.title, text: plainText(quiz.introduction ?? []) },
    ...quiz.items.map((item, index) => ({
      href: `${file.href}#question=${index + 1}`,
      title: quiz.title,
      text: questionText(item),
    })),
  ];
  return sections.flatMap((section) => cutLong(section));
}

async function assignmentSections(file: CourseFile): Promise<SearchSection[]> {
  const text = new TextDecoder().decode(await readAll(file.source, MAX_PAGE_BYTES, file.href));
  const document: unknown = JSON.parse(text);
  const question =
    typeof document === 'object' && document !== null && 'question' in document ? String(document.question) : '';
  return sectionsOf(question, file.href, file.title ?? '').map((section) => ({ ...section, href: file.href }));
}

async function pdfSections(file: CourseFile, report: ReportEntry[]): Promise<SearchSection[]> {
  const sections: SearchSection[] = [];
  await eachPdfPage({ path: file.href, source: file.source }, (number, text) => {
    if (text instanceof Error) {
      report.push({ file: file.href, code: 'PDF_PAGE', detail: `page ${number}: ${text.message}`, count: 1 });
      return;
    }
    const plain = text.replace(/\s+/g, ' ').trim();
    if (plain !== '') sections.push({ href: `${file.href}#page=${number}`, title: file.title ?? '', text: plain });
  });
  return sections;
}
