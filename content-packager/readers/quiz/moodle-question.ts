import type { BodyNode } from '#core/quiz/body.ts';
import type { Expression, Rule } from '#core/quiz/expression.ts';
import type { Choice, Interaction } from '#core/quiz/interaction.ts';
import type { QuizItem, ResponseDeclaration } from '#core/quiz/quiz.ts';
import { maxScoreOf } from './max-score.ts';
import { type MoodleAnswer, type MoodleQuestion, moodleChoices } from './moodle-bank.ts';
import { matchCorrect, operator, score } from './qti-processing.ts';
import { type QuizContext, toBody } from './quiz-body.ts';
import { QuizProblem } from './quiz-problem.ts';
import { htmlNodes, sourceText } from './source-node.ts';

/** The question's responses, how they are asked, and the rules of their points, before the mark is applied. */
interface Asked {
  readonly body: readonly BodyNode[];
  readonly interactions: readonly Interaction[];
  readonly responses: readonly ResponseDeclaration[];
  /** Rules that add the points, of `mark` at most; undefined when a person has to judge. */
  readonly scoring: ((mark: number) => readonly Rule[]) | undefined;
  /** Rules that show what the tutor wrote about an answer. */
  readonly feedback: readonly { readonly id: string; readonly html: string; readonly when: Expression }[];
}

const ID = 'RESPONSE';
const asNumber = (value: number): Expression => ({ kind: 'baseValue', baseType: 'float', value: String(value) });
const variable = (id: string): Expression => ({ kind: 'variable', id });
const answered = (id: string): BodyNode => ({ kind: 'interaction', response: id });

/**
 * Turns a question of a Moodle backup into an item. `mark` is what the quiz gives for it. Throws QuizProblem for types
 * that need a server, such as calculated questions.
 */
export function readMoodleQuestion(
  question: MoodleQuestion,
  options: {
    readonly id: string;
    readonly mark: number;
    readonly context: QuizContext;
    readonly bank: ReadonlyMap<string, MoodleQuestion>;
  },
): QuizItem {
  const { id, mark, context } = options;
  const asked = ask(question, context, options.bank);
  const general = question.generalFeedback;
  const rules = asked.scoring?.(mark) ?? [];
  const shown = [
    ...asked.feedback,
    ...(general === ''
      ? []
      : [{ id: 'general', html: general, when: { kind: 'baseValue', baseType: 'boolean', value: 'true' } as const }]),
  ].filter(({ html }) => sourceText(htmlNodes(html, context.file)) !== '');
  const item: QuizItem = {
    id,
    title: question.name.slice(0, 1000),
    body: asked.body,
    interactions: [...asked.interactions],
    responses: [...asked.responses],
    outcomes: [
      { id: 'SCORE', cardinality: 'single', baseType: 'float' },
      { id: 'FEEDBACK', cardinality: 'multiple', baseType: 'identifier' },
    ],
    processing: [...rules, ...shown.map(({ id: one, when }) => showWhen(one, when))],
    feedback: shown.map(({ id: one, html }) => ({
      outcome: 'FEEDBACK',
      id: one,
      show: true,
      body: body(html, context),
    })),
    maxScore: null,
  };
  return { ...item, maxScore: asked.scoring ? maxScoreOf(item, mark) : null };
}

function showWhen(id: string, condition: Expression): Rule {
  const more = operator('multiple', [variable('FEEDBACK'), { kind: 'baseValue', baseType: 'identifier', value: id }]);
  return {
    kind: 'if',
    branches: [{ condition, rules: [{ kind: 'set', id: 'FEEDBACK', value: more }] }],
    otherwise: [],
  };
}

function body(html: string, context: QuizContext): BodyNode[] {
  return toBody(htmlNodes(html, context.file), context, () => undefined);
}

function ask(question: MoodleQuestion, context: QuizContext, bank: ReadonlyMap<string, MoodleQuestion>): Asked {
  const text = body(question.text, context);
  switch (question.type) {
    case 'multichoice':
    case 'truefalse':
      return askChoice(question, text, context);
    case 'shortanswer':
    case 'numerical':
      return askTyped(question, text, ID);
    case 'match':
    case 'randomsamatch':
      return askMatch(question, text, context);
    case 'essay':
      return {
        ...nothing(text),
        body: [...text, answered(ID)],
        interactions: [{ kind: 'extendedText', response: ID }],
        responses: [{ id: ID, cardinality: 'single', baseType: 'string' }],
      };
    case 'description':
      return nothing(text);
    case 'multianswer':
      return askParts(question, text, context, bank);
    case 'gapselect':
    case 'ddwtos':
      return askGaps(question, text);
    case 'ordering':
      return askOrder(question, text, context);
    default:
      throw new QuizProblem(`is of Moodle's type "${question.type}"`);
  }
}

function nothing(text: readonly BodyNode[]): Asked {
  return { body: text, interactions: [], responses: [], scoring: undefined, feedback: [] };
}

function choiceOf(answer: MoodleAnswer, context: QuizContext): Choice {
  return { id: `a${answer.id}`, body: body(answer.text, context) };
}

