import { expect, test } from 'vitest';
import { judgeItem } from '#core/quiz/attempt.ts';
import { plainText } from '#core/quiz/body.ts';
import { drawItem, drawnValues } from '#core/quiz/template.ts';
import { numberOf, textOf } from '#core/quiz/value.ts';
import { createReport } from '../course.ts';
import { parseXml } from '../xml.ts';
import { readQtiItem } from './qti-item.ts';
import { collectQuiz } from './quiz-file.ts';

function read(xml: string) {
  const report = createReport();
  const context = { file: 'item.xml', report, hrefOf: (address: string) => `files/${address}` };
  const root = parseXml(xml, 'item.xml');
  const pending = [{ id: 'i', name: 'item', read: (id: string) => readQtiItem(root, context, { id }) }];
  const quiz = collectQuiz({ id: 'q', title: 'Q', language: 'en' }, pending, context);
  return { item: quiz?.items[0], report: report.entries() };
}

const judged = (xml: string, ...answer: readonly string[]) => {
  const { item } = read(xml);
  if (!item) throw new Error('no item');
  return judgeItem(item, new Map([['RESPONSE', answer]]));
};

const choice3 = `<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="c" title="Attended" adaptive="false">
  <qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
    <qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
  <qti-item-body><p>Look at the sign.</p>
    <qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="1">
      <qti-prompt>What does it say?</qti-prompt>
      <qti-simple-choice identifier="A">Stay with your luggage.</qti-simple-choice>
      <qti-simple-choice identifier="B" fixed="true">Leave it.</qti-simple-choice>
    </qti-choice-interaction></qti-item-body>
  <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
  <qti-modal-feedback outcome-identifier="FEEDBACK" identifier="A" show-hide="show"><p>Yes.</p></qti-modal-feedback>
</qti-assessment-item>`;

test('QTI 3.0 and QTI 2.2 write the same item', () => {
  const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const choice2 = choice3
    .replace(/<(\/?)qti-([a-z-]+)/g, (_, slash: string, name: string) => `<${slash}${camel(name)}`)
    .replace(/ ([a-z]+(?:-[a-z]+)+)=/g, (_, name: string) => ` ${camel(name)}=`);
  expect(choice2).toContain('<choiceInteraction responseIdentifier');
  expect(read(choice2).item).toEqual(read(choice3).item);
  expect(judged(choice2, 'A').verdict).toBe('right');
  expect(judged(choice3, 'B').verdict).toBe('wrong');
});

test('responseProcessing without a rule is as good as none: a person judges, or the correct response does', () => {
  const open = `<qti-assessment-item identifier="o" title="Why">
    <qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="string"/>
    <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="2"/>
    <qti-item-body><qti-extended-text-interaction response-identifier="RESPONSE"/></qti-item-body>
    <qti-response-processing/>
  </qti-assessment-item>`;
  expect(read(open)).toMatchObject({ item: { id: 'i', processing: [], maxScore: null }, report: [] });
  const closed = choice3.replace(
    /<qti-response-processing [^>]*>/,
    '<qti-response-processing> </qti-response-processing>',
  );
  expect([judged(closed, 'A').verdict, judged(closed, 'B').verdict]).toEqual(['right', 'wrong']);
});

test('says that the answer which a question begins with is left out', () => {
  const xml = `<assessmentItem identifier="t" title="Begun">
    <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string">
      <defaultValue><value>York</value></defaultValue>
    </responseDeclaration>
    <itemBody><p><textEntryInteraction responseIdentifier="RESPONSE"/></p></itemBody>
  </assessmentItem>`;
  const { item, report } = read(xml);
  expect(item?.responses).toEqual([{ id: 'RESPONSE', cardinality: 'single', baseType: 'string' }]);
  expect(report).toMatchObject([{ code: 'QUIZ_CHANGED', detail: expect.stringContaining('Begun') }]);
});

test('keeps the text around blanks, and takes other spellings by the mapping', () => {
  const xml = `<assessmentItem identifier="t" title="Richard">
    <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string">
      <correctResponse><value>York</value></correctResponse>
      <mapping defaultValue="0"><mapEntry mapKey="York" mappedValue="1"/><mapEntry mapKey="york" mappedValue="0.5"/></mapping>
    </responseDeclaration>
    <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
    <itemBody><blockquote><p>this sun of <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="15"/>;</p></blockquote></itemBody>
    <responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>
  </assessmentItem>`;
  expect(judged(xml, 'York')).toMatchObject({ score: 1, verdict: 'right' });
  expect(judged(xml, 'york')).toMatchObject({ score: 0.5, verdict: 'partly' });
  const { item } = read(xml);
  expect(item && plainText(item.body)).toBe('this sun of ;');
});

