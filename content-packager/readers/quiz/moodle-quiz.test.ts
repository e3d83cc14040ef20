import { expect, test } from 'vitest';
import { judgeItem } from '#core/quiz/attempt.ts';
import { createReport } from '../course.ts';
import { parseXml } from '../xml.ts';
import { readMoodleBank } from './moodle-bank.ts';
import { readMoodleQuiz } from './moodle-quiz.ts';

const answer = (id: string, text: string, fraction: number, feedback = '') =>
  `<answer id="${id}"><answertext>${text}</answertext><answerformat>1</answerformat><fraction>${fraction}</fraction><feedback>${feedback}</feedback></answer>`;
const question = (id: string, type: string, text: string, plugin: string) =>
  `<question_bank_entry id="e${id}"><question_version><question_versions id="v${id}"><version>1</version><questions>
     <question id="${id}"><name>Q${id}</name><questiontext>${text}</questiontext><generalfeedback>$@NULL@$</generalfeedback>
     <defaultmark>1.0</defaultmark><qtype>${type}</qtype><plugin_qtype_${type}_question>${plugin}</plugin_qtype_${type}_question></question>
   </questions></question_versions></question_version></question_bank_entry>`;

const bank = readMoodleBank(
  parseXml(
    `<question_categories><question_category id="1"><question_bank_entries>
      ${question('1', 'multichoice', '&lt;p&gt;Even?&lt;/p&gt;', `<answers>${answer('11', '2', 0.5)}${answer('12', '4', 0.5)}${answer('13', '5', -1)}</answers><multichoice id="1"><single>0</single></multichoice>`)}
      ${question('2', 'shortanswer', 'Largest planet?', `<answers>${answer('21', 'Jup*er', 1, '&lt;b&gt;Yes&lt;/b&gt;')}${answer('22', '*', 0)}</answers><shortanswer id="2"><usecase>0</usecase></shortanswer>`)}
      ${question('3', 'numerical', 'Pi?', `<answers>${answer('31', '3.14', 1)}</answers><numerical_records><numerical_record id="1"><answer>31</answer><tolerance>0.01</tolerance></numerical_record></numerical_records>`)}
      ${question('4', 'match', 'Pairs', `<matches><match id="41"><questiontext>dog</questiontext><answertext>hond</answertext></match><match id="42"><questiontext>cat</questiontext><answertext>kat</answertext></match><match id="43"><questiontext></questiontext><answertext>koe</answertext></match></matches>`)}
      ${question('5', 'multianswer', 'One and one is {#1}, {#2}.', `<multianswer id="5"><sequence>6,7</sequence></multianswer>`)}
      ${question('6', 'numerical', '{1:NUMERICAL:=2}', `<answers>${answer('61', '2', 1)}</answers>`)}
      ${question('7', 'multichoice', '{1:MC}', `<answers>${answer('71', 'yes', 1)}${answer('72', 'no', 0)}</answers><multichoice id="7"><single>1</single></multichoice>`)}
      ${question('8', 'gapselect', 'The [[2]] sat on the [[1]].', `<answers>${answer('81', 'mat', 0, '1')}${answer('82', 'cat', 0, '1')}</answers>`)}
      ${question('9', 'calculated', '{a}+{b}', `<answers>${answer('91', '{a}+{b}', 1)}</answers>`)}
      ${question('10', 'essay', 'Tell us.', '')}
    </question_bank_entries></question_category></question_categories>`,
    'questions.xml',
  ),
);

const slots = ['1', '2', '3', '4', '5', '8', '9', '10'];
const quizXml = parseXml(
  `<activity><quiz id="1"><name>Test</name><intro>&lt;p&gt;Try.&lt;/p&gt;</intro><attempts_number>3</attempts_number><question_instances>
    ${slots.map((id, index) => `<question_instance id="${index}"><slot>${index + 1}</slot><maxmark>2.0</maxmark><question_reference id="r"><questionbankentryid>e${id}</questionbankentryid></question_reference></question_instance>`).join('')}
  </question_instances></quiz></activity>`,
  'quiz.xml',
);

function read() {
  const report = createReport();
  const context = { file: 'quiz.xml', report, hrefOf: () => undefined };
  const quiz = readMoodleQuiz(quizXml, bank, {
    head: { id: 'quiz', title: 'Test', language: 'en', maxAttempts: 3 },
    context,
    contextOf: () => context,
  });
  if (!quiz) throw new Error('no quiz');
  const judge = (id: string, answers: Readonly<Record<string, readonly string[]>>) => {
    const item = quiz.items.find((one) => one.id === `question-${id}`);
    if (!item) throw new Error(`no question ${id}`);
    return judgeItem(item, new Map(Object.entries(answers)));
  };
  return { quiz, report: report.entries(), judge };
}

test('takes over every type that can be judged here, with its marks, and names the one that cannot', () => {
  const { quiz, report } = read();
  expect(quiz).toMatchObject({ title: 'Test', maxAttempts: 3 });
  expect(quiz.items.map((one) => [one.id.slice(9), one.maxScore])).toEqual([
    ['1', 2],
    ['2', 2],
    ['3', 2],
    ['4', 2],
    ['5', 2],
    ['8', 2],
    ['10', null],
  ]);
  expect(report).toMatchObject([{ code: 'QUIZ_NOT_TAKEN', detail: expect.stringContaining('calculated') }]);
});

test('adds and takes off parts of the mark, never below nothing', () => {
  const { judge } = read();
  expect(judge('1', { RESPONSE: ['a11', 'a12'] })).toMatchObject({ score: 2, verdict: 'right' });
  expect(judge('1', { RESPONSE: ['a11'] })).toMatchObject({ score: 1, verdict: 'partly' });
  expect(judge('1', { RESPONSE: ['a11', 'a13'] })).toMatchObject({ score: 0, verdict: 'wrong' });
});

test('takes a star for any letters, and a number within its tolerance', () => {
  const { judge } = read();
  expect(judge('2', { RESPONSE: ['JUPITER'] }).verdict).toBe('right');
  expect(judge('2', { RESPONSE: ['Mars'] }).verdict).toBe('wrong');
  expect(judge('3', { RESPONSE: ['3,145'] }).verdict).toBe('right');
  expect(judge('3', { RESPONSE: ['3.2'] }).verdict).toBe('wrong');
});

test('judges pairs, cloze texts and gaps part by part', () => {
  const { judge } = read();
  expect(judge('4', { RESPONSE: ['s41 t0', 's42 t1'] }).verdict).toBe('right');
  expect(judge('4', { RESPONSE: ['s41 t0', 's42 t2'] })).toMatchObject({ score: 1, verdict: 'partly' });
  expect(judge('5', { RESPONSE1: ['2'], RESPONSE2: ['a71'] }).verdict).toBe('right');
  expect(judge('5', { RESPONSE1: ['3'], RESPONSE2: ['a71'] })).toMatchObject({ score: 1, verdict: 'partly' });
  expect(judge('8', { RESPONSE1: ['c82'], RESPONSE2: ['c81'] }).verdict).toBe('right');
});
