import type { BlockContent, Blockquote, Code, ListItem, Nodes, Paragraph, Root, RootContent } from 'mdast';
import {
  answerPlace,
  MAX_LINES,
  MAX_QUESTION_LENGTH,
  MAX_QUESTIONS,
  type SheetQuestion,
} from '#core/module/assignment.ts';
import { slugOf } from './href.ts';
import { labelsFor } from './labels.ts';
import type { PageContext } from './page-context.ts';

/** Longest name that is made out of a question's own words. */
const MAX_ID_LENGTH = 40;
const BLOCKS = new Set([
  'paragraph',
  'list',
  'blockquote',
  'code',
  'table',
  'heading',
  'html',
  'math',
  'thematicBreak',
]);
/** Their parts are lines. */
const APART = new Set(['root', 'list', 'listItem', 'blockquote']);
const SETTING = /([a-z]+)=(?:"([^"]*)"|(\S*))/g;

/**
 * Turns every fenced block of the language `question` into the question with an empty place for its answer below it,
 * in place, and answers what was asked. What is written behind the word `question` names it (`id`, `title`) and says how
 * much room the answer has (`words` on the screen, `lines` on paper).
 */
export function takeQuestions(
  tree: Root,
  parse: (markdown: string) => Root,
  { path, report, language }: Pick<PageContext, 'path' | 'report' | 'language'>,
): readonly SheetQuestion[] {
  const taken = new Map<string, SheetQuestion>();
  const label = labelsFor(language).question;

  const take = (block: Code): Blockquote | undefined => {
    const line = block.position?.start.line;
    const content = parse(block.value);
    const text = wordsOf(content).trim().slice(0, MAX_QUESTION_LENGTH);
    if (text === '') {
      report.add(path, 'QUESTION_EMPTY', block.meta ?? '', line);
      return undefined;
    }
    if (taken.size === MAX_QUESTIONS) {
      report.add(path, 'QUESTION_NOT_TAKEN', `more than ${MAX_QUESTIONS} questions on one page`, line);
      return undefined;
    }
    const { id: wanted, ...room } = settingsOf(block.meta ?? '', (detail) =>
      report.add(path, 'QUESTION_SETTING', detail, line),
    );
    const stem = slugOf(wanted ?? text)
      .slice(0, MAX_ID_LENGTH)
      .replace(/-+$/, '');
    let id = stem;
    for (let number = 2; taken.has(id); number++) id = `${stem}-${number}`;
    if (wanted !== undefined && id !== stem) report.add(path, 'QUESTION_ID_TWICE', wanted, line);
    taken.set(id, { id, text, ...room });
    shiftLines(content, line ?? 0);
    const name = room.title === undefined ? '' : `: ${room.title}`;
    return {
      type: 'blockquote',
      data: { hName: 'section', hProperties: { className: ['ll-question'], id: `question-${id}` } },
      children: [
        paragraph('p', { className: ['ll-question-name'] }, `${label} ${taken.size}${name}`),
        ...content.children.filter(isBlock),
        paragraph('div', { id: answerPlace(id) }),
      ],
    };
  };

  const walk = (parent: Root | Blockquote | ListItem): void => {
    for (const [index, child] of parent.children.entries()) {
      const question = child.type === 'code' && child.lang === 'question' ? take(child) : undefined;
      if (question !== undefined) parent.children[index] = question;
      else if (child.type === 'blockquote') walk(child);
      else if (child.type === 'list') child.children.forEach(walk);
    }
  };
  walk(tree);
  return [...taken.values()];
}

interface Settings {
  readonly id?: string;
  readonly title?: string;
  readonly wordLimit?: number;
  readonly lines?: number;
}

/** Reads `id=plan title="Your plan" words=150 lines=8`; what it does not understand is told and left out. */
function settingsOf(meta: string, tell: (detail: string) => void): Settings {
  const settings: { -readonly [K in keyof Settings]: Settings[K] } = {};
  const rest = meta.replace(SETTING, (whole, name: string, quoted?: string, bare?: string) => {
    const value = (quoted ?? bare ?? '').trim();
    const number = /^[1-9]\d{0,5}$/.test(value) ? Number(value) : undefined;
    if (name === 'id' && value !== '') settings.id = value;
    else if (name === 'title' && value !== '') settings.title = value.slice(0, 300);
    else if (name === 'words' && number !== undefined) settings.wordLimit = number;
    else if (name === 'lines' && number !== undefined) settings.lines = Math.min(number, MAX_LINES);
    else tell(whole);
    return '';
  });
  if (rest.trim() !== '') tell(rest.trim());
  return settings;
}

function paragraph(hName: string, hProperties: Record<string, string | string[]>, text?: string): Paragraph {
  const children = text === undefined ? [] : [{ type: 'text' as const, value: text }];
  return { type: 'paragraph', data: { hName, hProperties }, children };
}

/** What may stand in a question; definitions and the like have no place of their own. */
function isBlock(node: RootContent): node is BlockContent {
  return BLOCKS.has(node.type);
}

/** The words of a question, its blocks on lines of their own. */
function wordsOf(node: Nodes): string {
  if (node.type === 'html') return '';
  if ('value' in node) return node.value;
  if (node.type === 'image') return node.alt ?? '';
  if (!('children' in node)) return '';
  return node.children.map(wordsOf).join(APART.has(node.type) ? '\n' : '');
}

/** A question is read apart from its page: its lines are counted on from the page's. */
function shiftLines(node: Nodes, by: number): void {
  if (node.position !== undefined) {
    node.position.start.line += by;
    node.position.end.line += by;
  }
  if ('children' in node) for (const child of node.children) shiftLines(child, by);
}
