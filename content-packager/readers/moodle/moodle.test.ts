import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { bytesSource } from '../byte-source.ts';
import { type Course, createReport, type InputFile } from '../course.ts';
import { readCourse } from '../read-course.ts';
import { makeFolder, makeTar, makeZip, type TestFolder, TINY, textOf } from '../test-input.ts';
import { readMoodle } from './moodle.ts';

let folder: TestFolder | undefined;
let course: Course | undefined;
afterEach(async () => {
  await course?.close();
  course = undefined;
  await folder?.remove();
});

interface Activity {
  readonly id: number;
  readonly kind: string;
  readonly title: string;
  readonly inside: string;
  readonly section?: number;
  readonly hidden?: boolean;
  readonly extra?: Readonly<Record<string, string>>;
}

interface StoredFile {
  readonly contextId: number;
  readonly component: string;
  readonly area: string;
  readonly itemId?: number;
  readonly path: string;
  readonly bytes: Uint8Array | string;
}

interface Section {
  readonly id: number;
  readonly name?: string;
  readonly summary?: string;
  readonly hidden?: boolean;
  readonly owner?: number;
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The files of a backup as Moodle 4 writes them; context ids are module ids plus 1000. */
function backup(parts: {
  readonly sections: readonly Section[];
  readonly activities: readonly Activity[];
  readonly files?: readonly StoredFile[];
  readonly extra?: Readonly<Record<string, string>>;
}): Record<string, string | Uint8Array> {
  const all: Record<string, string | Uint8Array> = {
    '.ARCHIVE_INDEX': 'Moodle archive file index. Count: 1\n',
    'moodle_backup.xml': `${XML}<moodle_backup><information><name>x.mbz</name><moodle_version>2022041900</moodle_version><original_course_fullname>Rekenen 1</original_course_fullname><contents><activities>${parts.activities
      .map(
        ({ id, kind, title, section }) =>
          `<activity><moduleid>${id}</moduleid><sectionid>${section ?? 1}</sectionid><modulename>${kind}</modulename><title>${escaped(title)}</title><directory>activities/${kind}_${id}</directory></activity>`,
      )
      .join('')}</activities><sections>${parts.sections
      .map(
        ({ id }) =>
          `<section><sectionid>${id}</sectionid><title>${id}</title><directory>sections/section_${id}</directory></section>`,
      )
      .join(
        '',
      )}</sections><course><courseid>1</courseid><directory>course</directory></course></contents></information></moodle_backup>`,
    'course/course.xml': `${XML}<course id="1" contextid="500"><shortname>RK1</shortname><fullname>Rekenen 1</fullname><summary>${escaped('<p>Leren rekenen &amp; meten</p>')}</summary><lang>nl</lang></course>`,
    ...parts.extra,
  };
  for (const [index, section] of parts.sections.entries()) {
    const sequence = parts.activities.filter((one) => (one.section ?? 1) === section.id).map((one) => one.id);
    all[`sections/section_${section.id}/section.xml`] =
      `${XML}<section id="${section.id}"><number>${index}</number><name>${section.name === undefined ? '$@NULL@$' : escaped(section.name)}</name><summary>${escaped(section.summary ?? '')}</summary><summaryformat>1</summaryformat><sequence>${sequence.join(',')}</sequence><visible>${section.hidden ? 0 : 1}</visible>${section.owner === undefined ? '' : `<component>mod_subsection</component><itemid>${section.owner}</itemid>`}</section>`;
  }
  for (const { id, kind, title, inside, hidden, extra } of parts.activities) {
    const at = `activities/${kind}_${id}`;
    all[`${at}/${kind}.xml`] =
      `${XML}<activity id="${id}0" moduleid="${id}" modulename="${kind}" contextid="${id + 1000}"><${kind} id="${id}0"><name>${escaped(title)}</name>${inside}</${kind}></activity>`;
    all[`${at}/module.xml`] =
      `${XML}<module id="${id}"><modulename>${kind}</modulename><visible>${hidden ? 0 : 1}</visible></module>`;
    for (const [name, text] of Object.entries(extra ?? {})) all[`${at}/${name}`] = XML + text;
  }
  const rows = (parts.files ?? []).map((file, index) => {
    const hash = createHash('sha1').update(file.bytes).digest('hex');
    all[`files/${hash.slice(0, 2)}/${hash}`] = file.bytes;
    const cut = file.path.lastIndexOf('/') + 1;
    return `<file id="${index}"><contenthash>${hash}</contenthash><contextid>${file.contextId}</contextid><component>${file.component}</component><filearea>${file.area}</filearea><itemid>${file.itemId ?? 0}</itemid><filepath>${file.path.slice(0, cut)}</filepath><filename>${escaped(file.path.slice(cut))}</filename><userid>$@NULL@$</userid><sortorder>0</sortorder></file>`;
  });
  all['files.xml'] = `${XML}<files>${rows.join('')}</files>`;
  return all;
}

async function read(files: Record<string, string | Uint8Array>, kind: 'zip' | 'tar' = 'zip'): Promise<Course> {
  const parts = Object.entries(files).map(([name, content]) => ({ name, content }));
  const bytes = kind === 'zip' ? makeZip(parts) : gzipSync(makeTar(parts));
  folder = await makeFolder({ 'backup.mbz': bytes });
  course = await readCourse(join(folder.path, 'backup.mbz'), {});
  return course;
}

const text = (name: string, html: string, format = 1): string =>
  `<${name}>${escaped(html)}</${name}><${name}format>${format}</${name}format>`;

const SMALL = backup({
  sections: [
    { id: 1 },
    { id: 2, name: 'Week 1', summary: '<p>Welkom <img src="@@PLUGINFILE@@/w%20x.png" alt="w"></p>' },
  ],
  activities: [
    {
      id: 10,
      kind: 'page',
      title: 'Start',
      inside:
        text('intro', '') +
        text(
          'content',
          '<p>Hoi <a href="$@BOOKVIEWBYIDCH*12*5@$">boek</a> <a href="$@PAGEVIEWBYID*99@$">weg</a><img src="@@PLUGINFILE@@/sub/p.png?time=1" alt="p"></p>',
        ),
    },
    { id: 11, kind: 'label', title: 'Lezen', inside: text('intro', '<h3>Lezen</h3>'), section: 2 },
    {
      id: 12,
      kind: 'book',
      title: 'Het boek',
      section: 2,
      inside: `${text('intro', '')}<chapters><chapter id="5"><pagenum>1</pagenum><subchapter>0</subchapter><title>Eén</title>${text('content', '<p>1</p>')}<hidden>0</hidden></chapter><chapter id="6"><pagenum>2</pagenum><subchapter>1</subchapter><title>Eén A</title>${text('content', '<p>1a</p>')}<hidden>0</hidden></chapter><chapter id="7"><pagenum>3</pagenum><subchapter>0</subchapter><title>Antwoorden</title>${text('content', '<p>42</p>')}<hidden>1</hidden></chapter></chapters>`,
    },
  ],
  files: [
    { contextId: 1010, component: 'mod_page', area: 'content', path: '/sub/p.png', bytes: TINY.png },
    { contextId: 500, component: 'course', area: 'section', itemId: 2, path: '/w x.png', bytes: TINY.png },
  ],
});

test.each(['zip', 'tar'] as const)('sections and activities become the contents (%s)', async (kind) => {
  const got = await read(SMALL, kind);
  expect([got.title, got.language, got.suggested.moduleId, got.suggested.description]).toEqual([
    'Rekenen 1',
    'nl',
    'rk1',
    'Leren rekenen & meten',
  ]);
  expect(got.toc).toEqual([
    { title: 'Start', href: 'page_10.html' },
    {
      title: 'Week 1',
      href: 'section_2.html',
      children: [
        {
          title: 'Lezen',
          children: [
            {
              title: 'Het boek',
              href: 'book_12.html',
              children: [
                {
                  title: 'Eén',
                  href: 'book_12/chapter_5.html',
                  children: [{ title: 'Eén A', href: 'book_12/chapter_6.html' }],
                },
              ],
            },
          ],
        },
      ],
    },
  ]);
  const page = await textOf(got, 'page_10.html');
  expect(page).toContain('<h1>Start</h1>');
  expect(page).toContain('<a href="book_12/chapter_5.html">boek</a>');
  expect(page).toContain('<img src="page_10/content/sub/p.png" alt="p" />');
  expect(await textOf(got, 'section_2.html')).toContain('<img src="course/section/2/w-x.png" alt="w" />');
  expect(got.report.map(({ code, detail }) => [code, detail])).toEqual([
    ['MISSING_TARGET', '$@PAGEVIEWBYID*99@$'],
    ['HIDDEN_ITEM', 'Antwoorden'],
  ]);
});

test('both archive kinds give the same files', async () => {
  const shape = async (kind: 'zip' | 'tar'): Promise<unknown> => {
    const got = await read(SMALL, kind);
    const all = [...got.readingOrder, ...got.resources];
    return Promise.all(all.filter((file) => file.type === 'text/html').map((file) => textOf(got, file.href)));
  };
  expect(await shape('zip')).toEqual(await shape('tar'));
});

test('assignments keep their question, files, date and word limit', async () => {
  const got = await read(
    backup({
      sections: [{ id: 1 }],
      activities: [
        {
          id: 20,
          kind: 'assign',
          title: 'Werkstuk',
          inside: `${text('intro', '<p>Schrijf.<script>x()</script></p>')}${text('activity', '<p>Over jezelf.</p>')}<duedate>1814313600</duedate><plugin_configs><plugin_config id="1"><plugin>onlinetext</plugin><subtype>assignsubmission</subtype><name>wordlimit</name><value>300</value></plugin_config><plugin_config id="2"><plugin>onlinetext</plugin><subtype>assignsubmission</subtype><name>wordlimitenabled</name><value>1</value></plugin_config></plugin_configs><submissions><submission id="1"><userid>7</userid></submission></submissions>`,
        },
      ],
      files: [
        { contextId: 1020, component: 'mod_assign', area: 'introattachment', path: '/form.txt', bytes: 'Vul in' },
        {
          contextId: 1020,
          component: 'assignsubmission_file',
          area: 'submission_files',
          itemId: 1,
          path: '/Jan Jansen.txt',
          bytes: 'secret',
        },
      ],
    }),
  );
  expect(JSON.parse(await textOf(got, 'assign_20.assignment.json'))).toEqual({
    id: 'assign-20',
    title: 'Werkstuk',
    question:
      '<p>Schrijf.</p><p>Over jezelf.</p><h2>Bestanden hierbij</h2><ul><li><a href="assign_20/introattachment/form.html">Form</a></li></ul>',
    due: '2027-06-30',
    wordLimit: 300,
  });
  expect(got.report.map(({ code, detail }) => [code, detail])).toEqual([
    ['SCRIPT_REMOVED', 'script in the page'],
    ['PERSONAL_DATA', '1 submitted assignments'],
    ['PERSONAL_DATA', '1 files of people'],
  ]);
});

test('nothing about people enters the module, and the report counts what was there', async () => {
  const secret = 'Jan Jansen';
  const got = await read(
    backup({
      sections: [{ id: 1 }],
      activities: [
        {
          id: 1,
          kind: 'page',
          title: 'P',
          inside: text('content', '<p>x</p>'),
          extra: {
            'logs.xml': `<logs><log id="1"><info>${secret}</info></log></logs>`,
            'grades.xml': '<activity_gradebook><grade_items/></activity_gradebook>',
          },
        },
        {
          id: 2,
          kind: 'forum',
          title: 'Praten',
          inside: `${text('intro', '<p>Wat vind je?</p>')}<type>general</type><discussions><discussion id="1"><posts><post id="1"><message>${secret}</message></post></posts></discussion></discussions>`,
        },
        {
          id: 3,
          kind: 'glossary',
          title: 'Woorden',
          inside: `${text('intro', '')}<entries><entry id="1"><concept>Som</concept><definition>${escaped('<p>Optelling</p>')}</definition><definitionformat>1</definitionformat><teacherentry>1</teacherentry><approved>1</approved></entry><entry id="2"><concept>${secret}</concept><definition>x</definition><teacherentry>0</teacherentry><approved>1</approved></entry></entries>`,
        },
      ],
      extra: {
        'users.xml': `${XML}<users><user id="7" contextid="9"><username>${secret}</username></user><user id="8"><username>b</username></user></users>`,
      },
    }),
  );
  const everything = await Promise.all(
    [...got.readingOrder, ...got.resources]
      .filter(({ type }) => /html|json/.test(type))
      .map((file) => textOf(got, file.href)),
  );
  expect(everything.join('\n')).not.toContain(secret);
  expect(JSON.stringify(got.toc)).not.toContain(secret);
  expect(JSON.stringify(got.report)).not.toContain(secret);
  expect(got.report.filter(({ code }) => code === 'PERSONAL_DATA').map(({ file, detail }) => [file, detail])).toEqual([
    ['activities/glossary_3', '1 entries of students in Woorden'],
    ['activities/forum_2/forum.xml', '1 posts in forums'],
    ['activities/page_1/logs.xml', '1 lines of logs'],
    ['users.xml', '2 accounts of people'],
  ]);
  expect(await textOf(got, 'glossary_3.html')).toContain('<dl><dt>Som</dt><dd><p>Optelling</p></dd></dl>');
  expect(JSON.parse(await textOf(got, 'leeslicht/glossary.json'))).toEqual({
    entries: [{ term: 'Som', meaning: 'Optelling' }],
  });
});

test('files, folders, links, lessons and sections in sections have their place', async () => {
  const got = await read(
    backup({
      sections: [
        { id: 1, name: 'Deel' },
        { id: 2, name: 'Binnen', owner: 360 },
      ],
      activities: [
        { id: 30, kind: 'resource', title: 'De tekst', inside: text('intro', '') },
        { id: 31, kind: 'folder', title: 'Alles', inside: text('intro', '<p>Kijk</p>') },
        {
          id: 32,
          kind: 'url',
          title: 'Site',
          inside: `${text('intro', '')}<externalurl>https://example.org/?a=1&amp;b=2</externalurl>`,
        },
        {
          id: 33,
          kind: 'lesson',
          title: 'Les',
          inside: `${text('intro', '')}<pages><page id="2"><prevpageid>1</prevpageid><nextpageid>0</nextpageid><qtype>3</qtype><title>Vraag</title>${text('contents', '<p>1+1?</p>')}</page><page id="1"><prevpageid>0</prevpageid><nextpageid>2</nextpageid><qtype>20</qtype><title>Uitleg</title>${text('contents', '<p>Tellen</p>')}</page></pages>`,
        },
        { id: 34, kind: 'scorm', title: 'Scorm', inside: '' },
        { id: 35, kind: 'lti', title: 'Tool', inside: '' },
        { id: 36, kind: 'subsection', title: 'Binnen', inside: '' },
        { id: 37, kind: 'page', title: 'Diep', inside: text('content', '**vet**', 4), section: 2 },
        { id: 38, kind: 'page', title: 'Geheim', inside: text('content', '<p>42</p>'), hidden: true },
      ],
      files: [
        { contextId: 1030, component: 'mod_resource', area: 'content', path: '/tekst.txt', bytes: 'Hallo' },
        { contextId: 1031, component: 'mod_folder', area: 'content', path: '/a.txt', bytes: 'A' },
        { contextId: 1031, component: 'mod_folder', area: 'content', path: '/b/c.exe', bytes: 'MZ' },
      ],
    }),
  );
  expect(got.toc).toEqual([
    {
      title: 'Deel',
      children: [
        { title: 'De tekst', href: 'resource_30/content/tekst.html' },
        { title: 'Alles', href: 'folder_31.html', children: [{ title: 'A', href: 'folder_31/content/a.html' }] },
        { title: 'Site', href: 'url_32.html' },
        { title: 'Les', href: 'lesson_33.html' },
        { title: 'Binnen', children: [{ title: 'Diep', href: 'page_37.html' }] },
      ],
    },
  ]);
  expect(await textOf(got, 'url_32.html')).toContain('<code>https://example.org/?a=1&#x26;b=2</code>');
  expect(await textOf(got, 'lesson_33.html')).toContain('<h2 id="uitleg">Uitleg</h2><p>Tellen</p>');
  expect(await textOf(got, 'page_37.html')).toContain('<strong>vet</strong>');
  expect(got.report.map(({ code, detail }) => [code, detail])).toEqual([
    ['HIDDEN_ITEM', 'Geheim'],
    ['UNKNOWN_TYPE', 'this kind of file cannot be shown'],
    ['WEB_LINK', 'Site: https://example.org/?a=1&b=2'],
    ['QUESTION_NOT_TAKEN', 'Les: Vraag'],
    ['ACTIVITY_NOT_TAKEN', 'Les (lesson; its pages became one page to read)'],
    ['ACTIVITY_NOT_TAKEN', 'Scorm (scorm)'],
    ['ONLINE_TOOL', 'Tool (lti)'],
  ]);
});

test('quizzes come with their questions and pictures', async () => {
  const got = await read(
    backup({
      sections: [{ id: 1 }],
      activities: [
        {
          id: 40,
          kind: 'quiz',
          title: 'Toets',
          inside: `${text('intro', '<p>Succes</p>')}<attempts_number>2</attempts_number><question_instances><question_instance id="1"><slot>1</slot><maxmark>1.0</maxmark><question_reference id="1"><questionbankentryid>7</questionbankentryid></question_reference></question_instance></question_instances><attempts><attempt id="1"><userid>5</userid></attempt></attempts>`,
        },
      ],
      files: [
        { contextId: 500, component: 'question', area: 'questiontext', itemId: 70, path: '/v.png', bytes: TINY.png },
      ],
      extra: {
        'questions.xml': `${XML}<question_categories><question_category id="1"><contextid>500</contextid><question_bank_entries><question_bank_entry id="7"><question_version><question_versions id="1"><version>1</version><questions><question id="70"><name>V</name><questiontext>${escaped('<p>Waar? <img src="@@PLUGINFILE@@/v.png" alt="kaart"></p>')}</questiontext><questiontextformat>1</questiontextformat><defaultmark>1</defaultmark><qtype>truefalse</qtype><plugin_qtype_truefalse_question><answers><answer id="1"><answertext>True</answertext><fraction>1</fraction></answer><answer id="2"><answertext>False</answertext><fraction>0</fraction></answer></answers><truefalse id="1"><trueanswer>1</trueanswer><falseanswer>2</falseanswer></truefalse></plugin_qtype_truefalse_question></question></questions></question_versions></question_version></question_bank_entry></question_bank_entries></question_category></question_categories>`,
      },
    }),
  );
  expect(got.readingOrder.map(({ kind, title }) => [kind, title])).toEqual([['quiz', 'Toets']]);
  const quiz = await textOf(got, 'quiz_40.quiz.json');
  expect(quiz).toContain('"src": "question/questiontext/70/v.png"');
  expect(got.resources.map((file) => file.href)).toContain('question/questiontext/70/v.png');
  expect(got.report.map(({ code, detail }) => [code, detail])).toEqual([['PERSONAL_DATA', '1 attempts at quizzes']]);
});

test('the question bank is read once, however many quizzes ask for it', async () => {
  const quiz = (id: number) => ({
    id,
    kind: 'quiz',
    title: `Toets ${id}`,
    inside: `${text('intro', '')}<question_instances><question_instance id="1"><slot>1</slot><maxmark>1.0</maxmark><questionid>70</questionid></question_instance></question_instances>`,
  });
  const files = backup({
    sections: [{ id: 1 }],
    activities: [quiz(1), quiz(2), quiz(3)],
    extra: {
      'questions.xml': `${XML}<question_categories><question_category id="1"><contextid>500</contextid><questions><question id="70"><name>V</name><questiontext>Waar?</questiontext><qtype>essay</qtype></question></questions></question_category></question_categories>`,
    },
  });
  let reads = 0;
  const inputs = Object.entries(files).map(([path, content]): [string, InputFile] => {
    const source = bytesSource(typeof content === 'string' ? new TextEncoder().encode(content) : content);
    const counted = {
      ...source,
      read: () => {
        reads += 1;
        return source.read();
      },
    };
    return [path, { path, source: path === 'questions.xml' ? counted : source }];
  });
  const tree = { name: 'backup.mbz', files: new Map(inputs), close: async () => undefined };
  course = await readMoodle(tree, {}, createReport());
  expect(course.readingOrder.map((file) => file.title)).toEqual(['Toets 1', 'Toets 2', 'Toets 3']);
  expect(reads).toBe(1);
});

test('a label with nothing below it is a page', async () => {
  const got = await read(
    backup({
      sections: [{ id: 1, name: 'Een' }],
      activities: [
        { id: 1, kind: 'page', title: 'P', inside: text('content', '<p>x</p>') },
        { id: 2, kind: 'label', title: 'Slot', inside: text('intro', '<p>Tot ziens</p>') },
        { id: 3, kind: 'label', title: 'Nog iets', inside: text('intro', '<p>Nog iets</p>') },
        { id: 4, kind: 'choice', title: 'Kies', inside: '' },
      ],
    }),
  );
  expect(got.toc[0]?.children?.map((entry) => entry.href)).toEqual(['page_1.html', 'label_2.html', 'label_3.html']);
  expect(await textOf(got, 'label_2.html')).toContain('Tot ziens');
});

test('an activity that no section lists is not lost', async () => {
  const got = await read(
    backup({
      sections: [{ id: 1, name: 'Een' }],
      activities: [
        { id: 1, kind: 'page', title: 'P', inside: text('content', '<p>x</p>') },
        { id: 2, kind: 'assignment', title: 'Oud', inside: text('intro', '<p>Doe dit</p>'), section: 77 },
        { id: 3, kind: 'choice', title: 'Kies', inside: '', section: 77 },
      ],
    }),
  );
  expect(got.toc[0]?.children?.map((entry) => entry.title)).toEqual(['P', 'Oud']);
  expect(got.report.map(({ code, detail }) => [code, detail])).toEqual([['ACTIVITY_NOT_TAKEN', 'Kies (choice)']]);
});

test('a backup of one activity is a course of its own', async () => {
  const files = backup({
    sections: [],
    activities: [{ id: 1, kind: 'page', title: 'P', inside: text('content', '<p>x</p>') }],
  });
  expect((await read(files)).readingOrder.map((file) => file.title)).toEqual(['P']);
});

test('a course of which only the kinds are wrong is not told to be made visible', async () => {
  const game = { id: 1, kind: 'scorm', title: 'Spel', inside: '' };
  await expect(read(backup({ sections: [{ id: 1 }], activities: [game] }))).rejects.toMatchObject({
    code: 'EMPTY',
    message: expect.stringContaining('Spel (scorm)'),
    advice: 'Replace what was left out by pages, assignments or questions of another kind.',
  });
});

test.each<[string, string, Record<string, string>]>([
  ['a backup without its main file', 'MOODLE_MALFORMED', { 'files.xml': '<files/>', 'course/course.xml': '<course/>' }],
  ['a backup of Moodle 1.9', 'MOODLE_MALFORMED', { 'moodle.xml': '<MOODLE_BACKUP/>' }],
  [
    'an entity bomb',
    'XML_ENTITIES',
    { 'moodle_backup.xml': '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><moodle_backup>&b;</moodle_backup>' },
  ],
  [
    'an empty course',
    'EMPTY',
    { 'moodle_backup.xml': '<moodle_backup><information><contents/></information></moodle_backup>' },
  ],
])('refuses %s', async (_name, code, files) => {
  await expect(read(files)).rejects.toMatchObject({ name: 'ReaderError', code });
});
