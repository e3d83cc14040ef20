import { createRequire } from 'node:module';
import type { Element, ElementContent, Root } from 'hast';
import rehypeParse from 'rehype-parse';
import { unified } from 'unified';

/** Temml is loaded when the first formula comes: most modules have none. */
const require = createRequire(import.meta.url);
const parser = unified().use(rehypeParse, { fragment: true });
const MAX_TEX = 20_000;

/** Told about a formula that is not LaTeX, which then stays as it was typed. */
export type OnBadMaths = (tex: string, problem: string, line: number | undefined) => void;

/** LaTeX as MathML, which browsers show and screen readers read without any script. Undefined when it is not LaTeX. */
export function mathsElement(tex: string, display: boolean): { element: Element } | { problem: string } {
  if (tex.length > MAX_TEX) return { problem: 'the formula is too long' };
  try {
    const temml: typeof import('temml').default = require('temml');
    const mathml = temml.renderToString(tex, {
      displayMode: display,
      throwOnError: true,
      trust: false,
      maxExpand: 500,
      maxSize: [50, 500],
    });
    const element = parser
      .parse(mathml)
      .children.find((child): child is Element => child.type === 'element' && child.tagName === 'math');
    if (element === undefined) return { problem: 'nothing came of it' };
    element.properties['alttext'] = tex.trim();
    return { element };
  } catch (cause) {
    return { problem: cause instanceof Error ? cause.message.replace(/\s+/g, ' ') : 'it is not LaTeX' };
  }
}

/** Puts MathML for what remark-math found in Markdown. A `$` of money stays a `$`. */
export function markdownMaths(tree: Root | Element, onBad: OnBadMaths): void {
  for (const [index, child] of tree.children.entries()) {
    if (child.type !== 'element') continue;
    const block = child.tagName === 'pre' ? child.children.find(isMathCode) : undefined;
    const code = block ?? (isMathCode(child) ? child : undefined);
    if (code === undefined || code.type !== 'element') {
      markdownMaths(child, onBad);
      continue;
    }
    const tex = code.children.map((part) => (part.type === 'text' ? part.value : '')).join('');
    const next = tree.children[index + 1];
    const digitFollows = next?.type === 'text' && /^\d/.test(next.value);
    // Pandoc's rule: "$5 or $10" is money, for no blank stands inside the dollars of a formula and no digit behind them.
    if (block === undefined && (tex !== tex.trim() || digitFollows))
      tree.children[index] = { type: 'text', value: `$${tex}$` };
    else tree.children[index] = rendered(tex, block !== undefined, onBad, child.position?.start.line) ?? child;
  }
}

const SILENT = new Set(['pre', 'code', 'script', 'style', 'textarea', 'math', 'svg', 'kbd', 'samp', 'title']);
/** How a formula begins and ends, the longest mark first. */
const MARKS: readonly { readonly open: string; readonly close: string; readonly display: boolean }[] = [
  { open: '\\[', close: '\\]', display: true },
  { open: '\\(', close: '\\)', display: false },
  { open: '$$', close: '$$', display: true },
];
const DOLLAR = { open: '$', close: '$', display: false };

/**
 * Puts MathML for LaTeX in the text of an HTML page: `\(…\)`, `\[…\]` and `$$…$$`, as MathJax reads them on learning
 * platforms; `$…$` only where the page itself brings MathJax or KaTeX. Canvas's pictures of formulas become formulas.
 */
export function htmlMaths(tree: Root | Element, onBad: OnBadMaths): void {
  walk(tree, usesMathsScript(tree) ? [...MARKS, DOLLAR] : MARKS, onBad);
}

function walk(tree: Root | Element, marks: typeof MARKS, onBad: OnBadMaths): void {
  const next: Root['children'] = [];
  for (const child of tree.children) {
    if (child.type === 'text' && /[$\\]/.test(child.value))
      next.push(...inText(child.value, marks, onBad, child.position?.start.line));
    else if (
      child.type === 'element' &&
      child.tagName === 'img' &&
      typeof child.properties['dataEquationContent'] === 'string'
    )
      next.push(rendered(child.properties['dataEquationContent'], false, onBad, child.position?.start.line) ?? child);
    else {
      if (child.type === 'element' && !SILENT.has(child.tagName)) walk(child, marks, onBad);
      next.push(child);
    }
  }
  tree.children = next;
}

/** Goes through a text once, however many marks stand in it. */
function inText(value: string, marks: typeof MARKS, onBad: OnBadMaths, line: number | undefined): ElementContent[] {
  const parts: ElementContent[] = [];
  const closers = new Map<string, number>();
  let done = 0;
  for (let at = 0; at < value.length; at++) {
    const mark = marks.find(({ open }) => value.startsWith(open, at));
    if (mark === undefined) continue;
    const start = at + mark.open.length;
    let end = closers.get(mark.close) ?? -2;
    if (end !== -1 && end < start) end = value.indexOf(mark.close, start);
    closers.set(mark.close, end);
    const tex = end === -1 ? '' : value.slice(start, Math.min(end, start + MAX_TEX + 1));
    const isMoney = mark.open === '$' && (tex !== tex.trim() || tex.includes('\n') || /\d/.test(value[end + 1] ?? ''));
    const element = tex.trim() === '' || isMoney ? undefined : rendered(tex, mark.display, onBad, line);
    if (element === undefined) {
      at = start - 1;
      continue;
    }
    if (at > done) parts.push({ type: 'text', value: value.slice(done, at) });
    parts.push(element);
    done = end + mark.close.length;
    at = done - 1;
  }
  if (done < value.length) parts.push({ type: 'text', value: value.slice(done) });
  return parts;
}

function rendered(tex: string, display: boolean, onBad: OnBadMaths, line: number | undefined): Element | undefined {
  const result = mathsElement(tex, display);
  if ('element' in result) return result.element;
  onBad(tex.trim(), result.problem, line);
  return undefined;
}

function usesMathsScript(node: Root | Element): boolean {
  return node.children.some(
    (child) =>
      child.type === 'element' &&
      (child.tagName === 'script'
        ? /mathjax|katex/i.test(String(child.properties['src'] ?? ''))
        : usesMathsScript(child)),
  );
}

function isMathCode(node: Element['children'][number] | Root['children'][number]): boolean {
  const names = node.type === 'element' ? node.properties['className'] : undefined;
  return node.type === 'element' && node.tagName === 'code' && Array.isArray(names) && names.includes('language-math');
}
