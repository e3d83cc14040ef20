import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?worker&url';

declare global {
  /** Shows the first page of a PDF with pdf.js and nothing else, drawn like the app's; set by `bare-pdf.html`. */
  var showFirstPage: ((url: string, widthPixels: number) => Promise<void>) | undefined;
}

globalThis.showFirstPage = async (url, widthPixels) => {
  // As in the app, pdf.js comes when the first PDF is opened.
  const pdfjs = await import('pdfjs-dist');
  pdfjs.GlobalWorkerOptions.workerSrc = workerUrl;
  const document = await pdfjs.getDocument({ url, isEvalSupported: false, useWasm: false, useSystemFonts: true })
    .promise;
  const page = await document.getPage(1);
  const viewport = page.getViewport({ scale: widthPixels / page.getViewport({ scale: 1 }).width });
  const canvas = globalThis.document.querySelector('canvas');
  const container = globalThis.document.querySelector<HTMLElement>('.textLayer');
  if (!canvas || !container) throw new Error('bare-pdf.html has no canvas');
  canvas.width = Math.floor(viewport.width * devicePixelRatio);
  canvas.height = Math.floor(viewport.height * devicePixelRatio);
  const words = new pdfjs.TextLayer({ textContentSource: page.streamTextContent(), container, viewport });
  await Promise.all([page.render({ canvas, viewport }).promise, words.render()]);
};
