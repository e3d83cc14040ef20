import { expect, test } from 'vitest';
import { judgeItem } from '#core/quiz/attempt.ts';
import { plainText } from '#core/quiz/body.ts';
import { drawItem, drawnValues } from '#core/quiz/template.ts';
import { numberOf } from '#core/quiz/value.ts';
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
  ['is adaptive', 'adaptive="true"', ''],
  [
    'hides choices by a template',
    '',
    '<itemBody><choiceInteraction responseIdentifier="R"><simpleChoice identifier="A" templateIdentifier="T">a</simpleChoice></choiceInteraction></itemBody>',
  ],
  ['a cell cannot have: customInteraction', '', '<itemBody><customInteraction responseIdentifier="R"/></itemBody>'],
])('leaves out an item that %s, and says so', (reason, attributes, inside) => {
  const { item, report } = read(`<assessmentItem identifier="x" title="X" ${attributes}>${inside}</assessmentItem>`);
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

test('leaves out an item whose rules use what core does not judge', () => {
  const { item, report } = read(`<assessmentItem identifier="x" title="X"><itemBody><p>?</p></itemBody>
    <responseProcessing><setOutcomeValue identifier="SCORE"><customOperator class="x"/></setOutcomeValue></responseProcessing></assessmentItem>`);
  expect(item).toBeUndefined();
  expect(report[0]?.detail).toContain('customOperator');
});
