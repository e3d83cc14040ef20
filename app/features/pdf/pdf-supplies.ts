import dingbatsUrl from 'pdfjs-dist/standard_fonts/FoxitDingbats.pfb?url';
import symbolUrl from 'pdfjs-dist/standard_fonts/FoxitSymbol.pfb?url';
import jbig2Url from 'pdfjs-dist/wasm/jbig2.wasm?url';
import openjpegUrl from 'pdfjs-dist/wasm/openjpeg.wasm?url';

const urls = new Map([
  // Without these a scan in JPEG 2000, as libraries make them, is a white page
  ['openjpeg.wasm', openjpegUrl],
  ['jbig2.wasm', jbig2Url],
  // Bullets, ticks and Greek letters of formulas, which no system has under these names; other letters are the system's
  ['FoxitDingbats.pfb', dingbatsUrl],
  ['FoxitSymbol.pfb', symbolUrl],
]);

/** What pdf.js asks for while it reads a PDF, from this build: decoders of pictures, letters, and character maps. */
export class PdfSupplies {
  async fetch({ filename }: { readonly filename: string }): Promise<Uint8Array> {
    const map = filename.endsWith('.bcmap') ? (await import('./character-maps.ts')).characterMap(filename) : undefined;
    if (map) return map;
    const url = urls.get(filename);
    if (url === undefined) throw new Error(`there is no ${filename} in this build`);
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${filename}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }
}
