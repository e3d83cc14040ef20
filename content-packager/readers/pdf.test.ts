import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Course } from './course.ts';
import { readCourse } from './read-course.ts';
import { makeFolder, makePdf, type TestFolder, textOf } from './test-input.ts';

let folder: TestFolder | undefined;
afterEach(async () => folder?.remove());

async function read(pdf: Uint8Array): Promise<Course> {
  folder = await makeFolder({ 'book.pdf': pdf });
  return readCourse(join(folder.path, 'book.pdf'), {});
}

test('printed page numbers that are not plain 1, 2, 3 come along', async () => {
  const labels = '/PageLabels << /Nums [0 << /S /r >> 2 << /S /D >>] >>';
  const course = await read(makePdf(['a', 'b', 'c'], labels));
  expect(JSON.parse(await textOf(course, 'leeslicht/page-list.json'))).toEqual({
    pages: [
      { label: 'i', href: 'book.pdf#page=1' },
      { label: 'ii', href: 'book.pdf#page=2' },
      { label: '1', href: 'book.pdf#page=3' },
    ],
  });
  expect((await read(makePdf(['a', 'b']))).resources.some((file) => file.href.endsWith('page-list.json'))).toBe(false);
});

test('the outline becomes the contents, with the page that each line leads to', async () => {
  const course = await read(
    makePdf(['a', 'b'], '/Outlines 8 0 R /Lang (nl-NL)', [
      '<< /First 9 0 R /Last 9 0 R /Count 1 >>',
      '<< /Title (Hoofdstuk) /Parent 8 0 R /Dest [6 0 R /Fit] >>',
    ]),
  );
  expect(course.language).toBe('nl-NL');
  expect(course.toc).toEqual([
    { title: 'Book', href: 'book.pdf', children: [{ title: 'Hoofdstuk', href: 'book.pdf#page=2' }] },
  ]);
});

test('scripts in a PDF are reported', async () => {
  const script = '/Names << /JavaScript << /Names [(x) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >> >>';
  const course = await read(makePdf(['a'], script));
  expect(course.report.map((entry) => entry.code)).toEqual(['PDF_SCRIPT']);
});

test('a PDF may have a few bytes before its header', async () => {
  const junk = Buffer.from('junk before the header\n');
  const course = await read(new Uint8Array(Buffer.concat([junk, makePdf(['a'])])));
  expect(course.readingOrder.map(({ kind }) => kind)).toEqual(['pdf']);
});

test('a PDF of which no page can be found is refused', async () => {
  const looped = Buffer.from(makePdf(['a']))
    .toString('latin1')
    .replace('/Kids [4 0 R]', '/Kids [2 0 R]');
  await expect(read(new Uint8Array(Buffer.from(looped, 'latin1')))).rejects.toMatchObject({ code: 'PDF_MALFORMED' });
});

test('a PDF that is cut off, and a file that only calls itself one, are refused', async () => {
  await expect(read(makePdf(['a']).slice(0, 100))).rejects.toMatchObject({ code: 'PDF_MALFORMED' });
  await expect(read(new Uint8Array(Buffer.from('GIF89a')))).rejects.toMatchObject({ code: 'PDF_MALFORMED' });
});
