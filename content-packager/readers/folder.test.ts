import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Course, ReadOptions } from './course.ts';
import { readCourse } from './read-course.ts';
import { makeFolder, makeTar, makeZip, type TestFolder, TINY, textOf } from './test-input.ts';

let folder: TestFolder | undefined;
afterEach(async () => folder?.remove());

async function read(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: ReadOptions = {},
  path = '',
): Promise<Course> {
  folder = await makeFolder(files);
  return readCourse(join(folder.path, path), options);
}

test('pages come in the order of their names, numbers counted', async () => {
  const course = await read({
    '10-ten.md': '# Ten',
    '2-two.md': '# Two',
    'index.md': '# Start',
    'b/1.html': '<h1>B one</h1>',
    'course.yaml': 'title: Rekenen\nlanguage: nl\nversion: 1.2.3\nid: rekenen',
  });
  expect(course.readingOrder.map((page) => page.title)).toEqual(['Start', 'Two', 'Ten', 'B one']);
  expect([course.title, course.language, course.suggested.version, course.suggested.moduleId]).toEqual([
    'Rekenen',
    'nl',
    '1.2.3',
    'rekenen',
  ]);
  expect(course.toc).toEqual([
    { title: 'Start', href: 'index.html' },
    { title: 'Two', href: '2-two.html' },
    { title: 'Ten', href: '10-ten.html' },
    { title: 'B', children: [{ title: 'B one', href: 'b/1.html' }] },
  ]);
});

test('the questions of a look back come from the course, and can be switched off', async () => {
  const questions = async (settings: string) =>
    (await read({ 'a.md': '# A', 'course.yaml': settings })).suggested.reflection;
  expect(await questions('reflection:\n  - What do you know now?\n  - What next?')).toEqual([
    'What do you know now?',
    'What next?',
  ]);
  expect(await questions('reflection: false')).toEqual([]);
  expect(await questions('title: A')).toBeUndefined();
});

test('Markdown links, pictures and embedded films lead to the right files', async () => {
  const course = await read({
    'a.md': '# A\n\n[next](b.md#x) ![dot](img/Dot%20één.png) ![Film](film.webm)',
    'b.md': '# B',
    'img/Dot één.png': TINY.png,
    'film.webm': TINY.webm,
    'film.nl.vtt': 'WEBVTT\n',
    'film.en.vtt': 'WEBVTT\n',
  });
  const page = await textOf(course, 'a.html');
  expect(page).toContain('<a href="b.html#x">next</a>');
  expect(page).toContain('<img src="img/Dot-een.png" alt="dot" />');
  expect(page).toContain(
    '<video src="film.webm" aria-label="Film" controls preload="metadata"><track kind="captions" src="film.en.vtt" srclang="en"',
  );
  expect(page).toContain('<track kind="captions" src="film.nl.vtt" srclang="nl"');
  expect(course.readingOrder.map((entry) => entry.href)).toEqual(['a.html', 'b.html']);
  expect(course.report).toEqual([]);
});

test('a film or sound that no page shows gets a page of its own', async () => {
  const course = await read(
    { '01-welcome_film.webm': TINY.webm, '01-welcome_film.vtt': 'WEBVTT\n', '02-song.mp3': TINY.mp3 },
    { language: 'en' },
  );
  expect(course.readingOrder.map((page) => [page.href, page.title])).toEqual([
    ['01-welcome_film.webm.html', 'Welcome film'],
    ['02-song.mp3.html', 'Song'],
  ]);
  expect(await textOf(course, '01-welcome_film.webm.html')).toContain(
    '<video src="01-welcome_film.webm" controls preload="metadata" aria-label="Welcome film"><track kind="captions" src="01-welcome_film.vtt"',
  );
  expect(await textOf(course, '02-song.mp3.html')).toContain('<audio src="02-song.mp3" controls');
});

test('an assignment keeps its title, question, date and limit', async () => {
  const course = await read({
    'task.md':
      '---\ntitle: My week\nquestion: What will you do?\ndue: 2027-06-30\nword limit: 300\n---\nThink **first**.<script>alert(1)</script>',
  });
  expect(course.readingOrder.map((entry) => [entry.href, entry.kind, entry.type, entry.title])).toEqual([
    ['task.assignment.json', 'assignment', 'application/vnd.leeslicht.assignment+json', 'My week'],
  ]);
  expect(JSON.parse(await textOf(course, 'task.assignment.json'))).toEqual({
    id: 'task',
    title: 'My week',
    question: '<p>What will you do?</p>\n<p>Think <strong>first</strong>.</p>',
    due: '2027-06-30',
    wordLimit: 300,
  });
});

