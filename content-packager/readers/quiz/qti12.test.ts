import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { judgeItem } from '#core/quiz/attempt.ts';
import { plainText } from '#core/quiz/body.ts';
import { encodeQuiz, parseQuiz, type Quiz } from '#core/quiz/quiz.ts';
import { createReport } from '../course.ts';
import { parseXml } from '../xml.ts';
import { openArchive } from '../zip-archive.ts';
import { readQti12 } from './qti12.ts';

const samples = resolve(import.meta.dirname, '../../../../shared/samples');

async function sampleText(archive: string, name: string): Promise<string> {
  const path = resolve(samples, archive);
  if (!existsSync(path)) throw new Error(`missing: shared/samples/${archive}, which this test reads`);
  const opened = await openArchive(path, archive);
  const pieces: Uint8Array[] = [];
  for await (const piece of opened.entries.get(name)?.source.read() ?? []) pieces.push(piece);
  opened.close();
  return Buffer.concat(pieces).toString('utf8');
}

function read(xml: string) {
  const report = createReport();
  const context = { file: 'quiz.xml', report, hrefOf: (address: string) => `files/${address}` };
  const quiz = readQti12(parseXml(xml, 'quiz.xml'), context, { id: 'quiz', title: 'A quiz', language: 'en' });
  return { quiz: quiz && parseQuiz(encodeQuiz(quiz)), report: report.entries() };
}

const item = (body: string, ident = 'one') => `<questestinterop><assessment ident="a" title="A"><section ident="root">
  <item ident="${ident}" title="Q">${body}</item></section></assessment></questestinterop>`;

function only(quiz: Quiz | undefined) {
  const [first] = quiz?.items ?? [];
  if (!first) throw new Error('no item');
  return first;
}

test('reads every question of the cartridge that has all types, and its own answers are right', async () => {
  const xml = await sampleText(
    'imscc/all-question-types.imscc',
    'iaa8f9f400b29e514ea8d28fd7ed067f4/assessment_qti.xml',
  );
  const { quiz, report } = read(xml);
  expect(quiz?.title).toBe('ALL QUESTION TYPES QUIZ');
  expect(quiz?.maxAttempts).toBe(1);
  expect(quiz?.items.length).toBe([...xml.matchAll(/<item /g)].length - report.length);
  for (const one of quiz?.items ?? []) {
    if (one.maxScore === null) continue;
    const right = new Map(one.responses.map((response) => [response.id, response.correct ?? []]));
    expect(judgeItem(one, right)).toMatchObject({ verdict: 'right' });
    expect(judgeItem(one, new Map()).verdict).toBe('unanswered');
  }
  const red = quiz?.items[0];
  expect(red && plainText(red.body)).toBe('How many letters does the word, "RED" have?');
  expect(red && judgeItem(red, new Map([['response1', ['631']]]))).toMatchObject({ score: 0, verdict: 'wrong' });
});

test("reads Canvas's own form of the same questions, with matching, blanks and lists to choose from", async () => {
  const xml = await sampleText(
    'imscc/all-question-types.imscc',
    'non_cc_assessments/iaa8f9f400b29e514ea8d28fd7ed067f4.xml.qti',
  );
  const { quiz, report } = read(xml);
  expect(report.map((one) => one.detail)).toMatchInlineSnapshot(`
    [
      "question "simple" makes its numbers by chance (a formula question)",
      "question "FILEZ" asks for a file; use an assignment instead",
    ]
  `);
  const kinds = new Set(quiz?.items.flatMap((one) => one.interactions.map(({ kind }) => kind)));
  expect([...kinds].sort()).toMatchInlineSnapshot(`
    [
      "choice",
      "extendedText",
      "inlineChoice",
      "textEntry",
    ]
  `);
  for (const one of quiz?.items ?? []) {
    if (one.maxScore === null) continue;
    const right = new Map(one.responses.map((response) => [response.id, response.correct ?? []]));
    expect([one.title, judgeItem(one, right).verdict]).toEqual([one.title, 'right']);
  }
});

test('adds the points of several right answers, in any order', () => {
  const { quiz } = read(
    item(`<presentation><material><mattext>Which are even?</mattext></material>
      <response_lid ident="r" rcardinality="Multiple"><render_choice>
        ${['1', '2', '4'].map((one) => `<response_label ident="n${one}"><material><mattext>${one}</mattext></material></response_label>`).join('')}
      </render_choice></response_lid></presentation>
      <resprocessing><outcomes><decvar maxvalue="10" varname="SCORE"/></outcomes>
        <respcondition continue="Yes"><conditionvar><varequal respident="r">n2</varequal></conditionvar><setvar action="Add" varname="SCORE">5</setvar></respcondition>
        <respcondition continue="Yes"><conditionvar><varequal respident="r">n4</varequal></conditionvar><setvar action="Add" varname="SCORE">5</setvar></respcondition>
      </resprocessing>`),
  );
  const one = only(quiz);
  expect(one.maxScore).toBe(1);
  expect(judgeItem(one, new Map([['r', ['n4', 'n2']]])).verdict).toBe('right');
  expect(judgeItem(one, new Map([['r', ['n4', 'n1']]]))).toMatchObject({ score: 0.5, verdict: 'partly' });
});

test('a picture in a question is a file of the module, and a script in it is not', () => {
  const html = '&lt;p onclick="x()"&gt;Look: &lt;img src="a.png" alt="A"&gt;&lt;script&gt;x()&lt;/script&gt;&lt;/p&gt;';
  const { quiz, report } = read(
    item(`<presentation><material><mattext texttype="text/html">${html}</mattext></material>
      <response_str ident="r"><render_fib/></response_str></presentation>`),
  );
  const text = JSON.stringify(only(quiz).body);
  expect(JSON.stringify(only(quiz).body, (_, value: unknown) => (value instanceof Map ? [...value] : value))).toContain(
    'files/a.png',
  );
  expect(text).not.toContain('x()');
  expect(report.map((one) => one.code)).toEqual(['SCRIPT_REMOVED', 'HANDLER_REMOVED']);
});
