import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Course } from './course.ts';
import { readCourse } from './read-course.ts';
import { makeEpub, makeFolder, makeZip, type TestFolder, TINY, textOf, xhtml } from './test-input.ts';

let folder: TestFolder | undefined;
afterEach(async () => folder?.remove());

async function read(epub: Uint8Array): Promise<Course> {
  folder = await makeFolder({ 'book.epub': epub });
  const course = await readCourse(join(folder.path, 'book.epub'), {});
  return course;
}

test('a small book has its order, contents, language and date', async () => {
  const course = await read(makeEpub());
  expect([course.title, course.language, course.suggested.modified, course.suggested.moduleId]).toEqual([
    'A book',
    'nl',
    '2020-02-03T04:05:06Z',
    'book',
  ]);
  expect(course.readingOrder.map((page) => page.href)).toEqual(['OPS/one.html']);
  expect(course.toc).toEqual([{ title: 'First', href: 'OPS/one.html#a' }]);
  expect(course.report).toEqual([]);
  await course.close();
});

test('contents come from the NCX when there is no navigation', async () => {
  const ncx =
    '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>Een &amp; twee</text></navLabel><content src="one.xhtml"/></navPoint></navMap></ncx>';
  const course = await read(
    makeEpub({
      extra: { 'OPS/nav.xhtml': xhtml('<p>none</p>'), 'OPS/toc.ncx': ncx },
      manifest: '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
      spineAttributes: 'toc="ncx"',
    }),
  );
  expect(course.toc).toEqual([{ title: 'Een & twee', href: 'OPS/one.html' }]);
  await course.close();
});

test('the direction of page turning is kept', async () => {
  const course = await read(makeEpub({ spineAttributes: 'page-progression-direction="rtl"' }));
  expect(course.direction).toBe('rtl');
  await course.close();
});

test('what is left out is reported: overlays, scripts, servers, missing and stray files, scrambled fonts', async () => {
  const encryption =
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/><CipherData><CipherReference URI="OPS/f.otf"/></CipherData></EncryptedData></encryption>';
  const manifest = [
    '<item id="o" href="o.smil" media-type="application/smil+xml"/>',
    '<item id="j" href="j.js" media-type="text/javascript"/>',
    '<item id="r" href="https://example.org/a.mp3" media-type="audio/mpeg"/>',
    '<item id="m" href="gone.png" media-type="image/png"/>',
    '<item id="f" href="f.otf" media-type="font/otf"/>',
    '<item id="l" href="lie.png" media-type="image/png"/>',
  ].join('');
  const course = await read(
    makeEpub({
      manifest,
      extra: {
        'META-INF/encryption.xml': encryption,
        'OPS/o.smil': '<smil/>',
        'OPS/j.js': 'x',
        'OPS/f.otf': 'scrambled',
        'OPS/lie.png': 'GIF89a',
        'OPS/stray.png': TINY.png,
      },
    }),
  );
  expect(course.report.map((entry) => [entry.code, entry.file])).toEqual([
    ['MEDIA_OVERLAY', 'OPS/o.smil'],
    ['SCRIPT_REMOVED', 'OPS/j.js'],
    ['EXTERNAL_RESOURCE', 'https://example.org/a.mp3'],
    ['MISSING_TARGET', 'OPS/gone.png'],
    ['OBFUSCATED_FONT', 'OPS/f.otf'],
    ['NOT_IN_PACKAGE', 'OPS/stray.png'],
    ['WRONG_TYPE', 'OPS/lie.png'],
  ]);
  await course.close();
});

test.each<[string, string, Uint8Array]>([
  [
    'a book with DRM',
    'EPUB_DRM',
    makeEpub({
      extra: {
        'META-INF/encryption.xml':
          '<encryption><EncryptedData><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/><CipherData><CipherReference URI="OPS/one.xhtml"/></CipherData></EncryptedData></encryption>',
      },
    }),
  ],
  ['a book with a licence of a lending system', 'EPUB_DRM', makeEpub({ extra: { 'META-INF/license.lcpl': '{}' } })],
  [
    'a fixed-layout book',
    'EPUB_FIXED_LAYOUT',
    makeEpub({ metadata: '<meta property="rendition:layout">pre-paginated</meta>' }),
  ],
  [
    'an entity bomb in the package',
    'XML_ENTITIES',
    makeEpub({
      extra: {
        'OPS/book.opf': '<!DOCTYPE package [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><package>&b;</package>',
      },
    }),
  ],
  [
    'an entity bomb in a page',
    'XML_ENTITIES',
    makeEpub({
      extra: {
        'OPS/one.xhtml': '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>&x;</body></html>',
      },
    }),
  ],
  [
    'a package that is not XML',
    'XML_MALFORMED',
    makeEpub({ extra: { 'OPS/book.opf': '<package><metadata></package>' } }),
  ],
  ['a ZIP that is no book', 'EPUB_MALFORMED', makeZip([{ name: 'a.txt', content: 'x' }])],
  ['a file that is no ZIP', 'ZIP_MALFORMED', Buffer.from('not a zip at all')],
])('refuses %s', async (_name, code, epub) => {
  await expect(read(epub)).rejects.toMatchObject({ name: 'ReaderError', code });
});

test('a page of the book is clean and has its own styles', async () => {
  const course = await read(
    makeEpub({
      manifest: '<item id="c" href="s.css" media-type="text/css"/><item id="p" href="p.png" media-type="image/png"/>',
      extra: {
        'OPS/s.css': '@import url(https://evil.example/x.css); body{background:url(p.png)}',
        'OPS/p.png': TINY.png,
        'OPS/one.xhtml': xhtml(
          '<p onclick="x()">A<script>alert(1)</script><epub:switch><epub:case>no</epub:case><epub:default>yes</epub:default></epub:switch></p>',
          '<link rel="stylesheet" href="s.css"/><script src="x.js"/>',
        ),
      },
    }),
  );
  expect(await textOf(course, 'OPS/one.html')).toContain(
    '<link rel="stylesheet" href="s.css" /></head><body><p>Ayes</p></body>',
  );
  expect(await textOf(course, 'OPS/s.css')).toBe('body{background:url("p.png")}');
  await course.close();
});