test('a page with question blocks gets an answer sheet, and places for the answers', async () => {
  const course = await read({
    'lesson.md': [
      '---\ntitle: My week\ndue: 2027-06-30\n---',
      'Read first.',
      '```question id=plan title="Your plan" words=150 lines=8',
      'What will you do?',
      '',
      'Give **two** reasons.<script>alert(1)</script>',
      '```',
      '> ~~~question\n> Who helps *you*?\n> ~~~',
    ].join('\n'),
    'plain.md': '# No questions',
  });
  const [page, plain] = course.readingOrder;
  expect([page?.kind, plain?.sheet]).toEqual(['page', undefined]);
  expect(await textOf(course, page?.href ?? '')).toContain(
    [
      '<section class="ll-question" id="question-plan">',
      '<p class="ll-question-name">Question 1: Your plan</p>',
      '<p>What will you do?</p>',
      '<p>Give <strong>two</strong> reasons.</p>',
      '<div id="answer-plan"></div>',
      '</section>',
    ].join('\n'),
  );
  expect(await textOf(course, page?.href ?? '')).toContain('<div id="answer-who-helps-you"></div>');
  const sheet = course.resources.find(({ href }) => href === page?.sheet);
  expect([sheet?.kind, sheet?.type]).toEqual(['resource', 'application/vnd.leeslicht.assignment+json']);
  expect(JSON.parse(await textOf(course, page?.sheet ?? ''))).toEqual({
    ...{ id: 'lesson', title: 'My week', question: '', due: '2027-06-30' },
    questions: [
      {
        ...{ id: 'plan', title: 'Your plan', wordLimit: 150, lines: 8 },
        text: 'What will you do?\nGive two reasons.alert(1)',
      },
      { id: 'who-helps-you', text: 'Who helps you?' },
    ],
  });
  expect(course.report.map(({ code }) => code)).toEqual(['SCRIPT_REMOVED']);
});

test.each([
  ['title: x\ndue: 30 June\nquestion: y', 'due date'],
  ['question: y', 'without a title'],
  ['title: x\nquestion: y\nwordLimit: many', 'word limit'],
  ['title: x\ntype: assignment', 'without a question'],
  ['title: [x\nquestion: y', 'not YAML'],
  ['title: x\ntype: assignment\n---\n```question\nWhy?\n```', 'question blocks'],
])('an assignment that is not clear is refused by name: %s', async (frontMatter, problem) => {
  await expect(read({ 'task.md': `---\n${frontMatter}\n---\n` })).rejects.toMatchObject({
    name: 'ReaderError',
    file: 'task.md',
    message: expect.stringContaining(problem),
  });
});

test('YAML that refers to itself a billion times is refused', async () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]`;
  await expect(read({ 'course.yaml': bomb, 'a.md': '# A' })).rejects.toMatchObject({ code: 'FRONT_MATTER' });
});

test('what cannot be taken over is named, and nothing of it enters the module', async () => {
  folder = await makeFolder({
    'a.md': '# A\n\n![x](fake.png) [gone](gone.md)',
    'fake.png': '<html>',
    'notes.docx': 'x',
    'notes.xyz': 'x',
    'run.js': 'x',
    '.DS_Store': 'x',
    'alone.png': TINY.png,
  });
  await symlink('/etc/passwd', join(folder.path, 'secret.md'));
  const course = await readCourse(folder.path, {});
  expect(course.report.map(({ file, code }) => [file, code]).sort()).toEqual([
    ['.DS_Store', 'HIDDEN_FILE'],
    ['a.md', 'MISSING_TARGET'],
    ['a.md', 'MISSING_TARGET'],
    ['alone.png', 'NOT_LINKED'],
    ['fake.png', 'WRONG_TYPE'],
    ['notes.docx', 'WRONG_TYPE'],
    ['notes.xyz', 'UNKNOWN_TYPE'],
    ['run.js', 'SCRIPT_REMOVED'],
    ['secret.md', 'SYMLINK'],
  ]);
  expect(course.resources.map((file) => file.href).filter((href) => !href.startsWith('leeslicht/'))).toEqual([
    'alone.png',
  ]);
});

test('a right-to-left language sets the direction of its pages', async () => {
  const course = await read({ 'a.md': '# مرحبا' }, { language: 'ar' });
  expect(course.direction).toBe('rtl');
  expect(await textOf(course, 'a.html')).toContain('<html lang="ar" dir="rtl">');
});

test('a page in an old encoding is read and reported', async () => {
  const course = await read({
    'a.html': new Uint8Array([...Buffer.from('<meta charset="windows-1252"><h1>Caf'), 0xe9, ...Buffer.from('</h1>')]),
  });
  expect(await textOf(course, 'a.html')).toContain('<h1>Café</h1>');
  expect(course.report.map((entry) => entry.code)).toEqual(['ENCODING_GUESSED']);
});

test('one file alone is a course and its neighbours stay out', async () => {
  const course = await read(
    { 'film.webm': TINY.webm, 'film.nl.vtt': 'WEBVTT\n', 'other.md': '# Other' },
    { language: 'nl' },
    'film.webm',
  );
  expect(course.readingOrder.map((page) => page.href)).toEqual(['film.webm.html']);
  expect(course.resources.map((file) => file.href).filter((href) => !href.startsWith('leeslicht/'))).toEqual([
    'film.nl.vtt',
    'film.webm',
  ]);
});

const question = (id: string, text: string): string =>
  `<?xml version="1.0"?><assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="${id}" title="${text}"><responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string"/><itemBody><p>${text} <textEntryInteraction responseIdentifier="RESPONSE"/></p></itemBody></assessmentItem>`;

