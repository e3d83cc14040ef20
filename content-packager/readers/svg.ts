import type { Element, ElementContent } from 'hast';
import rehypeParse from 'rehype-parse';
import rehypeSanitize from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import { unified } from 'unified';
import { sanitizeCss } from './css.ts';
import { refuseDeepNesting, refusingOverflow } from './html-page.ts';
import { PAGE_SCHEMA } from './html-schema.ts';
import type { PageContext } from './page-context.ts';
import { type InlineStyles, rewriteReferences } from './page-references.ts';
import { ReaderError } from './reader-error.ts';
import { textOf } from './text-of.ts';
import { xhtmlToHtml } from './xhtml.ts';

const parser = unified().use(rehypeParse, { fragment: true });
const sanitizer = unified().use(rehypeSanitize, PAGE_SCHEMA);
const printer = unified().use(rehypeStringify, {
  space: 'svg',
  closeEmptyElements: true,
  characterReferences: { useNamedReferences: false },
});

/**
 * Copies an SVG picture without scripts, handlers, animations, foreign content or outside addresses. Style
 * elements stay, with only `url(#…)` in them: a picture cannot use a style sheet of its page.
 */
export function cleanSvg(source: string, context: PageContext): string {
  const html = xhtmlToHtml(source, context.path).replace(/^<!DOCTYPE html>/, '');
  const tree = refusingOverflow(context.path, () => parser.parse(html));
  refuseDeepNesting(tree, context.path);
  const svg = tree.children.find((child): child is Element => child.type === 'element' && child.tagName === 'svg');
  if (svg === undefined) {
    throw new ReaderError({
      code: 'XML_MALFORMED',
      file: context.path,
      problem: 'has no <svg> element',
      advice: 'Export the picture again as SVG or PNG.',
    });
  }
  const rules: string[] = [];
  collectRules(svg, context, rules);
  const inline: InlineStyles = new Map();
  const root = { type: 'root' as const, children: [svg] };
  rewriteReferences(root, withoutAddresses(context), inline);
  for (const [css, className] of inline) rules.push(`.${className}{${css}}`);
  const clean = sanitizer.runSync(root);
  const children: readonly ElementContent[] =
    'children' in clean ? clean.children.filter((child) => child.type === 'element') : [];
  const picture = children.find((child): child is Element => child.type === 'element' && child.tagName === 'svg');
  if (picture === undefined) return '<svg xmlns="http://www.w3.org/2000/svg"/>';
  picture.properties = { xmlns: 'http://www.w3.org/2000/svg', ...picture.properties };
  if (rules.length > 0)
    picture.children.unshift({
      type: 'element',
      tagName: 'style',
      properties: {},
      children: [{ type: 'text', value: rules.join('\n') }],
    });
  return `${printer.stringify({ type: 'root', children: [picture] })}\n`;
}

function collectRules(node: Element, context: PageContext, rules: string[]): void {
  for (const child of node.children) {
    if (child.type !== 'element') continue;
    if (child.tagName !== 'style') collectRules(child, context, rules);
    else {
      const css = sanitizeCss(textOf(child), onlyFragment, (what) =>
        context.report.add(context.path, 'STYLE_REMOVED', what),
      );
      if (css !== '') rules.push(css);
    }
  }
}

function onlyFragment(address: string): string | undefined {
  return /^#[\w.:-]+$/.test(address) ? address : undefined;
}

// A picture in a picture is not fetched by browsers when the outer one is shown with <img>; so it is left out.
function withoutAddresses(context: PageContext): PageContext {
  return { ...context, target: () => undefined };
}
