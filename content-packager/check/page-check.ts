import type { Element, Root } from 'hast';
import { textOf } from '../readers/text-of.ts';
import { type Colour, contrastOf, ENOUGH_CONTRAST, readColour } from './contrast.ts';
import type { CheckCode } from './finding.ts';

/** Told about each thing that is wrong in a page: `line` counts from 1. */
export type OnFinding = (code: CheckCode, detail: string, line: number | undefined) => void;

const UNCLEAR_LINK =
  /^(?:click|press|read|see)? ?(?:here|this|more|link|read more|click here)$|^(?:klik )?hier$|^lees (?:meer|verder)$|^meer$|^https?:\/\/|^www\./i;
const PAPER: Colour = [255, 255, 255];
const SHOWN = 80;

/** Looks through a page as its author wrote it, before anything is taken out. */
export function checkPage(tree: Root, onFinding: OnFinding): void {
  let level = 0;
  const visit = (node: Element, behind: Colour): void => {
    const line = node.position?.start.line;
    const paper = checkColours(node, behind, onFinding, line);
    checkOrder(node, onFinding, line);
    const heading = /^h([1-6])$/.exec(node.tagName);
    if (heading) {
      const own = Number(heading[1]);
      const words = wordsOf(node);
      if (words === '' && !hasPicture(node)) onFinding('HEADING_EMPTY', `<${node.tagName}>`, line);
      if (level > 0 && own > level + 1)
        onFinding('HEADING_SKIPPED', `h${level} is followed by h${own}: ${words}`, line);
      level = own;
    }
    if (node.tagName === 'img') checkPicture(node, onFinding, line);
    if (node.tagName === 'a' && node.properties['href'] !== undefined) checkLink(node, onFinding, line);
    if (node.tagName === 'table') checkTable(node, onFinding, line);
    for (const child of node.children) if (child.type === 'element') visit(child, paper);
  };
  for (const child of tree.children) if (child.type === 'element') visit(child, PAPER);
}

function checkPicture(node: Element, onFinding: OnFinding, line: number | undefined): void {
  const { alt, src, role, ariaHidden, ariaLabel } = node.properties;
  const name =
    String(src ?? '')
      .split(/[?#]/)[0]
      ?.split('/')
      .at(-1) ?? '';
  if (role === 'presentation' || ariaHidden === 'true' || ariaLabel !== undefined) return;
  if (alt === undefined || alt === null) onFinding('IMAGE_WITHOUT_TEXT', name.slice(0, SHOWN), line);
  else if (/\.(?:png|jpe?g|gif|svg|webp|bmp)$/i.test(String(alt).trim()))
    onFinding('IMAGE_TEXT_IS_NAME', String(alt).slice(0, SHOWN), line);
}

function checkLink(node: Element, onFinding: OnFinding, line: number | undefined): void {
  const words = wordsOf(node);
  if (words === '' && hasPicture(node)) return;
  const isNote = /noteref|footnote|data-footnote/i.test(JSON.stringify(node.properties));
  if (!isNote && UNCLEAR_LINK.test(words)) onFinding('LINK_TEXT_UNCLEAR', words.slice(0, SHOWN), line);
}

function checkTable(node: Element, onFinding: OnFinding, line: number | undefined): void {
  if (node.properties['role'] === 'presentation') return;
  const rows = below(node, 'tr');
  const isWide = rows.some((row) => row.children.filter((cell) => cell.type === 'element').length > 1);
  if (rows.length < 2 || !isWide || below(node, 'th').length > 0) return;
  onFinding('TABLE_WITHOUT_HEADERS', wordsOf(node).slice(0, SHOWN), line);
}

function checkColours(node: Element, behind: Colour, onFinding: OnFinding, line: number | undefined): Colour {
  const rules = declarationsOf(node.properties['style']);
  const paperText = rules.get('background-color') ?? rules.get('background') ?? stringOf(node.properties['bgColor']);
  const paper = (paperText && readColour(paperText)) || behind;
  const inkText = rules.get('color') ?? stringOf(node.properties['color']);
  const ink = inkText ? readColour(inkText) : undefined;
  if (ink && wordsOf(node) !== '') {
    const contrast = contrastOf(ink, paper);
    if (contrast < ENOUGH_CONTRAST)
      onFinding('LOW_CONTRAST', `${contrast.toFixed(1)} to 1: ${wordsOf(node).slice(0, 60)}`, line);
  }
  return paper;
}

/** What a screen reader would say in another order than the eye reads. */
function checkOrder(node: Element, onFinding: OnFinding, line: number | undefined): void {
  const rules = declarationsOf(node.properties['style']);
  const tabIndex = Number(node.properties['tabIndex'] ?? 0);
  if (tabIndex > 0) onFinding('READING_ORDER', `tabindex ${tabIndex}`, line);
  const position = rules.get('position');
  if ((position === 'absolute' || position === 'fixed') && wordsOf(node) !== '')
    onFinding('READING_ORDER', `position: ${position}`, line);
  if (rules.has('order') || rules.get('flex-direction')?.endsWith('reverse'))
    onFinding('READING_ORDER', rules.has('order') ? 'order' : 'flex-direction', line);
}

function declarationsOf(style: unknown): ReadonlyMap<string, string> {
  if (typeof style !== 'string') return new Map();
  return new Map(
    style.split(';').flatMap((rule): [string, string][] => {
      const colon = rule.indexOf(':');
      if (colon < 0) return [];
      const value = rule.slice(colon + 1).replace(/!important/i, '');
      return [[rule.slice(0, colon).trim().toLowerCase(), value.trim().toLowerCase()]];
    }),
  );
}

function below(node: Element, tagName: string): Element[] {
  return node.children.flatMap((child) => {
    if (child.type !== 'element') return [];
    return child.tagName === tagName ? [child] : child.tagName === 'table' ? [] : below(child, tagName);
  });
}

function hasPicture(node: Element): boolean {
  return node.children.some(
    (child) => child.type === 'element' && (['img', 'svg', 'math'].includes(child.tagName) || hasPicture(child)),
  );
}

function wordsOf(node: Element): string {
  return textOf(node).replace(/\s+/g, ' ').trim();
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