test('a picture under the name of another kind of picture comes along as what it is', async () => {
  const course = await read({ 'a.md': '![A dot](dot.jpg)', 'dot.jpg': TINY.png });
  expect(course.resources.find(({ href }) => href === 'dot.jpg')?.type).toBe('image/png');
  expect(course.report).toEqual([]);
});

test('QTI questions in a folder become a quiz among its pages, and one alone is a course', async () => {
  const course = await read({
    '1.md': '# One',
    'q/a.xml': question('a', 'Why?'),
    'q/b.xml': question('b', 'How?'),
    'z.md': '# Last',
    'data.xml': '<data/>',
  });
  expect(course.readingOrder.map(({ href, kind }) => [href, kind])).toEqual([
    ['1.html', 'page'],
    ['q/a.quiz.json', 'quiz'],
    ['z.html', 'page'],
  ]);
  const quiz = JSON.parse(await textOf(course, 'q/a.quiz.json'));
  expect(quiz.items.map(({ title }: { title: string }) => title)).toEqual(['Why?', 'How?']);
  expect(course.report.map(({ code, file }) => [code, file])).toEqual([['UNKNOWN_TYPE', 'data.xml']]);
});

test('a test of questions in a file takes along the sections, items and pictures that it names, and nothing else', async () => {
  const section = (inside: string): string => `<assessmentSection identifier="s">${inside}</assessmentSection>`;
  const course = await read(
    {
      'test.xml': `<assessmentTest identifier="t" title="Exam"><testPart identifier="p">${section('<assessmentSectionRef identifier="r" href="parts/one.xml"/>')}</testPart></assessmentTest>`,
      'parts/one.xml': section('<assessmentItemRef identifier="a" href="../items/a.xml"/>'),
      'items/a.xml': question('a', 'Why?').replace('<p>', '<p><img src="a.png" alt="A"/>'),
      'items/a.png': TINY.png,
      'items/b.xml': question('b', 'How?'),
    },
    {},
    'test.xml',
  );
  expect(course.readingOrder.map(({ href, title }) => [href, title])).toEqual([['test.quiz.json', 'Exam']]);
  expect(course.resources.map(({ href }) => href)).toContain('items/a.png');
  expect(course.report).toEqual([]);
});

test('a test keeps its order of chance, and names the rules for the whole that a quiz does not have', async () => {
  const test = (inside: string, after = ''): string =>
    `<assessmentTest identifier="t" title="Exam"><testPart identifier="p"><assessmentSection identifier="s">${inside}<assessmentItemRef identifier="a" href="a.xml"/></assessmentSection></testPart>${after}</assessmentTest>`;
  const sum = '<sum><testVariables variableIdentifier="SCORE"/></sum>';
  const plain = `<outcomeProcessing><setOutcomeValue identifier="SCORE">${sum}</setOutcomeValue></outcomeProcessing>`;
  const graded = plain.replace('<sum>', '<product>').replace('</sum>', '</product>');
  const files = {
    'shuffled.xml': test('<ordering shuffle="true"/>', plain),
    'ruled.xml': test('<selection select="1"/><timeLimits maxTime="60"/>', graded),
    'a.xml': question('a', 'Why?'),
  };
  const shuffled = await read(files, {}, 'shuffled.xml');
  expect(JSON.parse(await textOf(shuffled, 'shuffled.quiz.json'))).toMatchObject({ shuffleItems: true });
  expect(shuffled.report).toEqual([]);
  const ruled = await read(files, {}, 'ruled.xml');
  expect(JSON.parse(await textOf(ruled, 'ruled.quiz.json'))).not.toHaveProperty('shuffleItems');
  expect(ruled.report.map(({ code, detail }) => [code, detail])).toEqual([
    ['QUIZ_CHANGED', 'selection'],
    ['QUIZ_CHANGED', 'timeLimits'],
    ['QUIZ_CHANGED', 'outcomeProcessing'],
  ]);
});

