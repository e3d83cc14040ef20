import type { Element, Root } from 'hast';
import type { Root as MarkdownRoot } from 'mdast';
import rehypeRaw from 'rehype-raw';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import type { Labels } from './labels.ts';
import { markdownMaths, type OnBadMaths } from './maths.ts';
import { ReaderError } from './reader-error.ts';

const parser = unified().use(remarkParse).use(remarkFrontmatter, ['yaml']).use(remarkGfm).use(remarkMath);
const rawParser = unified().use(rehypeRaw);

/** A Markdown file: what its front matter says, and the text after it. */
export interface MarkdownFile {
  readonly frontMatter: ReadonlyMap<string, unknown>;
  readonly body: string;
}

/** Splits front matter from text. Throws `FRONT_MATTER` with the line when the YAML is wrong. */
export async function splitFrontMatter(text: string, file: string): Promise<MarkdownFile> {
  const normal = text.replace(/\r\n?/g, '\n');
  const match = /^---[ \t]*\n([\s\S]*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(normal);
  if (match === null) {
    if (!/^---[ \t]*\n(?:\w+:|[ \t]*#)/.test(normal)) return { frontMatter: new Map(), body: normal };
    throw new ReaderError({
      code: 'FRONT_MATTER',
      file,
      problem: 'begins with front matter that never ends',
      advice: 'Close the block at the top with a line of three hyphens (---).',
    });
  }
  // Empty lines stand for the block at the top, so that a finding has its line in the file.
  const body = '\n'.repeat(match[0].split('\n').length - 1) + normal.slice(match[0].length);
  return { frontMatter: await readYamlMap(match[1] ?? '', file), body };
}

/** Reads a YAML map with plain keys. Keys come back in lower case without spaces, hyphens and underscores. */
export async function readYamlMap(yaml: string, file: string): Promise<ReadonlyMap<string, unknown>> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(yaml, { maxAliasCount: 10 });
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    throw new ReaderError({
      code: 'FRONT_MATTER',
      file,
      problem: `has settings that are not YAML: ${reason}`,
      advice: 'Write one setting a line, as in "title: My course"; put a value with a colon in quotes.',
      cause,
    });
  }
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new ReaderError({
      code: 'FRONT_MATTER',
      file,
      problem: 'has settings that are not "name: value" lines',
      advice: 'Write one setting a line, as in "title: My course".',
    });
  }
  return new Map(
    Object.entries(value).map(([key, entry]: [string, unknown]) => [key.toLowerCase().replace(/[\s_-]/g, ''), entry]),
  );
}

/** A setting as text, whatever YAML made of it; undefined when absent or not a plain value. */
export function settingText(settings: ReadonlyMap<string, unknown>, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = settings.get(name);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  }
  return undefined;
}

/** A setting that is a list of texts, or one text; `false` is an empty list. Undefined when it is absent. */
export function settingList(settings: ReadonlyMap<string, unknown>, name: string): readonly string[] | undefined {
  const value = settings.get(name);
  if (value === undefined || value === null || value === true) return undefined;
  if (value === false) return [];
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.flatMap((one) => (typeof one === 'string' && one.trim() !== '' ? [one.trim()] : []));
}

/** What Markdown cannot say by itself: the words over its footnotes, and who hears of a formula that is none. */
export interface MarkdownOptions {
  readonly labels: Pick<Labels, 'notes' | 'back'>;
  readonly onBadMaths: OnBadMaths;
  /** Sees what was read, with the way to read more, before it becomes HTML. */
  readonly change?: (tree: MarkdownRoot, parse: (markdown: string) => MarkdownRoot) => void;
}

/** Markdown with tables, footnotes, formulas, coloured code and raw HTML as a tree that still has to be sanitised. */
export function markdownToTree(body: string, { labels, onBadMaths, change }: MarkdownOptions): Root {
  const processor = parser().use(remarkRehype, {
    allowDangerousHtml: true,
    clobberPrefix: '',
    footnoteLabel: labels.notes,
    footnoteBackLabel: (index: number) => `${labels.back} ${index + 1}`,
  });
  const source = processor.parse(body);
  change?.(source, (markdown) => parser.parse(markdown));
  const plain = processor.runSync(source);
  const tree = holdsRaw(plain) ? rawParser.runSync(plain) : plain;
  markdownMaths(tree, onBadMaths);
  return tree;
}

/** Whether HTML stands in the Markdown: only then is all of it read again as a browser would. */
function holdsRaw(node: Root | Element): boolean {
  return node.children.some((child) => child.type === 'raw' || (child.type === 'element' && holdsRaw(child)));
}
