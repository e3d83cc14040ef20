import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Course } from '../course.ts';
import { readCourse } from '../read-course.ts';
import { makeFolder, makeZip, type TestFolder, TINY, textOf } from '../test-input.ts';

let folder: TestFolder | undefined;
let course: Course | undefined;
afterEach(async () => {
  await course?.close();
  course = undefined;
  await folder?.remove();
});

interface Parts {
  readonly items?: string;
  readonly resources: string;
  readonly metadata?: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

function cartridge({ items, resources, metadata, files }: Parts): Uint8Array {
  const manifest = `<?xml version="1.0"?><manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"><metadata><schema>IMS Common Cartridge</schema><schemaversion>1.3.0</schemaversion><lom><general><title><string>Algebra</string></title><language>nl</language></general></lom>${metadata ?? ''}</metadata><organizations>${items === undefined ? '' : `<organization identifier="o" structure="rooted-hierarchy"><item identifier="root">${items}</item></organization>`}</organizations><resources>${resources}</resources></manifest>`;
  const all = { 'imsmanifest.xml': manifest, ...files };
  return makeZip(Object.entries(all).map(([name, content]) => ({ name, content, deflate: true })));
}

async function read(bytes: Uint8Array, name = 'course.imscc'): Promise<Course> {
  folder = await makeFolder({ [name]: bytes });
  course = await readCourse(join(folder.path, name), {});
  return course;
}

const item = (id: string, title: string, resource?: string, inside = ''): string =>
  `<item identifier="${id}"${resource === undefined ? '' : ` identifierref="${resource}"`}><title>${title}</title>${inside}</item>`;
const page = (id: string, path: string, attributes = ''): string =>
  `<resource identifier="${id}" type="webcontent" href="${path}" ${attributes}><file href="${path}"/></resource>`;
const codes = (from: Course): string[][] => from.report.map(({ code, file }) => [code, file]);

test('the organisation becomes the contents, with headings over what follows them', async () => {
  const { toc, readingOrder, title, language } = await read(
    cartridge({
      items: `${item('a', 'Week 1', undefined, item('b', 'First', 'one') + item('h', 'Extra') + item('c', 'Second', 'two'))}`,
      resources: page('one', 'one.html') + page('two', 'two.html'),
      files: { 'one.html': '<p>1</p>', 'two.html': '<h1>Two</h1>' },
    }),
  );
  expect([title, language]).toEqual(['Algebra', 'nl']);
  expect(toc).toEqual([
    {
      title: 'Week 1',
      children: [
        { title: 'First', href: 'one.html' },
        { title: 'Extra', children: [{ title: 'Second', href: 'two.html' }] },
      ],
    },
  ]);
  expect(readingOrder.map((file) => file.href)).toEqual(['one.html', 'two.html']);
});

test('a page without a heading gets its title as one; a page with a heading keeps its own', async () => {
  const got = await read(
    cartridge({
      items: item('a', 'First', 'one') + item('b', 'Second', 'two'),
      resources: page('one', 'one.html') + page('two', 'two.html'),
      files: { 'one.html': '<p>1</p>', 'two.html': '<h1>Two</h1>' },
    }),
  );
  expect(await textOf(got, 'one.html')).toContain('<h1>First</h1><p>1</p>');
  expect(await textOf(got, 'two.html')).not.toContain('Second</h1>');
});

test('the tokens of platforms lead to the files and pages they mean', async () => {
  const got = await read(
    cartridge({
      items: item('a', 'One', 'one'),
      resources:
        page('one', 'wiki_content/one.html') +
        page('two', 'wiki_content/two-pages.html') +
        page('pic', 'web_resources/a%20b/pic.png') +
        page('doc', 'web_resources/notes.txt'),
      files: {
        'wiki_content/one.html':
          '<img src="$IMS-CC-FILEBASE$/a%20b/pic.png?canvas_download=1" alt="x"><img src="%24IMS-CC-FILEBASE%24/a%20b/pic.png" alt="y"><img src="$IMS_CC_FILEBASE$/../web_resources/a%20b/pic.png" alt="z"><a href="$WIKI_REFERENCE$/pages/two-pages#x">2</a><a href="$CANVAS_COURSE_REFERENCE$/file_ref/doc/download?wrap=1">d</a><a href="$CANVAS_COURSE_REFERENCE$/modules">m</a>',
        'wiki_content/two-pages.html': '<h1>Two</h1>',
        'web_resources/a b/pic.png': TINY.png,
        'web_resources/notes.txt': 'Plain\n\ntext',
      },
    }),
  );
  const html = await textOf(got, 'wiki_content/one.html');
  for (const alt of ['x', 'y', 'z']) expect(html).toContain(`<img src="../web_resources/a-b/pic.png" alt="${alt}" />`);
  expect(html).toContain('<a href="two-pages.html#x">2</a>');
  expect(html).toContain('<a href="../web_resources/notes.html">d</a>');
  expect(codes(got)).toEqual([['MISSING_TARGET', 'wiki_content/one.html']]);
  expect(got.toc.slice(1)).toEqual([
    { title: 'Pagina’s', children: [{ title: 'Two', href: 'wiki_content/two-pages.html' }] },
    { title: 'Bestanden', children: [{ title: 'Notes', href: 'web_resources/notes.html' }] },
  ]);
});

test('links are listed as text, discussions become reading, tools are reported', async () => {
  const got = await read(
    cartridge({
      items: item('a', 'A site', 'link') + item('b', 'Talk', 'topic') + item('c', 'Tool', 'lti'),
      resources:
        '<resource identifier="link" type="imswl_xmlv1p1"><file href="link.xml"/></resource><resource identifier="topic" type="imsdt_xmlv1p3"><file href="t/topic.xml"/></resource><resource identifier="lti" type="imsbasiclti_xmlv1p0"><file href="lti.xml"/></resource>',
      files: {
        'link.xml':
          '<webLink xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1"><title>A site</title><url href="https://example.org/x?y=1&amp;z=2"/></webLink>',
        't/topic.xml':
          '<topic><title>Talk</title><text texttype="text/html">&lt;p onclick="x()"&gt;What do you think?&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;</text><attachments><attachment href="extra.txt"/></attachments></topic>',
        't/extra.txt': 'More',
        'lti.xml': '<cartridge_basiclti_link/>',
      },
    }),
  );
  const link = await textOf(got, 'link.html');
  expect(link).toContain('<code>https://example.org/x?y=1&#x26;z=2</code>');
  expect(link).not.toContain('<a ');
  const topic = await textOf(got, 't/topic.html');
  expect(topic).toContain('<p>What do you think?</p>');
  expect(topic).toContain('<a href="extra.html">Extra</a>');
  expect(got.report.map((entry) => entry.code).sort()).toEqual([
    'HANDLER_REMOVED',
    'ONLINE_TOOL',
    'SCRIPT_REMOVED',
    'WEB_LINK',
  ]);
});

test('assignments of Common Cartridge 1.3 and of Canvas become assignments', async () => {
  const got = await read(
    cartridge({
      items: item('a', 'Essay', 'cc') + item('b', 'Plan', 'canvas'),
      resources:
        '<resource identifier="cc" type="assignment_xmlv1p0" href="e.xml"><file href="e.xml"/></resource><resource identifier="canvas" type="associatedcontent/imscc_xmlv1p1/learning-application-resource" href="p/plan.html"><file href="p/plan.html"/><file href="p/assignment_settings.xml"/></resource>',
      files: {
        'e.xml':
          '<assignment xmlns="http://www.imsglobal.org/xsd/imscc_extensions/assignment" identifier="e"><title>Essay</title><text texttype="text/plain">Write a page.</text><instructor_text texttype="text/plain">The answer is 42.</instructor_text><submission_formats><format type="html"/></submission_formats></assignment>',
        'p/plan.html': '<html><head><title>Assignment: Plan</title></head><body><p>Make a plan.</p></body></html>',
        'p/assignment_settings.xml':
          '<assignment><title>Plan</title><due_at>2027-06-30T21:59:59</due_at><workflow_state>published</workflow_state></assignment>',
      },
    }),
  );
  expect(got.readingOrder.map(({ kind, title }) => [kind, title])).toEqual([
    ['assignment', 'Essay'],
    ['assignment', 'Plan'],
  ]);
  expect(JSON.parse(await textOf(got, 'e.assignment.json'))).toEqual({
    id: 'cc',
    title: 'Essay',
    question: '<p>Write a page.</p>',
  });
  expect(JSON.parse(await textOf(got, 'p/plan.assignment.json'))).toEqual({
    id: 'canvas',
    title: 'Plan',
    question: '<p>Make a plan.</p>',
    due: '2027-06-30',
  });
});

test('what students do not see stays out, and no link leads to it', async () => {
  const got = await read(
    cartridge({
      items: item('a', 'One', 'one'),
      resources:
        page('one', 'one.html') +
        page('hidden', 'wiki_content/answers.html') +
        page('plan', 'plan.html', 'intendeduse="lessonplan"'),
      files: {
        'one.html': '<a href="wiki_content/answers.html">a</a><a href="plan.html">p</a>',
        'wiki_content/answers.html': '<head><meta name="workflow_state" content="unpublished"/></head><p>42</p>',
        'plan.html': '<p>For the teacher</p>',
      },
    }),
  );
  expect(got.readingOrder.map((file) => file.href)).toEqual(['one.html']);
  expect(await textOf(got, 'one.html')).not.toContain('<a ');
  expect(codes(got)).toContainEqual(['HIDDEN_ITEM', 'wiki_content/answers.html']);
  expect(codes(got)).toContainEqual(['TEACHER_MATERIAL', 'plan.html']);
});

test('a course of which nothing was ever published comes along as a whole, and the report says so', async () => {
  const got = await read(
    cartridge({
      items: item('a', 'One', 'one'),
      // Every Canvas export carries its own settings as a resource.
      resources:
        page('one', 'wiki_content/one.html') +
        '<resource identifier="s" type="associatedcontent/imscc_xmlv1p1/learning-application-resource" href="course_settings/canvas_export.txt"><file href="course_settings/canvas_export.txt"/></resource>',
      files: {
        'course_settings/canvas_export.txt': 'Q: What did the panda say?',
        'wiki_content/one.html': '<head><meta name="workflow_state" content="unpublished"/></head><p>\\(x^2\\)</p>',
      },
    }),
  );
  expect(await textOf(got, 'wiki_content/one.html')).toContain('<math');
  expect(codes(got)).toEqual([['HIDDEN_TAKEN', 'wiki_content/one.html']]);
});

test('a picture that is an item of its own gets a page, beside the picture that other pages show', async () => {
  const got = await read(
    cartridge({
      items: item('a', 'The map', 'map') + item('b', 'One', 'one'),
      resources: page('map', 'map.png') + page('one', 'one.html'),
      files: { 'map.png': TINY.png, 'one.html': '<img src="map.png" alt="map">' },
    }),
  );
  expect(got.readingOrder.map(({ href, title }) => [href, title])).toEqual([
    ['map.png.html', 'The map'],
    ['one.html', 'One'],
  ]);
  expect(await textOf(got, 'map.png.html')).toContain('<img src="map.png" alt="The map" />');
  const hrefs = [...got.readingOrder, ...got.resources].map((file) => file.href);
  expect(new Set(hrefs).size).toBe(hrefs.length);
});

test('a thin cartridge keeps its links in the manifest', async () => {
  const got = await read(
    cartridge({
      items: item('a', 'A site', 'w'),
      resources:
        '<resource identifier="w" type="imswl_xmlv1p3"><webLink><title>A site</title><url href="https://example.org/"/></webLink></resource>',
    }),
    'thin.zip',
  );
  expect(await textOf(got, 'resources/w.html')).toContain('<code>https://example.org/</code>');
});

test('one broken PDF is reported and costs nothing else', async () => {
  const got = await read(
    cartridge({
      items: item('a', 'One', 'one'),
      resources: page('one', 'one.html') + page('pdf', 'bad.pdf'),
      files: { 'one.html': '<a href="bad.pdf">x</a>', 'bad.pdf': '%PDF-1.4 cut off' },
    }),
  );
  expect(codes(got)).toEqual([
    ['BROKEN_FILE', 'bad.pdf'],
    ['MISSING_TARGET', 'one.html'],
  ]);
});

test('one broken drawing and one broken question are reported and cost nothing else', async () => {
  const got = await read(
    cartridge({
      items: item('a', 'One', 'one'),
      resources: `${page('one', 'one.html')}<resource identifier="i1" type="imsqti_item_xmlv2p2" href="a.xml"><file href="a.xml"/></resource><resource identifier="i2" type="imsqti_item_xmlv2p2" href="b.xml"><file href="b.xml"/></resource>`,
      files: {
        'one.html': '<img src="bad.svg" alt="drawing">',
        'bad.svg': '<p>no drawing</p>',
        'a.xml': '<assessmentItem',
        'b.xml': qtiItem('b'),
      },
    }),
  );
  expect(got.readingOrder.map(({ kind }) => kind)).toEqual(['page', 'quiz']);
  expect(codes(got)).toEqual([
    ['QUIZ_NOT_TAKEN', 'a.xml'],
    ['BROKEN_FILE', 'bad.svg'],
  ]);
});

test('what no item names is told about as well: missing files, tools and unknown kinds', async () => {
  const other = (id: string, type: string, path: string, more = ''): string =>
    `<resource identifier="${id}" type="${type}" href="${path}"><file href="${path}"/>${more}</resource>`;
  const got = await read(
    cartridge({
      resources:
        page('one', 'one.html') +
        page('gone', 'gone.html') +
        other('tool', 'imsbasiclti_xmlv1p0', 'tool.xml', '<dependency identifierref="used"/>') +
        other('odd', 'odd_xmlv1p0', 'odd.xml') +
        other('used', 'odd_xmlv1p0', 'used.xml'),
      files: { 'one.html': '<p>1</p>', 'tool.xml': '<a/>', 'odd.xml': '<a/>', 'used.xml': '<a/>' },
    }),
  );
  expect(codes(got)).toEqual([
    ['MISSING_TARGET', 'gone.html'],
    ['ONLINE_TOOL', 'tool.xml'],
    ['ACTIVITY_NOT_TAKEN', 'odd.xml'],
  ]);
});

test('an input of which nothing is left says what was left out', async () => {
  const tool = '<resource identifier="t" type="imsbasiclti_xmlv1p0"><file href="t.xml"/></resource>';
  await expect(
    read(cartridge({ items: item('a', 'Video wall', 't'), resources: tool, files: { 't.xml': '<a/>' } })),
  ).rejects.toMatchObject({ code: 'EMPTY', message: expect.stringContaining('t.xml: Video wall') });
});

test.each<[string, string, Parts]>([
  ['a manifest without resources', 'CARTRIDGE_MALFORMED', { resources: '</resources></manifest><!--' }],
  [
    'a cartridge that asks a licence server',
    'CARTRIDGE_PROTECTED',
    {
      resources: page('one', 'one.html'),
      metadata: '<authorizations access="cartridge" import="false"/>',
      files: { 'one.html': 'x' },
    },
  ],
  ['an empty cartridge', 'EMPTY', { resources: '' }],
  [
    'a cartridge whose files lie outside',
    'EMPTY',
    {
      items: item('a', 'One', 'one'),
      resources: page('one', '../../etc/passwd'),
    },
  ],
])('refuses %s', async (_name, code, parts) => {
  const bytes =
    code === 'CARTRIDGE_MALFORMED'
      ? makeZip([{ name: 'imsmanifest.xml', content: '<manifest><organizations/></manifest>' }])
      : cartridge(parts);
  await expect(read(bytes)).rejects.toMatchObject({ name: 'ReaderError', code });
});

test('an entity bomb in the manifest or in a discussion is refused', async () => {
  const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>';
  await expect(
    read(makeZip([{ name: 'imsmanifest.xml', content: `${bomb}<manifest>&b;</manifest>` }])),
  ).rejects.toMatchObject({ code: 'XML_ENTITIES' });
  await expect(
    read(
      cartridge({
        items: item('a', 'Talk', 't'),
        resources: '<resource identifier="t" type="imsdt_xmlv1p1"><file href="t.xml"/></resource>',
        files: { 't.xml': `${bomb}<topic><text>&b;</text></topic>` },
      }),
    ),
  ).rejects.toMatchObject({ code: 'XML_ENTITIES' });
});

test('the same cartridge gives the same module', async () => {
  const bytes = cartridge({
    items: item('a', 'One', 'one'),
    resources: page('one', 'one.html') + page('two', 'two.html'),
    files: { 'one.html': '<p style="color: red">1</p>', 'two.html': '<p>2</p>' },
  });
  const shape = async (): Promise<unknown> => {
    const got = await read(bytes);
    const files = [...got.readingOrder, ...got.resources];
    return Promise.all(files.filter((file) => file.type === 'text/html').map((file) => textOf(got, file.href)));
  };
  expect(await shape()).toEqual(await shape());
});

const qtiItem = (id: string, image = ''): string =>
  `<assessmentItem identifier="${id}" title="${id}"><responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse></responseDeclaration><itemBody>${image}<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></choiceInteraction></itemBody><responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"/></assessmentItem>`;
const quizDocument = async (from: Course, href: string): Promise<{ title: string; items: { id: string }[] }> =>
  JSON.parse(await textOf(from, href));

test('a QTI package becomes one quiz a test, and one of the items that no test names', async () => {
  const resource = (id: string, type: string, path: string, more = ''): string =>
    `<resource identifier="${id}" type="imsqti_${type}_xmlv2p2" href="${path}"><file href="${path}"/>${more}</resource>`;
  const got = await read(
    cartridge({
      resources:
        resource('t', 'test', 'test.xml') +
        resource('i1', 'item', 'items/one.xml', '<dependency identifierref="pic"/>') +
        resource('i2', 'item', 'items/two.xml') +
        resource('i3', 'item', 'items/three.xml') +
        '<resource identifier="pic" type="webcontent" href="items/a.png"><file href="items/a.png"/></resource>',
      files: {
        'test.xml':
          '<assessmentTest identifier="T" title="Exam"><testPart identifier="p"><assessmentSection identifier="s"><assessmentItemRef identifier="second" href="items/two.xml"/><assessmentItemRef identifier="first" href="items/one.xml"/></assessmentSection></testPart></assessmentTest>',
        'items/one.xml': qtiItem('one', '<img src="a.png" alt="A"/>'),
        'items/two.xml': qtiItem('two'),
        'items/three.xml': qtiItem('three'),
        'items/a.png': TINY.png,
      },
    }),
    'package.zip',
  );
  const quizzes = got.readingOrder.filter((file) => file.kind === 'quiz');
  const documents = await Promise.all(quizzes.map((file) => quizDocument(got, file.href)));
  expect(documents.map(({ title, items }) => [title, items.map(({ id }) => id)])).toEqual([
    ['Exam', ['second', 'first']],
    ['Algebra', ['i3']],
  ]);
  expect(got.resources.map((file) => file.href)).toContain('items/a.png');
});
