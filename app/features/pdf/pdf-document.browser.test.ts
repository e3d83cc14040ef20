import { expect, test } from 'vitest';
import type { Modules } from '../../platform/platform.ts';
import { type OpenPdf, openPdf } from './pdf-document.ts';

/** A JPEG 2000 codestream (ISO/IEC 15444-1, annex A) of one empty packet: 64 by 64 points of middle grey. */
const GREY = [
  [0xff, 0x4f],
  [0xff, 0x51, 0, 41, 0, 0, ...[64, 64, 0, 0, 64, 64, 0, 0].flatMap((side) => [0, 0, 0, side]), 0, 1, 7, 1, 1],
  [0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1],
  [0xff, 0x5c, 0, 4, 0x40, 0x40],
  [0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1],
  [0xff, 0x93, 0],
  [0xff, 0xd9],
].flat();

function pdfOf(objects: readonly string[]): Uint8Array {
  let file = '%PDF-1.5\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Uint8Array.from(file, (letter) => letter.charCodeAt(0));
}

/** A PDF of one page that paints something with resources of its own; further objects count from 5. */
function pageOf(paint: string, resources: string, more: readonly string[]): Uint8Array {
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << ${resources} >> /Contents 4 0 R >>`,
    `<< /Length ${paint.length} >>\nstream\n${paint}\nendstream`,
    ...more,
  ]);
}

async function open(bytes: Uint8Array): Promise<OpenPdf> {
  const modules: Pick<Modules, 'verifiedRange'> = {
    verifiedRange: async (_path, _href, begin, end) => bytes.slice(begin, end),
  };
  return openPdf(modules, 'm', 'a.pdf', bytes.length, (error) => {
    throw error;
  });
}

/** How dark the first page is at each point, 0 to 255. */
async function paintedOf(pdf: OpenPdf): Promise<(x: number, y: number) => number> {
  const page = await pdf.document.getPage(1);
  const canvas = document.createElement('canvas');
  canvas.width = 200;
  canvas.height = 200;
  await page.render({ canvas, viewport: page.getViewport({ scale: 1 }) }).promise;
  const data = canvas.getContext('2d')?.getImageData(0, 0, 200, 200).data ?? [];
  return (x, y) => 255 - (data[(y * 200 + x) * 4] ?? 255);
}

test('a picture in JPEG 2000 is painted', async () => {
  const image = String.fromCharCode(...GREY);
  const pdf = await open(
    pageOf('200 0 0 200 0 0 cm /I Do', '/XObject << /I 5 0 R >>', [
      `<< /Type /XObject /Subtype /Image /Width 64 /Height 64 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /JPXDecode /Length ${image.length} >>\nstream\n${image}\nendstream`,
    ]),
  );
  const dark = (await paintedOf(pdf))(100, 100);
  expect(dark).toBeGreaterThan(110);
  expect(dark).toBeLessThan(145);
  await pdf.close();
});

test('Chinese letters whose codes only a character map explains are text', async () => {
  const pdf = await open(
    pageOf('BT /F 40 Tf 20 100 Td <4e2d6587> Tj ET', '/Font << /F 5 0 R >>', [
      '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>',
      '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 7 0 R >>',
      '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>',
    ]),
  );
  const { items } = await (await pdf.document.getPage(1)).getTextContent();
  expect(items.map((item) => ('str' in item ? item.str : '')).join('')).toBe('中文');
  await pdf.close();
});

test('a bullet of Zapf Dingbats, which no PDF brings along, is painted', async () => {
  // A square that is filled: the letter n
  const pdf = await open(
    pageOf('BT /F 200 Tf 20 40 Td (n) Tj ET', '/Font << /F 5 0 R >>', [
      '<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>',
    ]),
  );
  const dark = await paintedOf(pdf);
  for (const x of [50, 80, 110, 140]) expect(dark(x, 110)).toBeGreaterThan(200);
  expect(dark(5, 5)).toBe(0);
  await pdf.close();
});
