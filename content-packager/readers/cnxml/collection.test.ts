import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Course } from '../course.ts';
import { readCourse } from '../read-course.ts';
import { makeFolder, type TestFolder, TINY, textOf } from '../test-input.ts';

let folder: TestFolder | undefined;
let course: Course | undefined;
afterEach(async () => {
  await course?.close();
  course = undefined;
  await folder?.remove();
});

const NS =
  'xmlns="http://cnx.rice.edu/cnxml" xmlns:m="http://www.w3.org/1998/Math/MathML" xmlns:md="http://cnx.rice.edu/mdml"';
const cnxml = (title: string, content: string, more = ''): string =>
  `<document ${NS}><title>${title}</title><metadata><md:title>${title}</md:title></metadata><content>${content}</content>${more}</document>`;

async function read(modules: Readonly<Record<string, string>>, inside?: string): Promise<Course> {
  const ids = Object.keys(modules);
  const list = inside ?? ids.map((id) => `<col:module document="${id}"/>`).join('');
  folder = await makeFolder({
    'collections/book.collection.xml': `<col:collection xmlns:col="http://cnx.rice.edu/collxml" xmlns:md="http://cnx.rice.edu/mdml"><col:metadata><md:title>Natuurkunde</md:title><md:language>nl</md:language><md:slug>natuurkunde</md:slug></col:metadata><col:content>${list}</col:content></col:collection>`,
    'media/p.png': TINY.png,
    ...Object.fromEntries(ids.map((id) => [`modules/${id}/index.cnxml`, modules[id] ?? ''])),
  });
  course = await readCourse(folder.path, {});
  return course;
}

const body = async (content: string, more = ''): Promise<string> =>
  (await textOf(await read({ m1: cnxml('M', content, more) }), 'modules/m1/index.html'))
    .replace(/^.*<body><h1>M<\/h1>/s, '')
    .replace('</body></html>', '');

test('subcollections become numbered chapters, and figures their numbers', async () => {
  const figure = (id: string): string =>
    `<figure id="${id}"><media alt="Een foto"><image src="../../media/p.png" mime-type="image/png"/></media><caption>Zie</caption></figure>`;
  const got = await read(
    {
      m0: cnxml(
        'Voorwoord',
        '<para id="a">Zie <link document="m2" target-id="f2"/> en <link document="m1">M1</link>.</para>',
      ),
      m1: cnxml('Een', figure('f1')),
      m2: cnxml('Twee', figure('f2')),
    },
    '<col:module document="m0"/><col:subcollection><md:title>Kracht</md:title><col:content><col:module document="m1"/><col:module document="m2"/><col:module document="gone"/></col:content></col:subcollection>',
  );
  expect([got.title, got.language, got.suggested.moduleId]).toEqual(['Natuurkunde', 'nl', 'natuurkunde']);
  expect(got.toc).toEqual([
    { title: 'Voorwoord', href: 'modules/m0/index.html' },
    {
      title: '1. Kracht',
      children: [
        { title: 'Een', href: 'modules/m1/index.html' },
        { title: 'Twee', href: 'modules/m2/index.html' },
      ],
    },
  ]);
  expect(await textOf(got, 'modules/m0/index.html')).toContain(
    'Zie <a href="../m2/index.html#f2">Figuur 1.2</a> en <a href="../m1/index.html">M1</a>.',
  );
  expect(await textOf(got, 'modules/m2/index.html')).toContain(
    '<figure id="f2"><img src="../../media/p.png" alt="Een foto" /><figcaption><strong>Figuur 1.2</strong> Zie</figcaption></figure>',
  );
  expect(got.report.map((entry) => entry.code)).toEqual(['MISSING_TARGET']);
});

test('text, lists, code, quotes and formulas keep their meaning', async () => {
  expect(
    await body(
      '<section id="s"><title>Deel</title><para id="p"><title>Let op</title><emphasis>vet</emphasis><emphasis effect="italics">schuin</emphasis><term id="t">woord</term> H<sub>2</sub>O<newline/>x<list id="l" list-type="enumerated" number-style="lower-alpha" start-value="3"><item>een</item></list></para></section>',
    ),
  ).toBe(
    '<section id="s"><h2 id="deel">Deel</h2><p><strong>Let op</strong></p><div id="p"><strong>vet</strong><em>schuin</em><dfn id="t">woord</dfn> H<sub>2</sub>O<br />x<ol id="l" start="3" type="a"><li>een</li></ol></div></section>',
  );
  expect(await body('<code display="block" lang="python">\nif x:\n  y()\n</code><code>z</code>')).toBe(
    '<pre><code><span class="hljs-keyword">if</span> x:\n  y()\n</code></pre><code>z</code>',
  );
  expect(
    await body(
      '<equation id="e"><m:math display="block"><m:mfrac><m:mi>a</m:mi><m:mn>2</m:mn></m:mfrac></m:math></equation>',
    ),
  ).toBe('<div id="e" class="ll-equation"><math display="block"><mfrac><mi>a</mi><mn>2</mn></mfrac></math></div>');
});

