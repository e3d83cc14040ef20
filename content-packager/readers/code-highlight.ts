import type { Element, ElementContent, Root } from 'hast';
import { common, createLowlight } from 'lowlight';
import { textOf } from './text-of.ts';

/** Made when the first program text comes: it takes longer than reading a page. */
let lowlight: ReturnType<typeof createLowlight> | undefined;
/** Above this, colours cost more than they help. */
const MAX_HIGHLIGHTED = 100_000;

/** Program text as elements with the classes of highlight.js; plain text for a language that is not known. */
export function highlightCode(code: string, language: string | undefined): ElementContent[] {
  if (language === undefined || code.length > MAX_HIGHLIGHTED) return [{ type: 'text', value: code }];
  lowlight ??= createLowlight(common);
  if (!lowlight.registered(language)) return [{ type: 'text', value: code }];
  return lowlight
    .highlight(language, code)
    .children.filter((child): child is ElementContent => child.type === 'element' || child.type === 'text');
}

/** Colours every `<pre><code class="language-x">` of a tree, in place. */
export function highlightBlocks(tree: Root | Element): void {
  for (const child of tree.children) {
    if (child.type !== 'element') continue;
    const language = child.tagName === 'code' && isPre(tree) ? languageOfCode(child) : undefined;
    if (language === undefined) highlightBlocks(child);
    else child.children = highlightCode(textOf(child), language);
  }
}

function isPre(node: Root | Element): boolean {
  return node.type === 'element' && node.tagName === 'pre';
}

function languageOfCode(code: Element): string | undefined {
  const names = code.properties['className'];
  const name = (Array.isArray(names) ? names : []).map(String).find((candidate) => candidate.startsWith('language-'));
  return name?.slice('language-'.length).toLowerCase();
}
