import type { Element, ElementContent, Root } from 'hast';
import rehypeParse from 'rehype-parse';
import rehypeSanitize from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import { unified } from 'unified';
import { formatPageSize, type PageSize, parsePageSize } from '#core/module/page-size.ts';
import { highlightBlocks } from './code-highlight.ts';
import { sanitizeCss } from './css.ts';
import { relativeHref, slugOf } from './href.ts';
import { isAllowedElement, PAGE_SCHEMA } from './html-schema.ts';
import { labelsFor } from './labels.ts';
import { htmlMaths } from './maths.ts';
import { hasMaths, mathsStyle } from './maths-style.ts';
import { onBadMaths, type PageContext, resolveIn } from './page-context.ts';
import { type InlineStyles, lineOf, rewriteReferences, styleAddress, text } from './page-references.ts';
import { ReaderError } from './reader-error.ts';
import { textElement, textOf } from './text-of.ts';

/** A finished page: a whole HTML document that can fetch nothing but files of its module. */
export interface CleanPage {
  readonly title: string;
  readonly html: string;
}

const MAX_DEPTH = 400;
const parser = unified().use(rehypeParse, { fragment: false });
const sanitizer = unified().use(rehypeSanitize, PAGE_SCHEMA);
const printer = unified().use(rehypeStringify, {
  closeSelfClosing: true,
  characterReferences: { useNamedReferences: false },
});

/** Parses HTML as a browser does. Throws `TOO_LARGE` for a page nested so deep that parsers give up. */
export function parseHtml(html: string, path: string): Root {
  return refusingOverflow(path, () => parser.parse(html));
}

/** Runs a parser that goes one call deeper for each element; running out of stack is the page's fault, not ours. */
export function refusingOverflow<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof RangeError) throw tooDeep(path, cause);
    throw cause;
  }
}

/** Sanitises an HTML document or fragment given as text. */
export function cleanHtmlPage(html: string, context: PageContext): CleanPage {
  return cleanTree(parseHtml(html, context.path), context);
}

/** Sanitises a parsed page and prints it as a well-formed HTML document with charset, language, direction, viewport and title. */
export function cleanTree(tree: Root, context: PageContext): CleanPage {
  refuseDeepNesting(tree, context.path);
  const html = findElement(tree, 'html');
  const body = findElement(tree, 'body');
  const found: HeadParts = { styleHrefs: [], titles: [], viewports: [] };
  collectHead(tree, context, found);
  if (context.maths === true) htmlMaths(tree, onBadMaths(context));
  const content: Root = { type: 'root', children: body === undefined ? tree.children : body.children };
  context.report.inspect(context, content);
  const size = context.isFixed === true ? fixedSize(content, found.viewports[0]) : undefined;
  const isMoreThanTitle = context.heading !== true || content.children.some(holdsForeign);
  const styles: InlineStyles = new Map();
  highlightBlocks(content);
  rewriteReferences(content, context, styles);
  // A page that only has style attributes still wants the packager's own style sheet under them.
  if (found.styleHrefs.length === 0 && context.defaultStyleHref !== undefined && size === undefined)
    found.styleHrefs.push(context.defaultStyleHref);
  if (styles.size > 0) found.styleHrefs.push(inlineStyleSheet(styles, context));
  const clean = sanitizer.runSync(content);
  const children = onlyContent(clean);
  const language = safeLanguage(
    text(html?.properties['lang']) ||
      text(html?.properties['xmlLang']) ||
      text(body?.properties['lang']) ||
      text(body?.properties['xmlLang']) ||
      context.language,
    context.language,
  );
  if (isMoreThanTitle && !children.some(canBeSeen)) {
    context.report.add(context.path, 'PAGE_EMPTY', 'nothing of it can be shown');
    children.push(textElement('p', labelsFor(language).nothingHere, 'll-note'));
  }
  const title =
    context.title ||
    found.titles.find((candidate) => candidate !== '') ||
    firstHeading(children) ||
    context.fallbackTitle;
  // Learning platforms keep the title beside the page, not in it.
  if (context.heading === true && !hasMainHeading(children))
    children.unshift({ type: 'element', tagName: 'h1', properties: {}, children: [{ type: 'text', value: title }] });
  nameHeadings(children);
  if (hasMaths(children)) found.styleHrefs.unshift(mathsStyle(context.generated));
  const declared = (text(html?.properties['dir']) || text(body?.properties['dir'])).toLowerCase();
  const direction = declared === 'rtl' || declared === 'ltr' ? declared : context.direction;
  const bodyClass = body?.properties['className'];
  const bodyId = body?.properties['id'];
  const bodyProperties: Element['properties'] = {};
  if (bodyClass !== undefined) bodyProperties['className'] = bodyClass;
  if (bodyId !== undefined) bodyProperties['id'] = bodyId;
  return {
    title,
    html: printDocument({
      title,
      language,
      direction,
      styleHrefs: found.styleHrefs.map((href) => relativeHref(context.href, href)),
      bodyProperties,
      children,
      ...(size === undefined ? {} : { size }),
    }),
  };
}

