import { expect, test } from 'vitest';
import type { Modules } from '../../platform/platform.ts';
import { openPdf } from './pdf-document.ts';

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

function pdfWith(picture: readonly number[]): Uint8Array {
  const image = String.fromCharCode(...picture);
  const paint = '200 0 0 200 0 0 cm /I Do';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>',
    `<< /Length ${paint.length} >>\nstream\n${paint}\nendstream`,
    `<< /Type /XObject /Subtype /Image /Width 64 /Height 64 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /JPXDecode /Length ${image.length} >>\nstream\n${image}\nendstream`,
  ];
  let file = '%PDF-1.5\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Uint8Array.from(file, (letter) => letter.charCodeAt(0));
}

test('a picture in JPEG 2000 is painted', async () => {
  const bytes = pdfWith(GREY);
  const modules: Pick<Modules, 'verifiedRange'> = {
    verifiedRange: async (_path, _href, begin, end) => bytes.slice(begin, end),
  };
  const pdf = await openPdf(modules, 'm', 'a.pdf', bytes.length, (error) => {
    throw error;
  });
  const page = await pdf.document.getPage(1);
  const canvas = document.createElement('canvas');
  canvas.width = 200;
  canvas.height = 200;
  await page.render({ canvas, viewport: page.getViewport({ scale: 1 }) }).promise;
  const [red] = canvas.getContext('2d')?.getImageData(100, 100, 1, 1).data ?? [];
  expect(red).toBeGreaterThan(110);
  expect(red).toBeLessThan(145);
  await pdf.close();
});