function askChoice(question: MoodleQuestion, text: readonly BodyNode[], context: QuizContext): Asked {
  const isSingle = question.isSingle;
  const best = Math.max(...question.answers.map((one) => one.fraction));
  const right = question.answers.filter((one) => (isSingle ? one.fraction === best : one.fraction > 0));
  const response: ResponseDeclaration = {
    id: ID,
    cardinality: isSingle ? 'single' : 'multiple',
    baseType: 'identifier',
    correct: right.slice(0, isSingle ? 1 : right.length).map((one) => `a${one.id}`),
    mapping: {
      default: 0,
      lower: 0,
      upper: 1,
      entries: question.answers.map((one) => ({ key: `a${one.id}`, points: one.fraction })),
    },
  };
  const choices = question.answers.map((one) => choiceOf(one, context));
  const shuffle = question.isShuffled ? { shuffle: true } : {};
  return {
    body: [...text, answered(ID)],
    interactions: [{ kind: 'choice', response: ID, choices, maxChoices: isSingle ? 1 : 0, ...shuffle }],
    responses: [response],
    scoring: (mark) => [addMapped(ID, mark)],
    feedback: question.answers.map((one) => ({
      id: `f${one.id}`,
      html: one.feedback,
      when: isSingle
        ? operator('match', [variable(ID), { kind: 'baseValue', baseType: 'identifier', value: `a${one.id}` }])
        : operator('member', [{ kind: 'baseValue', baseType: 'identifier', value: `a${one.id}` }, variable(ID)]),
    })),
  };
}

/** Typed answers: the first answer that fits gives its points; `*` stands for any text, as in Moodle. */
function askTyped(question: MoodleQuestion, text: readonly BodyNode[], id: string): Asked {
  const isNumber = question.type === 'numerical';
  const fits = (answer: MoodleAnswer): Expression =>
    isNumber ? numberFits(answer, id) : textFits(answer.plain, id, question.isCaseSensitive);
  const best = question.answers.find((one) => one.fraction === 1 && one.plain !== '*');
  return {
    body: [...text, answered(id)],
    interactions: [{ kind: 'textEntry', response: id }],
    responses: [
      {
        id,
        cardinality: 'single',
        baseType: isNumber ? 'float' : 'string',
        ...(best ? { correct: [isNumber ? best.plain.replace(',', '.') : best.plain.replaceAll('\\*', '*')] } : {}),
      },
    ],
    scoring: (mark) => [
      {
        kind: 'if',
        branches: question.answers.map((one) => ({
          condition: fits(one),
          rules: [add(asNumber(mark * one.fraction))],
        })),
        otherwise: [],
      },
    ],
    feedback: question.answers.map((one) => ({ id: `f${one.id}`, html: one.feedback, when: fits(one) })),
  };
}

/** The rule that adds points to what was won so far. */
function add(value: Expression): Rule {
  return score(operator('sum', [variable('SCORE'), value]));
}

function addMapped(id: string, mark: number): Rule {
  return add(operator('product', [{ kind: 'mapResponse', id }, asNumber(mark)]));
}

function textFits(pattern: string, id: string, isCaseSensitive: boolean): Expression {
  const settings = new Map([['case-sensitive', String(isCaseSensitive)]]);
  if (!/(?<!\\)\*/.test(pattern)) {
    const value = pattern.replaceAll('\\*', '*');
    return operator('stringMatch', [variable(id), { kind: 'baseValue', baseType: 'string', value }], settings);
  }
  const isFolded = (letter: string): string =>
    !isCaseSensitive && letter.toLowerCase() !== letter.toUpperCase()
      ? `[${letter.toLowerCase()}${letter.toUpperCase()}]`
      : letter;
  const expression = pattern
    .split(/(?<!\\)\*/)
    .map((part) =>
      [...part.replaceAll('\\*', '*')]
        .map((letter) => (/[\\^$.*+?()[\]{}|/-]/.test(letter) ? `\\${letter}` : isFolded(letter)))
        .join(''),
    )
    .join('.*');
  return operator('patternMatch', [variable(id)], new Map([['pattern', expression]]));
}

function numberFits(answer: MoodleAnswer, id: string): Expression {
  if (answer.plain === '*') return operator('not', [operator('isNull', [variable(id)])]);
  const value: Expression = { kind: 'baseValue', baseType: 'float', value: answer.plain.replace(',', '.') };
  const settings = new Map([
    ['tolerance-mode', 'absolute'],
    ['tolerance', String(answer.tolerance)],
  ]);
  return operator('equal', [value, variable(id)], settings);
}