/** Sanitises a fragment, for texts that are shown inside the app such as an assignment's question. */
export function cleanFragment(tree: Root, context: PageContext): string {
  refuseDeepNesting(tree, context.path);
  if (context.maths === true) htmlMaths(tree, onBadMaths(context));
  rewriteReferences(tree, context, new Map());
  return printer.stringify({ type: 'root', children: onlyContent(sanitizer.runSync(tree)) });
}

/** Prints a document from parts that are clean already. */
export function printDocument(parts: {
  readonly title: string;
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly styleHrefs: readonly string[];
  readonly bodyProperties?: Element['properties'];
  readonly children: readonly ElementContent[];
  /** Of a page of fixed layout (formats/module.md 2.9). */
  readonly size?: PageSize;
}): string {
  const viewport = parts.size === undefined ? 'width=device-width, initial-scale=1' : formatPageSize(parts.size);
  const element = (tagName: string, properties: Element['properties'], children: ElementContent[] = []): Element => ({
    type: 'element',
    tagName,
    properties,
    children,
  });
  const head = element('head', {}, [
    element('meta', { charSet: 'utf-8' }),
    element('meta', { name: 'viewport', content: viewport }),
    element('title', {}, [{ type: 'text', value: parts.title }]),
    ...[...new Set(parts.styleHrefs)].map((href) => element('link', { rel: ['stylesheet'], href })),
  ]);
  const body = element('body', parts.bodyProperties ?? {}, [...parts.children]);
  const document: Root = {
    type: 'root',
    children: [{ type: 'doctype' }, element('html', { lang: parts.language, dir: parts.direction }, [head, body])],
  };
  return printer.stringify(document);
}

/** EPUB 3.3, 8.2.2.6: a page names its size in its viewport, a drawing in its view box or its own width and height. */
function fixedSize(content: Root, viewport: string | undefined): PageSize | undefined {
  const drawing = content.children.find((child) => child.type === 'element');
  if (drawing?.type !== 'element' || drawing.tagName !== 'svg' || viewport !== undefined)
    return parsePageSize(viewport ?? '');
  const box = text(drawing.properties['viewBox'])
    .trim()
    .split(/[\s,]+/);
  const [width, height] =
    box.length === 4 ? box.slice(2) : [text(drawing.properties['width']), text(drawing.properties['height'])];
  return parsePageSize(`width=${width}, height=${height}`);
}

interface HeadParts {
  readonly styleHrefs: string[];
  readonly titles: string[];
  readonly viewports: string[];
}

function collectHead(node: Root | Element, context: PageContext, found: HeadParts): void {
  for (const child of node.children) {
    if (child.type !== 'element') continue;
    if (child.tagName === 'style') addStyleElement(child, context, found);
    else if (child.tagName === 'link') addStyleLink(child, context, found);
    else if (child.tagName === 'title') found.titles.push(textOf(child).replace(/\s+/g, ' ').trim());
    else if (child.tagName === 'base') context.report.add(context.path, 'ELEMENT_REMOVED', '<base>', lineOf(child));
    else if (child.tagName === 'script' && node.type === 'element' && node.tagName === 'head') {
      context.report.add(
        context.path,
        'SCRIPT_REMOVED',
        text(child.properties['src']) || 'script in the page',
        lineOf(child),
      );
    } else if (child.tagName === 'meta') {
      const what = child.properties['httpEquiv'];
      if (/refresh/i.test(Array.isArray(what) ? what.join(' ') : text(what)))
        context.report.add(context.path, 'ELEMENT_REMOVED', '<meta http-equiv=refresh>', lineOf(child));
      if (text(child.properties['name']).toLowerCase() === 'viewport')
        found.viewports.push(text(child.properties['content']));
    } else if (child.tagName !== 'svg') collectHead(child, context, found);
    else collectStyles(child, context, found);
  }
}

function collectStyles(node: Element, context: PageContext, found: HeadParts): void {
  for (const child of node.children) {
    if (child.type !== 'element') continue;
    if (child.tagName === 'style') addStyleElement(child, context, found);
    else collectStyles(child, context, found);
  }
}

function addStyleElement(element: Element, context: PageContext, found: HeadParts): void {
  const css = sanitizeCss(textOf(element), styleAddress(context, `${context.generated.folder}/x.css`), (what) =>
    context.report.add(context.path, 'STYLE_REMOVED', what, lineOf(element)),
  );
  if (css !== '') found.styleHrefs.push(context.generated.add('css', 'text/css', new TextEncoder().encode(css)));
}

