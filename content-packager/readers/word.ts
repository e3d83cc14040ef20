import { unzipSync, zipSync } from 'fflate';
import type { Element, ElementContent, Root } from 'hast';
import { readAll } from './byte-source.ts';
import type { InputFile } from './course.ts';
import { type CleanPage, cleanTree, parseHtml, refusingOverflow } from './html-page.ts';
import { typeOfMediaType } from './media-type.ts';
import type { PageContext } from './page-context.ts';
import { ReaderError } from './reader-error.ts';
import { markFormulas, placeFormulas } from './word-maths.ts';
import { findAllXml, findXml, parseXml, textXml, type XmlElement } from './xml.ts';
import { type ArchiveEntry, openArchiveBytes } from './zip-archive.ts';

const MAX_WORD_BYTES = 128 * 1024 * 1024;
const MAX_PART_BYTES = 64 * 1024 * 1024;
const decoder = new TextDecoder();

/** What a Word file says about itself. */
export interface WordFacts {
  readonly title?: string;
  readonly language?: string;
  readonly author?: string;
}

/** Title, language and author out of a Word file's properties. */
export async function readWordFacts(file: InputFile): Promise<WordFacts> {
  const parts = await readParts(file, ['docProps/core.xml', 'word/styles.xml']);
  const core = parts.get('docProps/core.xml');
  const styles = parts.get('word/styles.xml');
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
  const parts = await readParts(file, ['word/comments.xml', 'word/document.xml']);
  reportLosses(parts, context);
  const { buffer, formulas } = withoutFormulas(await readAll(file.source, MAX_WORD_BYTES, file.path), file.path);
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
      throw malformed(file.path, cause);
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

/** The same archive with marks for formulas; untouched when it has none. The archive was checked before. */
function withoutFormulas(bytes: Uint8Array, path: string): { buffer: Buffer; formulas: readonly Element[] } {
  const original = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const part = 'word/document.xml';
  const [document] = Object.values(unzipSync(bytes, { filter: ({ name }) => name === part }));
  const xml = document === undefined ? '' : decoder.decode(document);
  if (!xml.includes('<m:oMath')) return { buffer: original, formulas: [] };
  const marked = markFormulas(xml, `${path}: ${part}`);
  const files = { ...unzipSync(bytes), [part]: new TextEncoder().encode(marked.xml) };
  return { buffer: Buffer.from(zipSync(files, { level: 0 })), formulas: marked.formulas };
}

function reportLosses(parts: ReadonlyMap<string, XmlElement>, context: PageContext): void {
  const { report, path } = context;
  const comments = parts.get('word/comments.xml');
  for (const comment of comments === undefined ? [] : findAllXml(comments, 'comment')) {
    const by = comment.attributes.get('w:author') ?? '';
    report.add(path, 'COMMENT_REMOVED', `${by === '' ? 'a comment' : `a comment by ${by}`}`);
  }
  const document = parts.get('word/document.xml');
  if (document === undefined) throw malformed(path);
  const losses: readonly (readonly [string, string])[] = [
    ['del', 'deleted text of tracked changes; accept or reject the changes first'],
    ['chart', 'a chart; put it in as a picture'],
    ['relIds', 'a SmartArt drawing; put it in as a picture'],
    ['OLEObject', 'an embedded object; put it in as a picture'],
    ['altChunk', 'an embedded document'],
  ];
  for (const [name, what] of losses)
    for (const _found of findAllXml(document, name)) report.add(path, 'WORD_CONTENT', what);
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

async function readParts(file: InputFile, wanted: readonly string[]): Promise<Map<string, XmlElement>> {
  const bytes = await readAll(file.source, MAX_WORD_BYTES, file.path);
  const archive = await openArchiveBytes(bytes, file.path);
  try {
    if (!archive.entries.has('word/document.xml')) throw malformed(file.path);
    const parts = new Map<string, XmlElement>();
    for (const entry of archive.entries.values()) {
      if (!/\.(xml|rels)$/i.test(entry.name)) continue;
      const xml = await xmlOf(entry, file.path);
      if (wanted.includes(entry.name)) parts.set(entry.name, parseXml(xml, `${file.path}: ${entry.name}`));
    }
    return parts;
  } finally {
    archive.close();
  }
}

async function xmlOf(entry: ArchiveEntry, file: string): Promise<string> {
  const xml = decoder.decode(await readAll(entry.source, MAX_PART_BYTES, `${file}: ${entry.name}`));
  // Word writes no document types; a part that has one is made to harm the parser behind this.
  if (/<!DOCTYPE|<!ENTITY/i.test(xml))
    throw new ReaderError({
      code: 'XML_ENTITIES',
      file,
      problem: `declares a document type in ${entry.name}`,
      advice: 'Do not use this file; Word does not make such files.',
    });
  return xml;
}

function malformed(file: string, cause?: unknown): ReaderError {
  return new ReaderError({
    code: 'WORD_MALFORMED',
    file,
    problem: 'is not a Word document (.docx)',
    advice: 'Open it in Word or LibreOffice and save it as .docx.',
    cause,
  });
}
