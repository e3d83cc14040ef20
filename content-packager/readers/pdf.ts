import { open, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Report, TocEntry } from './course.ts';
import { ReaderError } from './reader-error.ts';

/** What a PDF says about itself. */
export interface PdfFacts {
  readonly title?: string;
  readonly outline: readonly TocEntry[];
}

/** Above this a PDF is carried without looking at its outline, so that memory stays flat. */
const MAX_OUTLINE_BYTES = 256 * 1024 * 1024;

/**
 * Checks that a file is a whole PDF that opens without a password, and reads its title and outline. Scripts in it
 * are reported: the reader never runs them. Throws `PDF_MALFORMED` or `PDF_ENCRYPTED`.
 */
export async function readPdfFile(
  diskPath: string,
  sizeBytes: number,
  href: string,
  file: string,
  report: Report,
): Promise<PdfFacts> {
  const handle = await open(diskPath, 'r');
  try {
    const head = new Uint8Array(8);
    await handle.read(head, 0, 8, 0);
    const tail = Buffer.alloc(Math.min(2048, sizeBytes));
    await handle.read(tail, 0, tail.length, sizeBytes - tail.length);
    if (!new TextDecoder('latin1').decode(head).startsWith('%PDF-') || !tail.toString('latin1').includes('%%EOF')) {
      throw new ReaderError({
        code: 'PDF_MALFORMED',
        file,
        problem: 'is not a whole PDF',
        advice: 'Download or export it again; it may be cut off.',
      });
    }
  } finally {
    await handle.close();
  }
  return sizeBytes > MAX_OUTLINE_BYTES
    ? { outline: [] }
    : readFacts(new Uint8Array(await readFile(diskPath)), href, file, report);
}

async function readFacts(data: Uint8Array, href: string, file: string, report: Report): Promise<PdfFacts> {
  const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const folder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  const task = pdfjs.getDocument({
    data,
    verbosity: 0,
    isEvalSupported: false,
    useSystemFonts: false,
    disableFontFace: true,
    standardFontDataUrl: `${join(folder, 'standard_fonts')}/`,
  });
  try {
    const document = await task.promise;
    const [{ info }, outline, scripts] = await Promise.all([
      document.getMetadata(),
      document.getOutline(),
      document.getJSActions(),
    ]);
    if (scripts !== null) report.add(file, 'PDF_SCRIPT', 'scripts in this PDF will not run');
    const title = 'Title' in info && typeof info.Title === 'string' ? info.Title.replace(/\s+/g, ' ').trim() : '';
    const pageOf = async (destination: unknown): Promise<number | undefined> => {
      const target: unknown =
        typeof destination === 'string' ? await document.getDestination(destination) : destination;
      const first: unknown = Array.isArray(target) ? target[0] : undefined;
      if (typeof first === 'number') return first + 1;
      return isPageReference(first) ? (await document.getPageIndex(first)) + 1 : undefined;
    };
    const entries = await outlineEntries(outline, pageOf, href, 0);
    return {
      outline: entries,
      ...(title === '' || /^untitled|\.(docx?|indd|tex|dvi|pdf)$/i.test(title) ? {} : { title }),
    };
  } catch (cause) {
    const isPassword = cause instanceof Error && cause.name === 'PasswordException';
    throw new ReaderError({
      code: isPassword ? 'PDF_ENCRYPTED' : 'PDF_MALFORMED',
      file,
      problem: isPassword
        ? 'asks for a password'
        : `cannot be opened as a PDF${cause instanceof Error ? `: ${cause.message}` : ''}`,
      advice: isPassword ? 'Ask its owner for a copy without a password.' : 'Export it again.',
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