test('tables keep their spans and captions', async () => {
  expect(
    await body(
      '<table id="t"><title>Maten</title><tgroup cols="2"><colspec colname="c1"/><colspec colname="c2"/><thead><row><entry namest="c1" nameend="c2" align="center">Kop</entry></row></thead><tbody><row><entry morerows="1">a</entry><entry>b</entry></row><row><entry>c</entry></row></tbody></tgroup></table>',
    ),
  ).toBe(
    '<table id="t"><caption><strong>Tabel 1</strong> Maten</caption><thead><tr><th scope="col" colspan="2" align="center">Kop</th></tr></thead><tbody><tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>',
  );
});

test('answers open on request, notes stand at the end, and exercises on a server leave no empty box', async () => {
  const html = await body(
    '<exercise id="e1"><problem id="q"><para id="a">1+1?</para></problem><solution id="s"><para id="b">2</para></solution></exercise><note class="x"><title>Test</title><exercise><problem><para><link class="os-embed" url="#exercise/X"/></para></problem></exercise></note><para id="c">Tekst<footnote id="f">Noot</footnote></para>',
  );
  expect(html).toContain('<details id="s" class="ll-solution"><summary>Antwoord</summary><p id="b">2</p></details>');
  expect(html).not.toContain('Test');
  expect(html).toContain('<sup><a href="#f" id="f-ref" role="doc-noteref">1</a></sup>');
  expect(html).toContain('<li id="f" role="doc-footnote">Noot <a href="#f-ref" role="doc-backlink">↩</a></li>');
  expect(course?.report.map((entry) => entry.code)).toEqual(['QUESTION_NOT_TAKEN', 'NOT_USED']);
});

test('a glossary becomes part of its page and of the module', async () => {
  const html = await body(
    '<para id="a">x</para>',
    '<glossary><definition id="d"><term>massa</term><meaning id="m">hoeveelheid stof</meaning></definition></glossary>',
  );
  expect(html).toContain(
    '<h2 id="woordenlijst">Woordenlijst</h2><dl><dt id="d">massa</dt><dd>hoeveelheid stof</dd></dl>',
  );
  expect(JSON.parse(course === undefined ? '' : await textOf(course, 'leeslicht/glossary.json'))).toEqual({
    entries: [{ term: 'massa', meaning: 'hoeveelheid stof' }],
  });
});

test('frames, handlers and addresses of a hostile module come to nothing', async () => {
  const html = await body(
    '<media alt="x"><iframe src="https://evil.example/"/></media><para id="a" onclick="x()"><link url="javascript:alert(1)">klik</link><m:math href="javascript:x()" onclick="y()"><m:mi>a</m:mi></m:math><script>alert(1)</script></para>',
  );
  expect(html).not.toMatch(/iframe|javascript|onclick|<script/);
  expect(course?.report.map((entry) => entry.code)).toEqual(
    expect.arrayContaining(['FRAME_REMOVED', 'UNSAFE_ADDRESS', 'ELEMENT_REMOVED']),
  );
});

test('one book of several is packed by its own path', async () => {
  await read({ m1: cnxml('M', '<para id="a">x</para>') });
  const path = join(folder?.path ?? '', 'collections');
  await writeFile(join(path, 'other.collection.xml'), '<c/>');
  const got = await readCourse(join(path, 'book.collection.xml'), {});
  expect(got.readingOrder.map(({ href }) => href)).toEqual(['modules/m1/index.html']);
});

test('an entity bomb and a folder with two books are refused', async () => {
  await expect(
    read({ m1: `<!DOCTYPE x [<!ENTITY a SYSTEM "/etc/passwd">]>${cnxml('M', '&a;')}` }),
  ).rejects.toMatchObject({
    code: 'XML_ENTITIES',
  });
  await folder?.remove();
  folder = await makeFolder({ 'collections/a.collection.xml': '<c/>', 'collections/b.collection.xml': '<c/>' });
  await expect(readCourse(folder.path, {})).rejects.toMatchObject({ code: 'CNXML_MALFORMED' });
});
