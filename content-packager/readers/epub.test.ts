import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readAll } from './byte-source.ts';
import type { Course, ReadOptions } from './course.ts';
import { clockMs } from './epub-overlay.ts';
import { readCourse } from './read-course.ts';
import { makeEpub, makeFolder, makeZip, type TestFolder, TINY, textOf, xhtml } from './test-input.ts';

let folder: TestFolder | undefined;
afterEach(async () => folder?.remove());

async function read(epub: Uint8Array, options: ReadOptions = {}): Promise<Course> {
  folder = await makeFolder({ 'book.epub': epub });
  const course = await readCourse(join(folder.path, 'book.epub'), options);
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

test('a picture under the name and media type of another kind comes along as what it is', async () => {
  const course = await read(
    makeEpub({
      extra: { 'OPS/dot.jpg': TINY.png, 'OPS/one.xhtml': xhtml('<p><img src="dot.jpg" alt="A dot"/></p>') },
      manifest: '<item id="dot" href="dot.jpg" media-type="image/jpeg"/>',
    }),
  );
  expect(course.resources.find(({ href }) => href === 'OPS/dot.jpg')?.type).toBe('image/png');
  expect(course.report).toEqual([]);
  await course.close();
});

test('the direction of page turning is kept', async () => {
  const course = await read(makeEpub({ spineAttributes: 'page-progression-direction="rtl"' }));
  expect(course.direction).toBe('rtl');
  await course.close();
});

test('what is left out is reported: scripts, servers, missing and stray files, scrambled fonts', async () => {
  const encryption =
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/><CipherData><CipherReference URI="OPS/f.otf"/></CipherData></EncryptedData></encryption>';
  const manifest = [
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
        'OPS/j.js': 'x',
        'OPS/f.otf': 'scrambled',
        'OPS/lie.png': '<html>',
        'OPS/stray.png': TINY.png,
      },
    }),
  );
  expect(course.report.map((entry) => [entry.code, entry.file])).toEqual([
    ['SCRIPT_REMOVED', 'OPS/j.js'],
    ['EXTERNAL_RESOURCE', 'https://example.org/a.mp3'],
    ['MISSING_TARGET', 'OPS/gone.png'],
    ['OBFUSCATED_FONT', 'OPS/f.otf'],
    ['WRONG_TYPE', 'OPS/lie.png'],
    ['NOT_IN_PACKAGE', 'OPS/stray.png'],
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
    'a fixed-layout book of the old kind',
    'EPUB_FIXED_LAYOUT',
    makeEpub({ metadata: '<meta name="fixed-layout" content="true"/>' }),
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

test('a media overlay tells which sound reads which element', async () => {
  const smil =
    '<smil xmlns="http://www.w3.org/ns/SMIL" version="3.0"><body><seq><par><text src="one.xhtml#a"/><audio src="a.mp3" clipBegin="0:00:01.5" clipEnd="2s"/></par><par><text src="one.xhtml#b"/><audio src="a.mp3" clipBegin="2s"/></par><par><text src="one.xhtml#c"/></par><par><text src="one.xhtml#d"/><audio src="gone.mp3"/></par></seq></body></smil>';
  const course = await read(
    makeEpub({
      manifest:
        '<item id="o" href="o.smil" media-type="application/smil+xml"/><item id="m" href="a.mp3" media-type="audio/mpeg"/><item id="two" href="two.xhtml" media-overlay="o" media-type="application/xhtml+xml"/>',
      spine: '<itemref idref="two"/>',
      extra: { 'OPS/o.smil': smil, 'OPS/a.mp3': TINY.mp3, 'OPS/two.xhtml': xhtml('<p>x</p>') },
    }),
  );
  expect(JSON.parse(await textOf(course, 'leeslicht/spoken.json'))).toEqual({
    pages: {
      'OPS/one.html': [
        { id: 'a', audio: 'OPS/a.mp3', startMs: 1500, endMs: 2000 },
        { id: 'b', audio: 'OPS/a.mp3', startMs: 2000 },
      ],
    },
  });
  expect(course.report.map((entry) => [entry.code, entry.detail])).toEqual([
    ['MEDIA_OVERLAY', 'one.xhtml#d cannot be read aloud'],
  ]);
  await course.close();
});

test.each([
  ['0:12:34.5', 754_500],
  ['12:34', 754_000],
  ['7.5s', 7500],
  ['90ms', 90],
  ['1.5h', 5_400_000],
  ['2min', 120_000],
  ['3', 3000],
  ['soon', undefined],
  ['1:99', undefined],
])('the clock value %s is %s ms', (value, ms) => {
  expect(clockMs(value)).toBe(ms);
});

test.each<[string, string, (font: Uint8Array) => Uint8Array]>([
  [
    'the way of EPUB',
    'http://www.idpf.org/2008/embedding',
    (font) => {
      const key = createHash('sha1').update('urn:uuid:12345678-9abc-def0-1234-56789abcdef0').digest();
      return font.map((byte, index) => (index < 1040 ? byte ^ (key[index % 20] ?? 0) : byte));
    },
  ],
  [
    'the way of Adobe',
    'http://ns.adobe.com/pdf/enc#RC',
    (font) => {
      const key = Buffer.from('123456789abcdef0123456789abcdef0', 'hex');
      return font.map((byte, index) => (index < 1024 ? byte ^ (key[index % 16] ?? 0) : byte));
    },
  ],
])('a font scrambled in %s comes as it was', async (_name, algorithm, scramble) => {
  const font = new Uint8Array(3000).map((_, index) => index % 251);
  font.set([0, 1, 0, 0]);
  const encryption = `<encryption><EncryptedData><EncryptionMethod Algorithm="${algorithm}"/><CipherData><CipherReference URI="OPS/f.ttf"/></CipherData></EncryptedData></encryption>`;
  const course = await read(
    makeEpub({
      packageAttributes: 'unique-identifier="uid"',
      metadata: '<dc:identifier id="uid"> urn:uuid:12345678-9abc-def0-1234-56789abcdef0\n</dc:identifier>',
      manifest: '<item id="f" href="f.ttf" media-type="font/ttf"/>',
      extra: { 'META-INF/encryption.xml': encryption, 'OPS/f.ttf': scramble(font) },
    }),
  );
  const file = course.resources.find((entry) => entry.href === 'OPS/f.ttf');
  expect(file === undefined ? undefined : await readAll(file.source, 1e6, 'f')).toEqual(font);
  expect(course.report).toEqual([]);
  await course.close();
});

test('printed page numbers come from the page list, or from the NCX of an EPUB 2', async () => {
  const nav = xhtml(
    '<nav epub:type="toc"><ol><li><a href="one.xhtml">One</a></li></ol></nav><nav epub:type="page-list"><ol><li><a href="one.xhtml#p12">12</a></li></ol></nav>',
  );
  const three = await read(makeEpub({ extra: { 'OPS/nav.xhtml': nav } }));
  expect(JSON.parse(await textOf(three, 'leeslicht/page-list.json'))).toEqual({
    pages: [{ label: '12', href: 'OPS/one.html#p12' }],
  });
  await three.close();
  await folder?.remove();
  const ncx =
    '<ncx><navMap><navPoint><navLabel><text>One</text></navLabel><content src="one.xhtml"/></navPoint></navMap><pageList><pageTarget type="normal"><navLabel><text>xii</text></navLabel><content src="one.xhtml#p"/></pageTarget></pageList></ncx>';
  const two = await read(
    makeEpub({
      extra: { 'OPS/nav.xhtml': xhtml('<p>none</p>'), 'OPS/toc.ncx': ncx },
      manifest: '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
      spineAttributes: 'toc="ncx"',
    }),
  );
  expect(JSON.parse(await textOf(two, 'leeslicht/page-list.json'))).toEqual({
    pages: [{ label: 'xii', href: 'OPS/one.html#p' }],
  });
  await two.close();
});

test('notes keep what they are, in words that screen readers know', async () => {
  const course = await read(
    makeEpub({
      extra: {
        'OPS/one.xhtml': xhtml(
          '<p>A<a epub:type="noteref" href="#n1">1</a><span epub:type="pagebreak" id="p3" title="3"/></p><aside epub:type="footnote" id="n1"><p>Note</p></aside>',
        ),
      },
    }),
  );
  const page = await textOf(course, 'OPS/one.html');
  expect(page).toContain('<a href="#n1" role="doc-noteref">1</a>');
  expect(page).toContain('<aside id="n1" role="doc-footnote">');
  expect(page).toContain('<span id="p3" title="3" role="doc-pagebreak"></span>');
  await course.close();
});

test('something foreign is replaced by its fallback, and what lies about its type leaves no hole in a page', async () => {
  const course = await read(
    makeEpub({
      manifest:
        '<item id="x" href="x.psd" media-type="image/vnd.adobe.photoshop" fallback="p"/><item id="p" href="p.png" media-type="image/png"/><item id="l" href="l.png" media-type="image/png"/>',
      extra: {
        'OPS/x.psd': '8BPS',
        'OPS/p.png': TINY.png,
        'OPS/l.png': '<html>',
        'OPS/one.xhtml': xhtml('<p><img src="x.psd" alt="x"/><img src="l.png" alt="lie"/></p>'),
      },
    }),
  );
  expect(await textOf(course, 'OPS/one.html')).toContain(
    '<p><img src="p.png" alt="x" /><span class="ll-external">lie</span></p>',
  );
  await course.close();
});

test.each<[string, Parameters<typeof makeEpub>[0]]>([
  ['the package', { metadata: '<meta property="rendition:layout">pre-paginated</meta>' }],
  ['the old words', { metadata: '<meta name="fixed-layout" content="true"/>' }],
  [
    "Apple's settings",
    {
      extra: {
        'META-INF/com.apple.ibooks.display-options.xml':
          '<display_options><platform name="*"><option name="fixed-layout">true</option></platform></display_options>',
      },
    },
  ],
])('a page of fixed layout keeps its size, when %s say so', async (_name, book) => {
  const viewport = '<meta name="viewport" content="width=1200,height=1600"/>';
  const course = await read(
    makeEpub({ ...book, extra: { ...book?.extra, 'OPS/one.xhtml': xhtml('<p style="left:10px">Text</p>', viewport) } }),
    { allowFixedLayout: true },
  );
  const page = await textOf(course, 'OPS/one.html');
  expect(page).toContain('<meta name="viewport" content="width=1200, height=1600" />');
  expect(page).not.toContain('leeslicht/page.css');
  expect(course.report).toEqual([]);
  await course.close();
});

test('one item of the reading order may be fixed, and one of a fixed book flow', async () => {
  const course = await read(
    makeEpub({
      metadata: '<meta property="rendition:layout">pre-paginated</meta>',
      spine: '<itemref idref="two" properties="rendition:layout-reflowable"/><itemref idref="three"/>',
      manifest:
        '<item id="two" href="two.xhtml" media-type="application/xhtml+xml"/><item id="three" href="three.svg" media-type="image/svg+xml"/><item id="p" href="p.png" media-type="image/png"/>',
      extra: {
        'OPS/two.xhtml': xhtml('<p>2</p>', '<meta name="viewport" content="width=600,height=800"/>'),
        'OPS/three.svg':
          '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 300 400"><title>Three</title><image xlink:href="p.png" width="300" height="400"/></svg>',
        'OPS/p.png': TINY.png,
        'OPS/nav.xhtml': xhtml('<nav epub:type="toc"><ol><li><a href="three.svg">Plate</a></li></ol></nav>'),
      },
    }),
  );
  const three = 'leeslicht/pages/OPS/three.svg.html';
  expect(course.readingOrder.map((page) => page.href)).toEqual(['OPS/one.html', 'OPS/two.html', three]);
  expect(course.toc).toEqual([{ title: 'Plate', href: three }]);
  expect(await textOf(course, 'OPS/two.html')).toContain('content="width=device-width, initial-scale=1"');
  const plate = await textOf(course, three);
  expect(plate).toContain('content="width=300, height=400"');
  expect(plate).toContain('<svg viewBox="0 0 300 400"><title>Three</title>');
  expect(plate).toContain('href="../../../OPS/p.png"');
  expect(course.report).toEqual([]);
  await course.close();
});
