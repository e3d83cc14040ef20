import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Course } from './course.ts';
import { readCourse } from './read-course.ts';
import { makeFolder, makeZip, type TestFolder, TINY, textOf } from './test-input.ts';

let folder: TestFolder | undefined;
afterEach(async () => folder?.remove());

const NS =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const STYLES = `<w:styles ${NS}><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="nl-NL"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:styleId="K1"><w:name w:val="heading 1"/></w:style><w:style w:type="paragraph" w:styleId="K2"><w:name w:val="heading 2"/></w:style></w:styles>`;

async function read(body: string, more: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Course> {
  const parts: Record<string, string | Uint8Array> = {
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="png" ContentType="image/png"/></Types>',
    'word/document.xml': `<w:document ${NS}><w:body>${body}</w:body></w:document>`,
    'word/styles.xml': STYLES,
    'word/_rels/document.xml.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
    ...more,
  };
  const bytes = makeZip(Object.entries(parts).map(([name, content]) => ({ name, content, deflate: true })));
  folder = await makeFolder({ 'lesson.docx': bytes });
  return readCourse(join(folder.path, 'lesson.docx'), {});
}

const p = (text: string, style?: string): string =>
  `<w:p>${style === undefined ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t>${text}</w:t></w:r></w:p>`;
const t = (text: string): string => `<m:r><m:t>${text}</m:t></m:r>`;

test('headings become the contents, and title, author and language come from the properties', async () => {
  const course = await read(p('Licht', 'K1') + p('tekst') + p('Golven', 'K1') + p('Breking', 'K2') + p('Slot', 'K1'), {
    'docProps/core.xml':
      '<cp:coreProperties xmlns:cp="a" xmlns:dc="b"><dc:title>Natuurkunde</dc:title><dc:creator>Anna de Wit</dc:creator></cp:coreProperties>',
  });
  expect([course.title, course.language, course.suggested.author]).toEqual(['Natuurkunde', 'nl-NL', 'Anna de Wit']);
  expect(course.toc).toEqual([
    {
      title: 'Licht',
      href: 'lesson.html',
      children: [
        {
          title: 'Golven',
          href: 'lesson.html#golven',
          children: [{ title: 'Breking', href: 'lesson.html#breking' }],
        },
        { title: 'Slot', href: 'lesson.html#slot' },
      ],
    },
  ]);
});

test('formulas become MathML where they stand', async () => {
  const course = await read(
    `<w:p><w:r><w:t>Dus </w:t></w:r><m:oMath><m:sSup><m:e>${t('x')}</m:e><m:sup>${t('2')}</m:sup></m:sSup>${t('=')}<m:f><m:num>${t('a+1')}</m:num><m:den>${t('b')}</m:den></m:f></m:oMath><w:r><w:t> klaar</w:t></w:r></w:p><w:p><m:oMathPara><m:oMath><m:nary><m:naryPr><m:chr m:val="∑"/><m:limLoc m:val="undOvr"/></m:naryPr><m:sub>${t('i')}</m:sub><m:sup>${t('n')}</m:sup><m:e><m:d><m:e>${t('i')}</m:e></m:d></m:e></m:nary><m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>${t('2')}</m:e></m:rad></m:oMath></m:oMathPara></w:p>`,
  );
  const page = await textOf(course, 'lesson.html');
  expect(page).toContain(
    '<p>Dus <math><msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mi>b</mi></mfrac></math> klaar</p>',
  );
  expect(page).toContain(
    '<math display="block"><munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><mrow><mo fence="true" form="prefix" stretchy="true">(</mo><mi>i</mi><mo fence="true" form="postfix" stretchy="true">)</mo></mrow><msqrt><mn>2</mn></msqrt></math>',
  );
  expect(course.report).toEqual([]);
});

test('pictures come along, and what cannot be taken over is in the report', async () => {
  const picture = (id: string, alt: string): string =>
    `<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:docPr id="1" name="x" descr="${alt}"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:embed="${id}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;
  const course = await read(
    `${picture('i1', 'een lamp')}${picture('i2', 'een plan')}<w:p><w:del w:author="A"><w:r><w:delText>weg</w:delText></w:r></w:del></w:p>`,
    {
      'word/_rels/document.xml.rels':
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="i1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/a.png"/><Relationship Id="i2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/b.emf"/></Relationships>',
      'word/media/a.png': TINY.png,
      'word/media/b.emf': 'EMF',
    },
  );
  const page = await textOf(course, 'lesson.html');
  expect(page).toMatch(/<img alt="een lamp" src="leeslicht\/made\/[0-9a-f]+\.png" \/>/);
  expect(page).not.toContain('weg');
  expect(course.report.filter((entry) => entry.code === 'WORD_CONTENT').map((entry) => entry.detail)).toEqual(
    expect.arrayContaining([
      'deleted text of tracked changes; accept or reject the changes first',
      expect.stringContaining('save it as PNG'),
    ]),
  );
});

test('the main part lies where the relationships say, as Word on the web writes it', async () => {
  const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const course = await read('', {
    '_rels/.rels': `\ufeff<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${type}/officeDocument" Target="/word/document2.xml"/></Relationships>`,
    'word/document.xml': '<old/>',
    'word/document2.xml': `<w:document ${NS}><w:body>${p('Licht', 'K1')}</w:body></w:document>`,
    'word/_rels/document2.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" Type="${type}/styles" Target="styles.xml"/><Relationship Id="c" Type="${type}/comments" Target="comments2.xml"/></Relationships>`,
    'word/comments2.xml': `<w:comments ${NS}><w:comment w:id="0" w:author="A"/></w:comments>`,
  });
  expect(await textOf(course, 'lesson.html')).toContain('<h1>Licht</h1>');
  expect(course.language).toBe('nl-NL');
  expect(course.report.map(({ code, detail }) => [code, detail])).toEqual([['COMMENT_REMOVED', 'a comment by A']]);
});

test('the text of simple fields and of characters with readings stays', async () => {
  const field = (text: string): string =>
    `<w:fldSimple w:instr=" SEQ Figuur "><w:r><w:t>${text}</w:t></w:r></w:fldSimple>`;
  const ruby =
    '<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>kan</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>';
  const course = await read(
    `<w:p><w:r><w:t xml:space="preserve">Figuur </w:t></w:r>${field('1')}<w:fldSimple w:instr=" AUTHOR "/></w:p><w:p>${ruby}</w:p>`,
  );
  const page = await textOf(course, 'lesson.html');
  expect(page).toContain('<p>Figuur 1</p>');
  expect(page).toContain('<p>漢 (kan)</p>');
  expect(course.report).toEqual([]);
});

test('a file under a password, or of an old Word, is refused for what it is', async () => {
  folder = await makeFolder({ 'lesson.docx': new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0]) });
  await expect(readCourse(join(folder.path, 'lesson.docx'), {})).rejects.toMatchObject({
    code: 'WORD_MALFORMED',
    file: 'lesson.docx',
    message: expect.stringContaining('password'),
  });
});