test.each([
  ['a cell cannot have: customInteraction', '<itemBody><customInteraction responseIdentifier="R"/></itemBody>'],
  ['prints a number as %r', '<itemBody><p><printedVariable identifier="N" format="%r"/></p></itemBody>'],
  ['prints a number in base 2', '<itemBody><p><printedVariable identifier="N" base="2"/></p></itemBody>'],
  [
    'scores the time that an answer took',
    `<responseProcessing><setOutcomeValue identifier="SCORE"><variable identifier="duration"/></setOutcomeValue></responseProcessing>`,
  ],
  [
    'uses the operator customOperator org.example.Cas',
    `<responseProcessing><setOutcomeValue identifier="SCORE"><customOperator class="org.example.Cas"/></setOutcomeValue></responseProcessing>`,
  ],
])('leaves out an item that %s, and says so', (reason, inside) => {
  const { item, report } = read(`<assessmentItem identifier="x" title="X">${inside}</assessmentItem>`);
  expect(item).toBeUndefined();
  expect(report).toMatchObject([{ code: 'QUIZ_NOT_TAKEN', detail: expect.stringContaining(reason) }]);
});

test('takes a template with its draws, its blocks and its numbers in formulas', () => {
  const { item, report } = read(`<assessmentItem identifier="x" title="X">
    <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="integer"/>
    <templateDeclaration identifier="N" cardinality="single" baseType="integer" mathVariable="true"/>
    <templateDeclaration identifier="WHO" cardinality="single" baseType="identifier"/>
    <templateProcessing>
      <setTemplateValue identifier="N"><randomInteger min="2" max="4"/></setTemplateValue>
      <templateConstraint><gt><variable identifier="N"/><baseValue baseType="integer">2</baseValue></gt></templateConstraint>
      <templateCondition><templateIf><match><variable identifier="N"/><baseValue baseType="integer">3</baseValue></match>
        <setTemplateValue identifier="WHO"><baseValue baseType="identifier">THREE</baseValue></setTemplateValue></templateIf>
        <templateElse><setTemplateValue identifier="WHO"><random><multiple><baseValue baseType="identifier">FOUR</baseValue></multiple></random></setTemplateValue></templateElse></templateCondition>
      <setCorrectResponse identifier="RESPONSE"><product><variable identifier="N"/><variable identifier="N"/></product></setCorrectResponse>
    </templateProcessing>
    <itemBody><p>Square <math><mi>N</mi></math>, or <printedVariable identifier="N"/>.</p>
      <templateBlock templateIdentifier="WHO" identifier="FOUR" showHide="show"><p>It is four.</p></templateBlock>
      <p><textEntryInteraction responseIdentifier="RESPONSE"/></p></itemBody>
    <responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"/>
  </assessmentItem>`);
  if (!item) throw new Error('no item');
  expect(report).toEqual([]);
  expect(item.maxScore).toBe(1);
  const written = JSON.stringify(item.body);
  expect(written).toContain('{"kind":"feedback","outcome":"WHO","id":"FOUR","show":true');
  expect(written.match(/\{"kind":"variable","id":"N"\}/g)).toHaveLength(2);
  const drawn = drawItem(item, 'seed');
  const n = numberOf(drawnValues(drawn).get('N') ?? null) ?? 0;
  expect([3, 4]).toContain(n);
  expect(judgeItem(drawn, new Map([['RESPONSE', [String(n * n)]]])).verdict).toBe('right');
});

test('leaves out choices, areas and gaps that a template hides', () => {
  const { item, report } = read(`<assessmentItem identifier="x" title="X">
    <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"/>
    <responseDeclaration identifier="GAPS" cardinality="multiple" baseType="directedPair"/>
    <templateDeclaration identifier="SHOWN" cardinality="multiple" baseType="identifier">
      <defaultValue><value>B</value><value>G</value></defaultValue></templateDeclaration>
    <itemBody><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">
      <simpleChoice identifier="A">always</simpleChoice>
      <simpleChoice identifier="B" templateIdentifier="SHOWN" showHide="show">shown</simpleChoice>
      <simpleChoice identifier="C" templateIdentifier="SHOWN" showHide="show">not shown</simpleChoice>
      <simpleChoice identifier="D" templateIdentifier="SHOWN" showHide="hide">not hidden</simpleChoice></choiceInteraction>
      <gapMatchInteraction responseIdentifier="GAPS"><gapText identifier="W" matchMax="1">word</gapText>
        <p><gap identifier="G" templateIdentifier="SHOWN" showHide="show"/></p></gapMatchInteraction></itemBody>
  </assessmentItem>`);
  if (!item) throw new Error('no item');
  expect(report).toEqual([]);
  const [choice, gaps] = drawItem(item, 'seed').interactions;
  expect(choice && 'choices' in choice && choice.choices.map(({ id }) => id)).toEqual(['A', 'B', 'D']);
  expect(JSON.stringify(gaps)).toContain(
    '{"kind":"feedback","outcome":"SHOWN","id":"G","show":true,"children":[{"kind":"gap"',
  );
});