function askMatch(question: MoodleQuestion, text: readonly BodyNode[], context: QuizContext): Asked {
  const targets = [...new Set(question.pairs.map((pair) => pair.answer))];
  const sources = question.pairs.filter(
    (pair) => sourceText(htmlNodes(pair.question, context.file)) !== '' || /<img/.test(pair.question),
  );
  const pairs = sources.map((pair) => `s${pair.id} t${targets.indexOf(pair.answer)}`);
  const response: ResponseDeclaration = {
    id: ID,
    cardinality: 'multiple',
    baseType: 'directedPair',
    correct: pairs,
    mapping: { default: 0, lower: 0, upper: 1, entries: pairs.map((key) => ({ key, points: 1 / pairs.length })) },
  };
  const interaction: Interaction = {
    kind: 'match',
    response: ID,
    sources: sources.map((pair) => ({ id: `s${pair.id}`, body: body(pair.question, context), matchMax: 1 })),
    targets: targets.map((answer, index) => ({ id: `t${index}`, body: [answer], matchMax: 0 })),
    maxAssociations: pairs.length,
    ...(question.isShuffled ? { shuffle: true } : {}),
  };
  return {
    body: [...text, answered(ID)],
    interactions: [interaction],
    responses: [response],
    scoring: (mark) => [addMapped(ID, mark)],
    feedback: [],
  };
}

/** Cloze: `{#1}` in the text stands for the first of the questions inside. */
function askParts(
  question: MoodleQuestion,
  text: readonly BodyNode[],
  context: QuizContext,
  bank: ReadonlyMap<string, MoodleQuestion>,
): Asked {
  const parts = question.sequence.map((partId, index) => {
    const part = bank.get(partId);
    if (!part) throw new QuizProblem('has a part that is not in the backup');
    const id = `RESPONSE${index + 1}`;
    if (part.type === 'shortanswer' || part.type === 'numerical')
      return { ...askTyped(part, [], id), weight: part.mark };
    if (part.type !== 'multichoice') throw new QuizProblem(`has a part of Moodle's type "${part.type}"`);
    const choice = askChoice(part, [], context);
    const [response] = choice.responses;
    if (!response || !part.isSingle) throw new QuizProblem('has a part with several answers');
    const choices = part.answers.map((one) => choiceOf(one, context));
    const interaction: Interaction = { kind: 'inlineChoice', response: id, choices };
    return {
      interactions: [interaction],
      responses: [{ ...response, id }],
      scoring: (mark: number) => [addMapped(id, mark)],
      weight: part.mark,
    };
  });
  const total = parts.reduce((sum, part) => sum + part.weight, 0) || 1;
  const placed = replaceInText(text, /(\{#\d+\})/, (mark) => answered(`RESPONSE${mark.slice(2, -1)}`));
  return {
    body: placed,
    interactions: parts.flatMap((part) => part.interactions),
    responses: parts.flatMap((part) => part.responses),
    scoring: (mark) => parts.flatMap((part) => part.scoring?.((mark * part.weight) / total) ?? []),
    feedback: [],
  };
}

/** `[[1]]` in the text is a gap for the first choice. */
function askGaps(question: MoodleQuestion, text: readonly BodyNode[]): Asked {
  const all = moodleChoices(question);
  const gaps: { readonly id: string; readonly right: string; readonly choices: readonly Choice[] }[] = [];
  const placed = replaceInText(text, /(\[\[\d+\]\])/, (mark) => {
    const right = all[Number(mark.slice(2, -2)) - 1];
    if (!right) throw new QuizProblem('has a gap without an answer');
    const id = `RESPONSE${gaps.length + 1}`;
    const choices = all.filter((one) => one.group === right.group).map((one) => ({ id: one.id, body: [one.text] }));
    gaps.push({ id, right: right.id, choices });
    return answered(id);
  });
  return {
    body: placed,
    interactions: gaps.map(({ id, choices }) => ({ kind: 'inlineChoice', response: id, choices: [...choices] })),
    responses: gaps.map(({ id, right }) => ({
      id,
      cardinality: 'single',
      baseType: 'identifier',
      correct: [right],
      mapping: { default: 0, entries: [{ key: right, points: 1 / gaps.length }] },
    })),
    scoring: (mark) => gaps.map(({ id }) => addMapped(id, mark)),
    feedback: [],
  };
}

function askOrder(question: MoodleQuestion, text: readonly BodyNode[], context: QuizContext): Asked {
  const ordered = [...question.answers].sort((a, b) => a.fraction - b.fraction);
  const ids = ordered.map((one) => `a${one.id}`);
  return {
    body: [...text, answered(ID)],
    interactions: [
      { kind: 'order', response: ID, choices: question.answers.map((one) => choiceOf(one, context)), shuffle: true },
    ],
    responses: [{ id: ID, cardinality: 'ordered', baseType: 'identifier', correct: ids }],
    scoring: (mark) => matchCorrect([ID], asNumber(mark)),
    feedback: [],
  };
}

function replaceInText(nodes: readonly BodyNode[], mark: RegExp, make: (mark: string) => BodyNode): BodyNode[] {
  return nodes.flatMap((node): BodyNode[] => {
    if (typeof node === 'string')
      return node.split(mark).flatMap((part) => (part === '' ? [] : mark.test(part) ? [make(part)] : [part]));
    return 'children' in node ? [{ ...node, children: replaceInText(node.children, mark, make) }] : [node];
  });
}