test('an empty folder and an unknown file are refused with advice', async () => {
  await expect(read({ 'notes.docx': 'x' })).rejects.toMatchObject({ code: 'EMPTY' });
  await expect(read({ 'notes.docx': 'x' }, {}, 'notes.docx')).rejects.toMatchObject({ code: 'ZIP_MALFORMED' });
  await expect(read({ 'notes.xyz': 'x' }, {}, 'notes.xyz')).rejects.toMatchObject({ code: 'UNKNOWN_INPUT' });
  await expect(read({}, {}, 'gone')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(read({ 'a.pdf': '%PDF-1.4 cut off' })).rejects.toMatchObject({ code: 'PDF_MALFORMED' });
});

test.each<[string, string, Uint8Array]>([
  [
    'a presentation',
    'a.pptx',
    makeZip([
      { name: '[Content_Types].xml', content: '<Types/>' },
      { name: 'ppt/media/film.webm', content: TINY.webm },
    ]),
  ],
  [
    'an OpenDocument text',
    'a.odt',
    makeZip([
      { name: 'content.xml', content: '<a/>' },
      { name: 'META-INF/manifest.xml', content: '<a/>' },
      { name: 'Pictures/a.png', content: TINY.png },
    ]),
  ],
  [
    'a Pages document',
    'a.pages',
    makeZip([
      { name: 'Index/Document.iwa', content: 'x' },
      { name: 'QuickLook/Preview.pdf', content: '%PDF-1.4' },
    ]),
  ],
  ['an old Word document', 'a.doc', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
  ['rich text', 'a.rtf', new TextEncoder().encode('{\\rtf1 Hello}')],
])('%s is refused with the way out, and no part of it is taken for a page', async (_name, name, bytes) => {
  await expect(read({ [name]: bytes }, {}, name)).rejects.toMatchObject({
    code: 'NOT_TAKEN_YET',
    file: name,
    advice: expect.stringContaining('PDF'),
  });
});

test('a page of which nothing is left says so, and the report too', async () => {
  const course = await read({
    'a.html': '<html lang="nl"><body><script>draw()</script><canvas></canvas><p> </p></body></html>',
    'b.html': '<p><img src="b.png" alt=""></p>',
    'b.png': TINY.png,
  });
  expect(await textOf(course, 'a.html')).toContain('<p class="ll-note">Op deze pagina is niets te zien.</p>');
  expect(await textOf(course, 'b.html')).not.toContain('ll-note');
  expect(course.report.map(({ file, code }) => [file, code])).toEqual([
    ['a.html', 'SCRIPT_REMOVED'],
    ['a.html', 'ELEMENT_REMOVED'],
    ['a.html', 'PAGE_EMPTY'],
  ]);
});

test('formulas in Markdown become MathML, and money stays money', async () => {
  const course = await read(
    { 'a.md': '# A\n\n$x^2$ costs $5 or $10.\n\n$$\n\\frac{a}{b}\n$$\n\n`$y$`\n\n$\\frac{a$ end' },
    { language: 'en' },
  );
  const page = await textOf(course, 'a.html');
  expect(page).toMatch(
    /<math alttext="x\^2">.*<msup><mi>x<\/mi><mn[^>]*>2<\/mn><\/msup>.*<\/math> costs \$5 or \$10\./,
  );
  expect(page).toMatch(/<math display="block"[^>]*alttext="\\frac\{a\}\{b\}">.*<mfrac>/);
  expect(page).toContain('<code>$y$</code>');
  expect(course.report.map(({ code, line }) => [code, line])).toEqual([['MATHS_NOT_READ', 11]]);
});

test('a page with formulas brings a typeface that can set them, and no other page does', async () => {
  const course = await read({ 'a.md': '# A\n\n$x$', 'b.md': '# B' });
  const fonts = course.resources.filter((file) => /made\/[0-9a-f]+\.woff2$/.test(file.href));
  expect(fonts).toHaveLength(1);
  const [, sheet = ''] = /href="(leeslicht\/made\/[0-9a-f]+\.css)"/.exec(await textOf(course, 'a.html')) ?? [];
  expect(await textOf(course, sheet)).toContain(`url("${fonts[0]?.href.split('/').at(-1)}")`);
  expect(await textOf(course, 'b.html')).not.toContain('leeslicht/made');
});

test('black on white that an editor wrote goes, so that a dark page can be read; other colours stay', async () => {
  const course = await read({
    'a.html':
      '<p style="color: #000000; font-size: 14pt">a</p><p style="background-color:#FFF;color:rgb(0, 0, 0)">b</p><p style="color:#000;background:yellow">c</p><p style="color:red">d</p>',
  });
  const page = await textOf(course, 'a.html');
  expect(page).toContain('<p class="ll-s1">a</p><p>b</p><p class="ll-s2">c</p><p class="ll-s3">d</p>');
  const [, sheet = ''] = /href="(leeslicht\/made\/[0-9a-f]+\.css)"/.exec(page) ?? [];
  expect(await textOf(course, sheet)).toBe(
    '.ll-s1{font-size: 14pt}\n.ll-s2{color:#000;background:yellow}\n.ll-s3{color:red}',
  );
});

test('formulas in HTML are read as MathJax reads them; single dollars only where the page brings MathJax', async () => {
  const course = await read({
    'a.html':
      '<p>\\(a_1\\) and $$b^2$$ and \\[c\\] cost $5 and $6, <code>\\(d\\)</code></p><img class="equation_image" data-equation-content="e^x" src="https://lms.example/equation_images/e">',
    'b.html': '<script src="https://cdn.example/MathJax.js"></script><p>$x$ or $5 and $6</p>',
  });
  const page = await textOf(course, 'a.html');
  expect(page.match(/<math/g)).toHaveLength(4);
  expect(page).toContain('cost $5 and $6, <code>\\(d\\)</code>');
  expect(await textOf(course, 'b.html')).toMatch(/<math alttext="x">.*<\/math> or \$5 and \$6/);
});

test('a page of a million opening marks is read in one go', async () => {
  const course = await read({ 'a.html': `<p>${'\\['.repeat(1_000_000)}$</p>` });
  expect(course.readingOrder).toHaveLength(1);
});

test('code is coloured without any script', async () => {
  const course = await read({ 'a.md': '# A\n\n```python\nif x: y()\n```\n\n```none\nplain\n```' });
  const page = await textOf(course, 'a.html');
  expect(page).toContain(
    '<pre><code class="language-python"><span class="hljs-keyword">if</span> x: y()\n</code></pre>',
  );
  expect(page).toContain('<pre><code class="language-none">plain\n</code></pre>');
});

test('an empty line at the top of a block of code stays', async () => {
  const course = await read({ 'a.md': '# A\n\n```\n\nplain\n```' });
  expect(await textOf(course, 'a.html')).toContain('<pre><code>\nplain\n</code></pre>');
});

test('footnotes speak the language of the course and tell readers what they are', async () => {
  const course = await read({ 'a.md': '# A\n\nTekst[^1]\n\n[^1]: Noot.' }, { language: 'nl' });
  const page = await textOf(course, 'a.html');
  expect(page).toContain('role="doc-noteref">1</a>');
  expect(page).toContain('role="doc-endnotes"><h2 class="sr-only" id="footnote-label">Voetnoten</h2>');
  expect(page).toContain('<li id="fn-1" role="doc-footnote">');
});

test('a frame around a file of the course becomes a link or a player', async () => {
  const course = await read({
    'a.html':
      '<iframe src="b.html" title="The next page"></iframe><object data="film.webm"></object><iframe src="https://example.org/"></iframe>',
    'b.html': '<h1>B</h1>',
    'film.webm': TINY.webm,
  });
  const page = await textOf(course, 'a.html');
  expect(page).toContain('<p><a href="b.html">The next page</a></p>');
  expect(page).toContain('<video src="film.webm"');
  expect(course.report.map((entry) => entry.code)).toEqual(['FRAME_REMOVED']);
});

test('a folder may come as a ZIP or a tar, with or without a folder around it', async () => {
  const parts = {
    'my-course/course.yaml': 'title: Packed\nlanguage: nl',
    'my-course/a.md': '# A',
    '__MACOSX/my-course/._a.md': 'x',
  };
  const list = Object.entries(parts).map(([name, content]) => ({ name, content }));
  for (const [name, bytes] of [
    ['c.zip', makeZip(list)],
    ['c.tar', makeTar(list)],
  ] as const) {
    const course = await read({ [name]: bytes }, {}, name);
    expect([course.title, course.readingOrder.map((page) => page.href)]).toEqual(['Packed', ['a.html']]);
    await course.close();
    await folder?.remove();
  }
});