/** Two doors, a hint, and a second question after the first answer; three points in all. */
const adaptive = `<assessmentItem identifier="x" title="X" adaptive="true">
  <responseDeclaration identifier="DOOR" cardinality="single" baseType="identifier"/>
  <responseDeclaration identifier="WHY" cardinality="single" baseType="identifier"><correctResponse><value>luck</value></correctResponse></responseDeclaration>
  <responseDeclaration identifier="HINT" cardinality="single" baseType="boolean"/>
  <outcomeDeclaration identifier="STORY" cardinality="single" baseType="identifier"><defaultValue><value>start</value></defaultValue></outcomeDeclaration>
  <outcomeDeclaration identifier="TOLD" cardinality="single" baseType="identifier"/>
  <outcomeDeclaration identifier="PRIZE" cardinality="single" baseType="identifier"/>
  <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
  <itemBody><feedbackBlock outcomeIdentifier="STORY" identifier="start"><p>Choose.</p></feedbackBlock>
    <choiceInteraction responseIdentifier="DOOR" maxChoices="1"><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></choiceInteraction>
    <feedbackBlock outcomeIdentifier="STORY" identifier="why"><choiceInteraction responseIdentifier="WHY" maxChoices="1"><simpleChoice identifier="luck">luck</simpleChoice><simpleChoice identifier="skill">skill</simpleChoice></choiceInteraction></feedbackBlock>
    <p><endAttemptInteraction responseIdentifier="HINT" title="Hint"/></p></itemBody>
  <responseProcessing>
    <responseCondition><responseIf><variable identifier="HINT"/>
      <setOutcomeValue identifier="TOLD"><baseValue baseType="identifier">HINT</baseValue></setOutcomeValue></responseIf>
    <responseElseIf><match><variable identifier="STORY"/><baseValue baseType="identifier">start</baseValue></match>
      <setOutcomeValue identifier="PRIZE"><random><multiple><baseValue baseType="identifier">A</baseValue><baseValue baseType="identifier">B</baseValue></multiple></random></setOutcomeValue>
      <responseCondition><responseIf><match><variable identifier="DOOR"/><variable identifier="PRIZE"/></match>
        <setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition>
      <setOutcomeValue identifier="STORY"><baseValue baseType="identifier">why</baseValue></setOutcomeValue></responseElseIf>
    <responseElse>
      <responseCondition><responseIf><match><variable identifier="WHY"/><correct identifier="WHY"/></match>
        <setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><baseValue baseType="float">2</baseValue></sum></setOutcomeValue></responseIf></responseCondition>
      <setOutcomeValue identifier="completion_status"><baseValue baseType="identifier">completed</baseValue></setOutcomeValue></responseElse></responseCondition>
  </responseProcessing>
  <modalFeedback outcomeIdentifier="TOLD" identifier="HINT" showHide="show">It is luck.</modalFeedback>
</assessmentItem>`;

test('an adaptive item is judged after each submission, with outcomes that live on, until it is completed', () => {
  const { item, report } = read(adaptive);
  if (!item) throw new Error('no item');
  expect(report).toEqual([]);
  expect(item).toMatchObject({ adaptive: true, maxScore: 3 });
  const after = (...answers: readonly Record<string, string[]>[]) =>
    judgeItem(item, new Map(), {
      seed: 'try',
      submitted: new Map([['i', answers.map((one) => new Map(Object.entries(one)))]]),
    });
  expect(after()).toMatchObject({ verdict: 'unanswered', isCompleted: false });
  expect(textOf(after().outcomes.get('STORY') ?? null)).toBe('start');
  const hinted = after({ HINT: ['true'] });
  expect(textOf(hinted.outcomes.get('TOLD') ?? null)).toBe('HINT');
  expect(hinted).toMatchObject({ verdict: 'unanswered', isCompleted: false });
  const prize = textOf(after({ DOOR: ['A'] }).outcomes.get('PRIZE') ?? null) ?? '';
  const won = after({ DOOR: [prize] });
  expect(won).toMatchObject({ score: 1, verdict: 'partly', isCompleted: false });
  expect(won.outcomes).toEqual(after({ DOOR: [prize] }).outcomes);
  expect(numberOf(won.outcomes.get('numAttempts') ?? null)).toBe(1);
  expect(after({ DOOR: [prize] }, { DOOR: [prize], WHY: ['luck'] })).toMatchObject({
    score: 3,
    verdict: 'right',
    isCompleted: true,
  });
  expect(after({ DOOR: [prize] }, { WHY: ['skill'] })).toMatchObject({
    score: 1,
    verdict: 'partly',
    isCompleted: true,
  });
});

test('an address of the platform that was left in the words is taken out, and told about', () => {
  const { item, report } = read(`<assessmentItem identifier="x" title="X"><itemBody>
    <p>See $CANVAS_OBJECT_REFERENCE$/quizzes/i12 or %24WIKI_REFERENCE%24/pages/two, for $5 and $x$.</p></itemBody></assessmentItem>`);
  expect(item && plainText(item.body)).toBe('See or for $5 and $x$.');
  expect(report.map(({ code, detail }) => [code, detail])).toEqual([
    ['MISSING_TARGET', '$CANVAS_OBJECT_REFERENCE$/quizzes/i12'],
    ['MISSING_TARGET', '%24WIKI_REFERENCE%24/pages/two,'],
  ]);
});
