import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openIndex } from '#core/search/index-format.ts';
import { type Hit, search } from '#core/search/search.ts';
import { readAll } from './byte-source.ts';
import type { Course } from './course.ts';
import { readCourse } from './read-course.ts';
import { sectionsOf, withSearchIndex } from './search-index.ts';
import { makeFolder, makePdf, makeZip, type TestFolder, TINY } from './test-input.ts';

let folder: TestFolder | undefined;
afterEach(async () => folder?.remove());

async function pack(files: Readonly<Record<string, string | Uint8Array>>): Promise<Course> {
  folder = await makeFolder(files);
  return withSearchIndex(await readCourse(join(folder.path), {}));
}

async function find(course: Course, query: string): Promise<string[]> {
  return (await hits(course, query)).map((hit) => hit.href);
}

async function hits(course: Course, query: string): Promise<readonly Hit[]> {
  const file = course.resources.find((entry) => entry.type === 'application/vnd.leeslicht.search+json');
  if (file === undefined) throw new Error('the course has no index');
  return search(openIndex(await readAll(file.source, 1e8, file.href)), query);
}

test('a hit leads to the heading over its words, to an assignment, or to the page of a PDF', async () => {
  const course = await pack({
    'course.yaml': 'language: nl',
    'a.md': '# Geluid\n\nOver golven.\n\n## Ruis\n\nEen storing in de lijn.\n\n![een trommel](x.png)',
    'b.md': '---\ntitle: Opdracht\nquestion: Leg de resonantie uit\n---\n',
    'c.pdf': makePdf(['Eerste bladzijde', 'Over interferentie']),
  });
  expect(await find(course, 'golf')).toEqual(['a.html']);
  expect(await find(course, 'storingen')).toEqual(['a.html#ruis']);
  expect(await find(course, 'resonantie')).toEqual(['b.assignment.json']);
  expect(await find(course, 'interferentie')).toEqual(['c.pdf#page=2']);
  expect(await find(course, 'afwezig')).toEqual([]);
});

test('what is said in a film is found at its moment, also where the captions came as SRT', async () => {
  const long = Array.from(
    { length: 200 },
    (_, n) => `\n${n + 3}\n00:01:${String(n % 60).padStart(2, '0')},5 --> 00:02:00,0\nnog een zin over golven`,
  );
  const course = await pack({
    'course.yaml': 'language: nl',
    'a.md': '# Geluid\n\n<video src="film.webm"></video>\n\n<video src="tweede.webm"></video>',
    'film.webm': TINY.webm,
    'film.nl.vtt':
      'WEBVTT\n\n00:01.000 --> 00:02.000\nGoedemorgen.\n\n00:12.250 --> 00:14.000\n<v Anna>Een zonsverduistering &amp; meer</v>\n',
    'tweede.webm': TINY.webm,
    'tweede.srt': `1\n00:00:03,0 --> 00:00:04,0\nOver dromedarissen.\n\n2\n00:00:05,0 --> 00:00:06,0\nstil\n${long.join('\n')}`,
  });
  expect(await find(course, 'zonsverduistering')).toEqual(['a.html#t=1&track=0']);
  expect(await find(course, 'dromedaris')).toEqual(['a.html#t=3&track=1']);
  const [hit] = await hits(course, 'zonsverduistering');
  expect(hit?.snippet).toBe('Goedemorgen. Een zonsverduistering & meer');
  expect(hit?.offset).toBe('Goedemorgen. Een '.length);
  // Much that is said is cut between cues, and each part names its own moment
  const moments = (await find(course, 'golven')).filter((href) => href.includes('track=1'));
  expect(moments.length).toBeGreaterThan(1);
});

test('the questions of a quiz are found, and what is said about answers is not', async () => {
  const item = `<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="i" title="Vraag">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse><value>a</value></correctResponse></responseDeclaration>
<outcomeDeclaration identifier="FEEDBACK" cardinality="single" baseType="identifier"/>
<itemBody><p>Welke vogel zingt?</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Kies een dier</prompt>
<simpleChoice identifier="a">de nachtegaal</simpleChoice><simpleChoice identifier="b">de olifant</simpleChoice></choiceInteraction></itemBody>
<modalFeedback outcomeIdentifier="FEEDBACK" identifier="a" showHide="show">Zangvogels hebben een syrinx.</modalFeedback></assessmentItem>`;
  const manifest =
    '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><resources><resource identifier="r" type="imsqti_item_xmlv2p2" href="item.xml"><file href="item.xml"/></resource></resources></manifest>';
  folder = await makeFolder({
    'vragen.zip': makeZip([
      { name: 'imsmanifest.xml', content: manifest },
      { name: 'item.xml', content: item },
    ]),
  });
  const course = await withSearchIndex(await readCourse(join(folder.path, 'vragen.zip'), { language: 'nl' }));
  const quiz = course.readingOrder.find(({ kind }) => kind === 'quiz')?.href ?? '';
  for (const words of ['vogel', 'dieren', 'nachtegaal', 'olifant'])
    expect(await find(course, words), words).toEqual([`${quiz}#question=1`]);
  expect(await find(course, 'syrinx')).toEqual([]);
});

test('a PDF without text is reported', async () => {
  const course = await pack({ 'c.pdf': makePdf(['']) });
  expect(course.report.map(({ code, file }) => [code, file])).toEqual([['PDF_NO_TEXT', 'c.pdf']]);
  expect(course.resources.some((file) => file.href.endsWith('search.json'))).toBe(false);
});

test('words of neighbouring blocks stay apart, and scripts and styles are no text', () => {
  const html =
    '<html><head><title>T</title><style>a{}</style></head><body><h1>Eén</h1><p>a</p><p>b<b>c</b></p><table><tr><td>1</td><td>2</td></tr></table><h2 id="x">Twee</h2><ul><li>d</li><li>e</li></ul></body></html>';
  expect(sectionsOf(html, 'p.html', 'P')).toEqual([
    { href: 'p.html', title: 'Eén', text: 'a bc 1 2' },
    { href: 'p.html#x', title: 'Twee', text: 'd e' },
  ]);
});

test('a long section is cut at blanks, and no text is lost or told twice', () => {
  const words = Array.from({ length: 2000 }, (_, number) => `word${number}`).join(' ');
  const parts = sectionsOf(`<p>${words}</p>`, 'p.html', 'P');
  expect(parts.length).toBeGreaterThan(4);
  expect(parts.map((part) => part.text).join(' ')).toBe(words);
  for (const part of parts) expect(words.startsWith(part.text, part.offset ?? 0)).toBe(true);
});

test('the same course gives the same index', async () => {
  const bytes = async (): Promise<Uint8Array> => {
    const course = await pack({ 'a.md': '# A\n\none two', 'b.md': '# B\n\n## C\n\nthree' });
    const file = course.resources.at(-1);
    return file === undefined ? new Uint8Array() : readAll(file.source, 1e8, 'x');
  };
  expect(await bytes()).toEqual(await bytes());
});