function addStyleLink(element: Element, context: PageContext, found: HeadParts): void {
  const rel = element.properties['rel'];
  const relations = (Array.isArray(rel) ? rel.map(String) : [text(rel)]).map((value) => value.toLowerCase());
  const address = text(element.properties['href']);
  const isStyle = relations.includes('stylesheet') && !relations.includes('alternate');
  if (!isStyle) {
    const reference = resolveIn(context, address);
    if (reference.kind !== 'inside' && address !== '')
      context.report.add(
        context.path,
        'EXTERNAL_RESOURCE',
        `<link rel=${relations.join(' ')}> ${address}`,
        lineOf(element),
      );
    return;
  }
  const reference = resolveIn(context, address);
  const target = reference.kind === 'inside' ? context.target(reference.path) : undefined;
  if (target?.type === 'text/css' && reference.kind === 'inside') {
    context.used?.(reference.path, 'embed');
    found.styleHrefs.push(target.embedHref);
  } else
    context.report.add(
      context.path,
      reference.kind === 'inside' ? 'MISSING_TARGET' : 'EXTERNAL_RESOURCE',
      `style sheet ${address}`,
      lineOf(element),
    );
}

function inlineStyleSheet(styles: InlineStyles, context: PageContext): string {
  const css = [...styles].map(([rule, className]) => `.${className}{${rule}}`).join('\n');
  return context.generated.add('css', 'text/css', new TextEncoder().encode(css));
}

/** Throws `TOO_LARGE` for a tree that the steps behind could not walk. */
export function refuseDeepNesting(tree: Root, path: string): void {
  const queue: { node: Root | Element; depth: number }[] = [{ node: tree, depth: 0 }];
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    if (entry.depth > MAX_DEPTH) {
      throw tooDeep(path);
    }
    for (const child of entry.node.children)
      if (child.type === 'element') queue.push({ node: child, depth: entry.depth + 1 });
  }
}

function onlyContent(node: ReturnType<typeof sanitizer.runSync>): ElementContent[] {
  const children: readonly (ElementContent | { type: 'doctype' })[] = 'children' in node ? node.children : [];
  const content: ElementContent[] = [];
  for (const child of children) if (child.type === 'element' || child.type === 'text') content.push(child);
  return content;
}

function findElement(node: Root | Element, tagName: string): Element | undefined {
  for (const child of node.children) {
    if (child.type !== 'element') continue;
    if (child.tagName === tagName) return child;
    if (child.tagName === 'html') {
      const inside = findElement(child, tagName);
      if (inside !== undefined) return inside;
    }
  }
  return undefined;
}

const SEEN_WITHOUT_WORDS: ReadonlySet<string> = new Set(['img', 'svg', 'video', 'audio', 'math']);

function canBeSeen(node: ElementContent): boolean {
  if (node.type === 'text') return /\S/.test(node.value);
  return node.type === 'element' && (SEEN_WITHOUT_WORDS.has(node.tagName) || node.children.some(canBeSeen));
}

function holdsForeign(node: Root['children'][number]): boolean {
  return node.type === 'element' && (!isAllowedElement(node.tagName) || node.children.some(holdsForeign));
}

function firstHeading(children: readonly ElementContent[]): string {
  for (const child of children) {
    if (child.type !== 'element') continue;
    const own = /^h[1-3]$/.test(child.tagName)
      ? textOf(child).replace(/\s+/g, ' ').trim()
      : firstHeading(child.children);
    if (own !== '') return own;
  }
  return '';
}

function hasMainHeading(children: readonly ElementContent[]): boolean {
  return children.some(
    (child) => child.type === 'element' && (child.tagName === 'h1' || hasMainHeading(child.children)),
  );
}

/** Gives every heading but the page's own an `id`, so that contents and search can lead to a section. */
function nameHeadings(children: readonly ElementContent[]): void {
  const ids = new Set<string>();
  const headings: Element[] = [];
  const walk = (nodes: readonly ElementContent[]): void => {
    for (const node of nodes) {
      if (node.type !== 'element') continue;
      if (typeof node.properties['id'] === 'string') ids.add(node.properties['id']);
      if (/^h[1-6]$/.test(node.tagName)) headings.push(node);
      walk(node.children);
    }
  };
  walk(children);
  for (const [index, heading] of headings.entries()) {
    const isTitle = index === 0 && heading.tagName === 'h1';
    if (isTitle || heading.properties['id'] !== undefined) continue;
    const stem = slugOf(textOf(heading)).slice(0, 40);
    let id = stem;
    for (let number = 2; ids.has(id); number++) id = `${stem}-${number}`;
    ids.add(id);
    heading.properties['id'] = id;
  }
}

/** The words of a piece of HTML, with single blanks between them. */
export function plainTextOf(html: string, path: string): string {
  const tree = parseHtml(html, path);
  const document = tree.children.find((child): child is Element => child.type === 'element');
  return document === undefined ? '' : textOf(document).replace(/\s+/g, ' ').trim();
}

function safeLanguage(language: string, fallback: string): string {
  return /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language) ? language : fallback;
}

function tooDeep(path: string, cause?: unknown): ReaderError {
  return new ReaderError({
    code: 'TOO_LARGE',
    file: path,
    problem: `has elements nested more than ${MAX_DEPTH} deep`,
    advice: 'Simplify the page; no honest page needs this.',
    cause,
  });
}
