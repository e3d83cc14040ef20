import type { Element, ElementContent, Root } from 'hast';
import rehypeParse from 'rehype-parse';
import rehypeSanitize from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import { unified } from 'unified';
import { sanitizeCss } from './css.ts';
import { relativeHref, resolveReference } from './href.ts';
import { PAGE_SCHEMA } from './html-schema.ts';
import type { PageContext } from './page-context.ts';
import { type InlineStyles, rewriteReferences, styleAddress, text } from './page-references.ts';
import { ReaderError } from './reader-error.ts';

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
  const found: HeadParts = { styleHrefs: [], titles: [] };
  collectHead(tree, context, found);
  const content: Root = { type: 'root', children: body === undefined ? tree.children : body.children };
  const styles: InlineStyles = new Map();
  rewriteReferences(content, context, styles);
  if (styles.size > 0) found.styleHrefs.push(inlineStyleSheet(styles, context));
  const clean = sanitizer.runSync(content);
  const children = onlyContent(clean);
  const title =
    context.title ||
    found.titles.find((candidate) => candidate !== '') ||
    firstHeading(children) ||
    context.fallbackTitle;
  const language =
    text(html?.properties['lang']) ||
    text(html?.properties['xmlLang']) ||
    text(body?.properties['lang']) ||
    text(body?.properties['xmlLang']) ||
    context.language;
  const declared = (text(html?.properties['dir']) || text(body?.properties['dir'])).toLowerCase();
  const direction = declared === 'rtl' || declared === 'ltr' ? declared : context.direction;
  const hrefs =
    found.styleHrefs.length === 0 && context.defaultStyleHref !== undefined
      ? [context.defaultStyleHref]
      : found.styleHrefs;
  const bodyClass = body?.properties['className'];
  const bodyId = body?.properties['id'];
  const bodyProperties: Element['properties'] = {};
  if (bodyClass !== undefined) bodyProperties['className'] = bodyClass;
  if (bodyId !== undefined) bodyProperties['id'] = bodyId;
  return {
    title,
    html: printDocument({
      title,
      language: safeLanguage(language, context.language),
      direction,
      styleHrefs: hrefs.map((href) => relativeHref(context.href, href)),
      bodyProperties,
      children,
    }),
  };
}

/** Sanitises a fragment, for texts that are shown inside the app such as an assignment's question. */
export function cleanFragment(tree: Root, context: PageContext): string {
  refuseDeepNesting(tree, context.path);
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
}): string {
  const element = (tagName: string, properties: Element['properties'], children: ElementContent[] = []): Element => ({
    type: 'element',
    tagName,
    properties,
    children,
  });
  const head = element('head', {}, [
    element('meta', { charSet: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
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

interface HeadParts {
  readonly styleHrefs: string[];
  readonly titles: string[];
}

function collectHead(node: Root | Element, context: PageContext, found: HeadParts): void {
  for (const child of node.children) {
    if (child.type !== 'element') continue;
    if (child.tagName === 'style') addStyleElement(child, context, found);
    else if (child.tagName === 'link') addStyleLink(child, context, found);
    else if (child.tagName === 'title') found.titles.push(textOf(child).replace(/\s+/g, ' ').trim());
    else if (child.tagName === 'base') context.report.add(context.path, 'ELEMENT_REMOVED', '<base>');
    else if (child.tagName === 'script' && node.type === 'element' && node.tagName === 'head') {
      context.report.add(context.path, 'SCRIPT_REMOVED', text(child.properties['src']) || 'script in the page');
    } else if (child.tagName === 'meta') {
      const what = child.properties['httpEquiv'];
      if (/refresh/i.test(Array.isArray(what) ? what.join(' ') : text(what)))
        context.report.add(context.path, 'ELEMENT_REMOVED', '<meta http-equiv=refresh>');
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
    context.report.add(context.path, 'STYLE_REMOVED', what),
  );
  if (css !== '') found.styleHrefs.push(context.generated.add('css', 'text/css', new TextEncoder().encode(css)));
}

function addStyleLink(element: Element, context: PageContext, found: HeadParts): void {
  const rel = element.properties['rel'];
  const relations = (Array.isArray(rel) ? rel.map(String) : [text(rel)]).map((value) => value.toLowerCase());
  const address = text(element.properties['href']);
  const isStyle = relations.includes('stylesheet') && !relations.includes('alternate');
  if (!isStyle) {
    const reference = resolveReference(context.path, address);
    if (reference.kind !== 'inside' && address !== '')
      context.report.add(context.path, 'EXTERNAL_RESOURCE', `<link rel=${relations.join(' ')}> ${address}`);
    return;
  }
  const reference = resolveReference(context.path, address);
  const target = reference.kind === 'inside' ? context.target(reference.path) : undefined;
  if (target?.type === 'text/css') found.styleHrefs.push(target.embedHref);
  else
    context.report.add(
      context.path,
      reference.kind === 'inside' ? 'MISSING_TARGET' : 'EXTERNAL_RESOURCE',
      `style sheet ${address}`,
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

/** All text below a node. */
export function textOf(node: Element): string {
  return node.children
    .map((child) => (child.type === 'text' ? child.value : child.type === 'element' ? textOf(child) : ''))
    .join('');
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
