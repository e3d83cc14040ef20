import * as pdfjs from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?worker&url';
import type { Modules } from '../../platform/platform.ts';
import { PdfSupplies } from './pdf-supplies.ts';

pdfjs.GlobalWorkerOptions.workerSrc = workerUrl;

/** Bytes pdf.js asks for at a time. */
const RANGE_BYTES = 256 * 1024;

/** A heading of a PDF's own outline. `page` counts from 1. */
export interface OutlineEntry {
  readonly title: string;
  readonly page: number | undefined;
  readonly children: readonly OutlineEntry[];
}

/** Feeds pdf.js with ranges whose chunks were each checked against the signed leaves before they get here. */
class VerifiedTransport extends pdfjs.PDFDataRangeTransport {
  readonly #read: (begin: number, end: number) => Promise<Uint8Array>;
  readonly #fail: (error: unknown) => void;

  constructor(
    length: number,
    read: (begin: number, end: number) => Promise<Uint8Array>,
    fail: (error: unknown) => void,
  ) {
    super(length, null);
    this.#read = read;
    this.#fail = fail;
  }

  override requestDataRange(begin: number, end: number): void {
    this.#read(begin, end).then(
      // pdf.js takes the bytes over, so it gets a copy.
      (bytes) => this.onDataRange(begin, bytes.slice()),
      (error: unknown) => this.#fail(error),
    );
  }
}

/** An opened PDF and the way to close it. */
export interface OpenPdf {
  readonly document: pdfjs.PDFDocumentProxy;
  close(): Promise<void>;
}

/** Opens a module's PDF. No script in it runs. Rejects when it is damaged or no PDF; later damage goes to `onFail`. */
export async function openPdf(
  modules: Pick<Modules, 'verifiedRange'>,
  path: string,
  href: string,
  sizeBytes: number,
  onFail: (error: unknown) => void,
): Promise<OpenPdf> {
  let failEarly: (error: unknown) => void = () => {};
  const damaged = new Promise<never>((_, reject) => {
    failEarly = reject;
  });
  const task = pdfjs.getDocument({
    range: new VerifiedTransport(
      sizeBytes,
      (begin, end) => modules.verifiedRange(path, href, begin, Math.min(end, sizeBytes)),
      (error) => {
        failEarly(error);
        onFail(error);
      },
    ),
    rangeChunkSize: RANGE_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    isEvalSupported: false,
    enableXfa: false,
    useWorkerFetch: false,
    BinaryDataFactory: PdfSupplies,
    useSystemFonts: true,
  });
  try {
    const document = await Promise.race([task.promise, damaged]);
    return { document, close: () => task.destroy() };
  } catch (error) {
    await task.destroy();
    throw error;
  }
}

type RawOutline = Awaited<ReturnType<pdfjs.PDFDocumentProxy['getOutline']>>;

/** The PDF's outline with page numbers; entries that lead nowhere keep their title. */
export async function readOutline(document: pdfjs.PDFDocumentProxy): Promise<readonly OutlineEntry[]> {
  const convert = async (raw: RawOutline): Promise<OutlineEntry[]> =>
    Promise.all(
      (raw ?? []).map(async (item) => ({
        title: item.title,
        page: await pageOf(document, item.dest),
        children: await convert(item.items),
      })),
    );
  return convert(await document.getOutline());
}

/** The page (from 1) that a destination of the PDF leads to. */
export async function pageOf(
  document: pdfjs.PDFDocumentProxy,
  dest: string | unknown[] | null,
): Promise<number | undefined> {
  try {
    const explicit = typeof dest === 'string' ? await document.getDestination(dest) : dest;
    const target: unknown = explicit?.[0];
    if (typeof target === 'number') return target + 1;
    if (typeof target !== 'object' || target === null || !('num' in target) || !('gen' in target)) return undefined;
    if (typeof target.num !== 'number' || typeof target.gen !== 'number') return undefined;
    return (await document.getPageIndex({ num: target.num, gen: target.gen })) + 1;
  } catch {
    // A destination that does not exist in the file: the heading is shown without a link.
    return undefined;
  }
}
