import type { Root } from 'hast';
import rehypeRaw from 'rehype-raw';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { parse as parseYaml } from 'yaml';
import { ReaderError } from './reader-error.ts';

const toHast = unified()
  .use(remarkParse)
  .use(remarkFrontmatter, ['yaml'])
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true, clobberPrefix: '' })
  .use(rehypeRaw);

/** A Markdown file: what its front matter says, and the text after it. */
export interface MarkdownFile {
  readonly frontMatter: ReadonlyMap<string, unknown>;
  readonly body: string;
}

/** Splits front matter from text. Throws `FRONT_MATTER` with the line when the YAML is wrong. */
export function splitFrontMatter(text: string, file: string): MarkdownFile {
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
  return { frontMatter: readYamlMap(match[1] ?? '', file), body: normal.slice(match[0].length) };
}

/** Reads a YAML map with plain keys. Keys come back in lower case without spaces, hyphens and underscores. */
export function readYamlMap(yaml: string, file: string): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = parseYaml(yaml, { maxAliasCount: 10 });
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

/** Markdown with tables, footnotes and raw HTML as a tree that still has to be sanitised. */
export function markdownToTree(body: string): Root {
  return toHast.runSync(toHast.parse(body));
}
