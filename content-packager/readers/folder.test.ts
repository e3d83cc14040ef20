import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Course } from './course.ts';
import { type ReadOptions, readCourse } from './read-course.ts';
import { makeFolder, type TestFolder, TINY, textOf } from './test-input.ts';

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

test.each([
  ['title: x\ndue: 30 June\nquestion: y', 'due date'],
  ['question: y', 'without a title'],
  ['title: x\nquestion: y\nwordLimit: many', 'word limit'],
  ['title: x\ntype: assignment', 'without a question'],
  ['title: [x\nquestion: y', 'not YAML'],
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
    'run.js': 'x',
    '.DS_Store': 'x',
    'alone.png': TINY.png,
  });
  await symlink('/etc/passwd', join(folder.path, 'secret.md'));
  const course = await readCourse(folder.path, {});
  expect(course.report.map(({ file, code }) => [file, code]).sort()).toEqual([
    ['.DS_Store', 'HIDDEN_FILE'],
    ['a.md', 'MISSING_TARGET'],
    ['alone.png', 'NOT_LINKED'],
    ['fake.png', 'WRONG_TYPE'],
    ['notes.docx', 'UNKNOWN_TYPE'],
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

test('an empty folder and an unknown file are refused with advice', async () => {
  await expect(read({ 'notes.docx': 'x' })).rejects.toMatchObject({ code: 'EMPTY' });
  await expect(read({ 'notes.docx': 'x' }, {}, 'notes.docx')).rejects.toMatchObject({ code: 'UNKNOWN_INPUT' });
  await expect(read({}, {}, 'gone')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(read({ 'a.pdf': '%PDF-1.4 cut off' })).rejects.toMatchObject({ code: 'PDF_MALFORMED' });
});
