import { existsSync } from 'node:fs';
import { cp, readFile, utimes } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { writeBundle } from '../writer/bundle-writer.ts';
import { readCourse } from './read-course.ts';
import { withSearchIndex } from './search-index.ts';
import { makeEpub, makeFolder, makePdf, makeTar, makeZip, type TestFolder, TINY, xhtml } from './test-input.ts';

const SAMPLES = resolve(import.meta.dirname, '../../../shared/samples');
let folder: TestFolder | undefined;
afterEach(async () => folder?.remove());

async function pack(path: string, output: string): Promise<Uint8Array> {
  const read = await readCourse(path, {});
  try {
    await writeBundle(await withSearchIndex(read), { courseId: 'c', moduleId: 'm', version: '1.0.0' }, output);
  } finally {
    await read.close();
  }
  return readFile(output);
}

/** Packs an input, and a copy of it with other times in another place; both must give the same bytes. */
async function expectSameBytes(path: string): Promise<void> {
  folder ??= await makeFolder({});
  const copy = join(folder.path, 'copy', basename(path));
  await cp(path, copy, { recursive: true });
  await utimes(copy, 1, 1);
  const first = await pack(path, join(folder.path, 'one.leesmodule'));
  const second = await pack(copy, join(folder.path, 'two.leesmodule'));
  expect(first.length).toBeGreaterThan(1000);
  expect(Buffer.compare(first, second)).toBe(0);
}

const PAGE =
  '# A\n\n$x^2$ <span style="color:red">b</span>\n\n```js\nlet a;\n```\n\n```question id=q words=9\nWhy?\n```\n';
const MANIFEST =
  '<manifest><organizations><organization><item><item identifierref="a"><title>A</title></item></item></organization></organizations><resources><resource identifier="a" type="webcontent" href="a.html"><file href="a.html"/></resource></resources></manifest>';
const BACKUP = {
  'moodle_backup.xml':
    '<moodle_backup><information><contents><activities><activity><moduleid>1</moduleid><modulename>page</modulename><title>P</title><directory>activities/page_1</directory></activity></activities></contents></information></moodle_backup>',
  'activities/page_1/page.xml':
    '<activity id="1" moduleid="1" contextid="9"><page id="1"><name>P</name><content>&lt;p&gt;x&lt;/p&gt;</content><contentformat>1</contentformat></page></activity>',
};
const list = (files: Readonly<Record<string, string>>): { name: string; content: string }[] =>
  Object.entries(files).map(([name, content]) => ({ name, content }));

test.each<[string, string, Readonly<Record<string, string | Uint8Array>>]>([
  ['a folder', '', { 'a.md': PAGE, 'f/film.webm': TINY.webm, 'f/film.nl.srt': '1\n00:00:01,0 --> 00:00:02,0\nx' }],
  ['a folder in a ZIP', 'x.zip', { 'x.zip': makeZip(list({ 'b.md': '# B', 'a.md': PAGE })) }],
  ['a PDF', 'x.pdf', { 'x.pdf': makePdf(['one', 'two']) }],
  ['an EPUB', 'x.epub', { 'x.epub': makeEpub({ extra: { 'OPS/one.xhtml': xhtml('<p style="color:red">x</p>') } }) }],
  ['a cartridge', 'x.imscc', { 'x.imscc': makeZip(list({ 'imsmanifest.xml': MANIFEST, 'a.html': '<p>a</p>' })) }],
  ['a Moodle backup', 'x.mbz', { 'x.mbz': makeTar(list(BACKUP)) }],
])('%s gives the same bytes, whenever and wherever it lies', async (_name, path, files) => {
  folder = await makeFolder(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`in/${name}`, bytes])));
  await expectSameBytes(join(folder.path, 'in', path));
});

describe.skipIf(!existsSync(SAMPLES))('material of others', () => {
  test.each([
    'imscc/gem-course.imscc',
    'imscc/allyworkshop.imscc',
    'imscc/all-question-types.imscc',
    'docx/footnotes.docx',
    'docx/tables.docx',
    'epub/regime-anticancer-arabic.epub',
    'pdf/tracemonkey.pdf',
    'openstax-python',
  ])('%s gives the same bytes', { timeout: 240_000 }, async (name) => {
    folder = await makeFolder({});
    await expectSameBytes(resolve(SAMPLES, name));
  });
});
