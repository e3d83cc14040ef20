import type { PageViewport, PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import { pageOf } from './pdf-document.ts';

/** A link on a page: to another page, or to an address outside that is shown as text and never opened. */
export type PdfLink = {
  /** In CSS pixels from the upper left corner of the page at the viewport's scale. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
} & ({ readonly kind: 'page'; readonly page: number } | { readonly kind: 'outside'; readonly address: string });

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

/** The links of a page. Anything else that a PDF may carry (forms, scripts, films, files) is not read at all. */
export async function linksOf(
  document: PDFDocumentProxy,
  page: PDFPageProxy,
  viewport: PageViewport,
): Promise<readonly PdfLink[]> {
  const annotations: readonly unknown[] = await page.getAnnotations({ intent: 'display' });
  const links = await Promise.all(
    annotations.map(async (annotation): Promise<readonly PdfLink[]> => {
      if (member(annotation, 'subtype') !== 'Link') return [];
      const rect = member(annotation, 'rect');
      if (!Array.isArray(rect) || !rect.every((edge) => typeof edge === 'number')) return [];
      const edges: readonly unknown[] = viewport.convertToViewportRectangle(rect);
      const [a = 0, b = 0, c = 0, d = 0] = edges.map(Number);
      const box = { left: Math.min(a, c), top: Math.min(b, d), width: Math.abs(a - c), height: Math.abs(b - d) };
      const dest = member(annotation, 'dest');
      if (typeof dest === 'string' || Array.isArray(dest)) {
        const target = await pageOf(document, dest);
        return target === undefined ? [] : [{ ...box, kind: 'page', page: target }];
      }
      const address = member(annotation, 'unsafeUrl') ?? member(annotation, 'url');
      return typeof address === 'string' ? [{ ...box, kind: 'outside', address: address.slice(0, 2_000) }] : [];
    }),
  );
  return links.flat();
}
