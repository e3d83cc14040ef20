import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { readAll } from './byte-source.ts';
import type { InputFile, Report, TocEntry } from './course.ts';
import { ReaderError } from './reader-error.ts';

/** What a PDF says about itself. */
export interface PdfFacts {
  readonly title?: string;
  readonly language?: string;
  readonly outline: readonly TocEntry[];
  /** The printed page numbers, page after page; absent when they are plain 1, 2, 3. */
  readonly pageLabels?: readonly string[];
}

/** Above this a PDF inside an archive is carried without looking into it, so that memory stays flat. */
const MAX_BYTES_IN_MEMORY = 256 * 1024 * 1024;

/**
 * Checks that a file is a whole PDF that opens without a password, and reads its title, outline and page labels.
 * Scripts in it are reported: the reader never runs them. Throws `PDF_MALFORMED` or `PDF_ENCRYPTED`.
 */
export async function readPdf(file: InputFile, href: string, report: Report): Promise<PdfFacts> {
  if (file.source.diskPath === undefined && file.source.sizeBytes > MAX_BYTES_IN_MEMORY) {
    report.add(
      file.path,
      'PDF_NO_TEXT',
      'is too large to look into while it is in an archive; unpack the archive first',
    );
    return { outline: [] };
  }
  return withPdf(file, async (document) => {
    // A file whose pages cannot be found at all opens, but shows nothing.
    await document.getPage(1);
    const [{ info }, outline, scripts, labels] = await Promise.all([
      document.getMetadata(),
      document.getOutline(),
      document.getJSActions(),
      document.getPageLabels(),
    ]);
    if (scripts !== null) report.add(file.path, 'PDF_SCRIPT', 'scripts in this PDF will not run');
    const said = (name: string): string => {
      const value = Object.entries(info).find(([key]) => key === name)?.[1];
      return typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : '';
    };
    const title = said('Title');
    const language = said('Language');
    const pageOf = async (destination: unknown): Promise<number | undefined> => {
      const target: unknown =
        typeof destination === 'string' ? await document.getDestination(destination) : destination;
      const first: unknown = Array.isArray(target) ? target[0] : undefined;
      if (typeof first === 'number') return first + 1;
      return isPageReference(first) ? (await document.getPageIndex(first)) + 1 : undefined;
    };
    const plain = labels === null || labels.every((label, index) => label === String(index + 1));
    return {
      outline: await outlineEntries(outline, pageOf, href, 0),
      ...(title === '' || /^untitled|\.(docx?|indd|tex|dvi|pdf)$/i.test(title) ? {} : { title }),
      ...(language === '' ? {} : { language }),
      ...(plain ? {} : { pageLabels: labels }),
    };
  });
}

/**
 * The text of a PDF, page after page, in reading order as the file has it; the error where a page cannot be read. Holds
 * one page at a time.
 */
export async function eachPdfPage(
  file: InputFile,
  onPage: (pageNumber: number, text: string | Error) => void,
): Promise<void> {
  if (file.source.diskPath === undefined && file.source.sizeBytes > MAX_BYTES_IN_MEMORY) return;
  await withPdf(file, async (document) => {
    for (let number = 1; number <= document.numPages; number++) {
      onPage(number, await pageText(document, number));
    }
  });
}

async function pageText(document: PDFDocumentProxy, pageNumber: number): Promise<string | Error> {
  try {
    const page = await document.getPage(pageNumber);
    const { items } = await page.getTextContent();
    let text = '';
    for (const item of items) if ('str' in item) text += item.hasEOL ? `${item.str}\n` : item.str;
    page.cleanup();
    // A word that the typesetter broke at the end of a line is one word to somebody who searches.
    return text.replace(/(\p{L})[-\u00ad]\n(\p{Ll})/gu, '$1$2');
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

async function withPdf<T>(file: InputFile, work: (document: PDFDocumentProxy) => Promise<T>): Promise<T> {
  const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const folder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  const isLarge = file.source.sizeBytes > MAX_BYTES_IN_MEMORY && file.source.diskPath !== undefined;
  const task = pdfjs.getDocument({
    ...(isLarge && file.source.diskPath !== undefined
      ? { url: pathToFileURL(file.source.diskPath).href, disableAutoFetch: true, disableStream: true }
      : { data: await readAll(file.source, MAX_BYTES_IN_MEMORY, file.path) }),
    verbosity: 0,
    isEvalSupported: false,
    useSystemFonts: false,
    disableFontFace: true,
    standardFontDataUrl: `${join(folder, 'standard_fonts')}/`,
    cMapUrl: `${join(folder, 'cmaps')}/`,
  });
  try {
    return await work(await task.promise);
  } catch (cause) {
    if (cause instanceof ReaderError) throw cause;
    const isPassword = cause instanceof Error && cause.name === 'PasswordException';
    throw new ReaderError({
      code: isPassword ? 'PDF_ENCRYPTED' : 'PDF_MALFORMED',
      file: file.path,
      problem: isPassword
        ? 'asks for a password'
        : `cannot be opened as a PDF${cause instanceof Error ? `: ${cause.message}` : ''}`,
      advice: isPassword
        ? 'Ask its owner for a copy without a password.'
        : 'Download or export it again; it may be cut off.',
      cause,
    });
  } finally {
    await task.destroy();
  }
}

interface OutlineNode {
  readonly title: string;
  readonly dest: unknown;
  readonly items: readonly OutlineNode[];
}

async function outlineEntries(
  nodes: readonly OutlineNode[] | null,
  pageOf: (destination: unknown) => Promise<number | undefined>,
  href: string,
  depth: number,
): Promise<TocEntry[]> {
  const entries: TocEntry[] = [];
  if (nodes === null || depth > 8) return entries;
  for (const node of nodes) {
    const page = await pageOf(node.dest).catch(() => undefined); // A broken destination costs its link, not the outline.
    const children = await outlineEntries(node.items, pageOf, href, depth + 1);
    const title = node.title.replace(/\s+/g, ' ').trim();
    if (title !== '')
      entries.push({
        title,
        href: page === undefined ? href : `${href}#page=${page}`,
        ...(children.length === 0 ? {} : { children }),
      });
  }
  return entries;
}

function isPageReference(value: unknown): value is { num: number; gen: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'num' in value &&
    'gen' in value &&
    typeof value.num === 'number' &&
    typeof value.gen === 'number'
  );
}
