import type { Element, Root } from 'hast';
import { ASSIGNMENT_TYPE, type SheetQuestion } from '#core/module/assignment.ts';
import { readText } from './asset.ts';
import { assignmentBytes, assignmentFile, identityOf, isAssignment, readAssignment } from './assignment.ts';
import { bytesSource } from './byte-source.ts';
import type { CourseFile, InputFile } from './course.ts';
import { type CleanPage, cleanHtmlPage, cleanTree, refusingOverflow } from './html-page.ts';
import { labelsFor } from './labels.ts';
import { type MarkdownFile, type MarkdownOptions, markdownToTree, settingText } from './markdown.ts';
import { type KnownType, WORD_TYPE } from './media-type.ts';
import { onBadMaths, type PageContext } from './page-context.ts';
import { takeQuestions } from './questions.ts';
import { textElement } from './text-of.ts';
import { readWord } from './word.ts';
import { xhtmlToHtml } from './xhtml.ts';

/** A finished page as a file of the module. */
export function pageFile(href: string, page: CleanPage): CourseFile {
  const source = bytesSource(new TextEncoder().encode(page.html));
  return { href, type: 'text/html', kind: 'page', title: page.title, source };
}

/** Reads a file that becomes a page: HTML, XHTML, Markdown (or the assignment in it), Word, plain text. */
export async function readPageFile(
  file: InputFile,
  known: KnownType,
  context: PageContext,
  markdown?: MarkdownFile,
): Promise<CourseFile> {
  if (markdown !== undefined) return readMarkdownPage(markdown, context);
  if (known.type === WORD_TYPE) return pageFile(context.href, await readWord(file, context));
  const text = await readText(file.source, context);
  if (known.type === 'text/plain') return pageFile(context.href, cleanTree(plainTextTree(text), context));
  const html = known.type === 'text/html' ? text : xhtmlToHtml(text, file.path);
  return pageFile(context.href, cleanHtmlPage(html, context));
}

function readMarkdownPage(markdown: MarkdownFile, context: PageContext): CourseFile {
  const { path, href } = context;
  if (isAssignment(markdown)) return assignmentFile(href, readAssignment(markdown, context));
  let questions: readonly SheetQuestion[] = [];
  const change: MarkdownOptions['change'] = (source, parse) => {
    questions = takeQuestions(source, parse, context);
  };
  const tree = refusingOverflow(path, () => markdownToTree(markdown.body, { ...markdownOptions(context), change }));
  const title = settingText(markdown.frontMatter, 'title');
  const hasHeading = tree.children.some((child) => child.type === 'element' && child.tagName === 'h1');
  if (title !== undefined && !hasHeading) tree.children.unshift(textElement('h1', title));
  const clean = refusingOverflow(path, () => cleanTree(tree, title === undefined ? context : { ...context, title }));
  const page = pageFile(href, clean);
  if (questions.length === 0) return page;
  // formats/module.md 5.3: the questions stand in the page
  const sheet = { ...identityOf(markdown, context), title: clean.title, question: '', questions };
  return { ...page, sheet: context.generated.add('json', ASSIGNMENT_TYPE, assignmentBytes(sheet)) };
}

/** Paragraphs out of plain text: an empty line divides them, other line ends stay. */
export function plainTextTree(text: string): Root {
  const paragraphs = text.replace(/\r\n?/g, '\n').split(/\n[ \t]*\n/);
  const children = paragraphs.flatMap((paragraph): Element[] => {
    const lines = paragraph.replace(/^\n+|\s+$/g, '').split('\n');
    if (lines.every((line) => line.trim() === '')) return [];
    const parts = lines.flatMap((line, index): Element['children'] => [
      ...(index === 0 ? [] : [{ type: 'element' as const, tagName: 'br', properties: {}, children: [] }]),
      { type: 'text', value: line },
    ]);
    return [{ type: 'element', tagName: 'p', properties: {}, children: parts }];
  });
  return { type: 'root', children };
}

/** What Markdown needs to know of the page that it becomes. */
export function markdownOptions(context: Pick<PageContext, 'path' | 'report' | 'language'>): MarkdownOptions {
  return { labels: labelsFor(context.language), onBadMaths: onBadMaths(context) };
}

/** The content of a parsed HTML document, without its head. */
export function bodyTree(document: Root): Root {
  const html = document.children.find(
    (child): child is Element => child.type === 'element' && child.tagName === 'html',
  );
  const body = html?.children.find((child): child is Element => child.type === 'element' && child.tagName === 'body');
  return { type: 'root', children: body?.children ?? [] };
}
