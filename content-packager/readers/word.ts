import { unzipSync, zipSync } from 'fflate';
import type { Element, ElementContent, Root } from 'hast';
import type { InputFile } from './course.ts';
import { type CleanPage, cleanTree, parseHtml, refusingOverflow } from './html-page.ts';
import { typeOfMediaType } from './media-type.ts';
import type { PageContext } from './page-context.ts';
import { markFormulas, placeFormulas } from './word-maths.ts';
import { notWord, openWord, type WordPackage } from './word-package.ts';
import { unwrapRuns } from './word-runs.ts';
import { findAllXml, findXml, textXml } from './xml.ts';

/** Where notes have text of their own. */
const TEXT_PARTS = /(^|\/)(footnotes|endnotes)\d*\.xml$/;
const decoder = new TextDecoder();

/** What a Word file says about itself. */
export interface WordFacts {
  readonly title?: string;
  readonly language?: string;
  readonly author?: string;
}

/** Title, language and author out of a Word file's properties. */
export async function readWordFacts(file: InputFile): Promise<WordFacts> {
  const { core, styles } = await openWord(file);
  const title = core === undefined ? undefined : textXml(core, 'title');
  const author = core === undefined ? undefined : textXml(core, 'creator');
  const lang = styles === undefined ? undefined : findXml(styles, 'lang');
  const language = lang?.attributes.get('w:val');
  return {
    ...(title === undefined ? {} : { title }),
    ...(author === undefined ? {} : { author }),
    ...(language === undefined ? {} : { language }),
  };
}

/**
 * Turns a Word file into a page: headings, lists, tables, pictures, formulas, footnotes and endnotes stay; comments, tracked
 * changes, formulas and drawings that cannot be taken over are told to the report. The archive is checked as every
 * other before a parser sees it.
 */
export async function readWord(file: InputFile, context: PageContext): Promise<CleanPage> {
  const word = await openWord(file);
  reportLosses(word, context);
  const { buffer, formulas } = prepared(word, file.path);
  // Read only for a Word file: it is most of what the packager would load at a start.
  const { default: mammoth } = await import('mammoth');
  const converted = await mammoth
    .convertToHtml(
      { buffer },
      {
        includeEmbeddedStyleMap: false,
        externalFileAccess: false,
        styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p.subtitle:fresh", 'u => u'],
        convertImage: mammoth.images.imgElement(async (image) => {
          const known = typeOfMediaType(image.contentType);
          if (known === undefined || !/^image\/(png|jpeg|gif|webp)$/.test(known.type)) {
            context.report.add(
              context.path,
              'WORD_CONTENT',
              `a picture of the kind ${image.contentType}; save it as PNG`,
            );
            return { src: '' };
          }
          return { src: `data:${known.type};base64,${await image.readAsBase64String()}` };
        }),
      },
    )
    .catch((cause: unknown) => {
      throw notWord(file.path, cause);
    });
  for (const { type, message } of converted.messages) {
    // A style that mammoth does not know costs its look, not its text.
    if (type === 'error' || !/^Unrecognised (paragraph|run|table) style/i.test(message))
      context.report.add(context.path, 'WORD_CONTENT', message);
  }
  const tree = parseHtml(converted.value, context.path);
  return refusingOverflow(context.path, () => {
    placeFormulas(tree, formulas);
    dropEmptyPictures(tree);
    markNotes(tree);
    return cleanTree(tree, context);
  });
}

/** The same archive with marks for formulas, and without what hides text; untouched when it has none of these. */
function prepared(
  { bytes, mainPart }: WordPackage,
  path: string,
): { readonly buffer: Buffer; readonly formulas: readonly Element[] } {
  const original = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts = unzipSync(bytes, { filter: ({ name }) => TEXT_PARTS.test(name) || name === mainPart });
  let formulas: readonly Element[] = [];
  const changed: Record<string, Uint8Array> = {};
  for (const [name, part] of Object.entries(parts)) {
    const xml = decoder.decode(part);
    let next = unwrapRuns(xml);
    if (name === mainPart && next.includes('<m:oMath')) {
      const marked = markFormulas(next, `${path}: ${name}`);
      formulas = marked.formulas;
      next = marked.xml;
    }
    if (next !== xml) changed[name] = new TextEncoder().encode(next);
  }
  if (Object.keys(changed).length === 0) return { buffer: original, formulas };
  return { buffer: Buffer.from(zipSync({ ...unzipSync(bytes), ...changed }, { level: 0 })), formulas };
}

function reportLosses({ main, comments }: WordPackage, context: PageContext): void {
  const { report, path } = context;
  for (const comment of comments === undefined ? [] : findAllXml(comments, 'comment')) {
    const by = comment.attributes.get('w:author') ?? '';
    report.add(path, 'COMMENT_REMOVED', `${by === '' ? 'a comment' : `a comment by ${by}`}`);
  }
  const losses: readonly (readonly [string, string])[] = [
    ['del', 'deleted text of tracked changes; accept or reject the changes first'],
    ['chart', 'a chart; put it in as a picture'],
    ['relIds', 'a SmartArt drawing; put it in as a picture'],
    ['OLEObject', 'an embedded object; put it in as a picture'],
    ['altChunk', 'an embedded document'],
  ];
  for (const [name, what] of losses)
    for (const _found of findAllXml(main, name)) report.add(path, 'WORD_CONTENT', what);
}

function dropEmptyPictures(node: Root | Element): void {
  const kept: ElementContent[] = [];
  for (const child of node.children) {
    if (child.type === 'element') {
      if (child.tagName === 'img' && child.properties['src'] === '') continue;
      dropEmptyPictures(child);
    }
    if (child.type === 'element' || child.type === 'text') kept.push(child);
  }
  node.children = kept;
}

/** Names notes and their marks as the reader's pop-ups expect them. */
function markNotes(node: Root | Element): void {
  for (const child of node.children) {
    if (child.type !== 'element') continue;
    const { id, href } = child.properties;
    if (child.tagName === 'a' && typeof href === 'string' && /^#(footnote|endnote)-\d+$/.test(href))
      child.properties['role'] = 'doc-noteref';
    if (child.tagName === 'a' && typeof href === 'string' && /^#(footnote|endnote)-ref-\d+$/.test(href))
      child.properties['role'] = 'doc-backlink';
    if (child.tagName === 'li' && typeof id === 'string' && /^(footnote|endnote)-\d+$/.test(id))
      child.properties['role'] = id.startsWith('footnote') ? 'doc-footnote' : 'doc-endnote';
    markNotes(child);
  }
}
