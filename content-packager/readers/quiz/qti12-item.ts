import type { BodyNode } from '#core/quiz/body.ts';
import type { Choice, Interaction } from '#core/quiz/interaction.ts';
import type { QuizItem, ResponseDeclaration } from '#core/quiz/quiz.ts';
import { maxScoreOf } from './max-score.ts';
import { allBelow, childOf, childrenOf } from './qti-names.ts';
import { readConditions } from './qti12-conditions.ts';
import { pictureOf, type QuizContext, toBody } from './quiz-body.ts';
import { QuizProblem } from './quiz-problem.ts';
import { htmlNodes, type SourceElement, sourceText } from './source-node.ts';

const none = (): undefined => undefined;
/** Questions of Canvas and of the Common Cartridge profile that ask for something a device in a cell does not have. */
const NOT_HERE: ReadonlyMap<string, string> = new Map([
  ['file_upload_question', 'asks for a file; use an assignment instead'],
  ['calculated_question', 'makes its numbers by chance (a formula question)'],
]);

/** A response of QTI 1.2, and how it is asked here. */
export interface Asked {
  readonly response: ResponseDeclaration;
  readonly interaction: Interaction;
  /** Text of every label, where answers are typed although the source lists them. */
  readonly typed: ReadonlyMap<string, string>;
}

/** Labels and values of `qtimetadata`, such as `cc_profile` and `question_type`. */
export function readMetadata(element: SourceElement | undefined): ReadonlyMap<string, string> {
  const fields = element ? allBelow(element, 'qtimetadatafield') : [];
  return new Map(
    fields.map((field) => [
      sourceText(childOf(field, 'fieldlabel')?.content ?? []),
      sourceText(childOf(field, 'fieldentry')?.content ?? []),
    ]),
  );
}

/** Reads a QTI 1.2 `item`. Throws QuizProblem. */
export function readQti12Item(element: SourceElement, context: QuizContext, id: string): QuizItem {
  const metadata = readMetadata(childOf(element, 'itemmetadata'));
  const type = metadata.get('question_type') ?? metadata.get('cc_profile') ?? '';
  const notHere = NOT_HERE.get(type);
  if (notHere !== undefined) throw new QuizProblem(notHere);
  const presentation = childOf(element, 'presentation');
  if (presentation === undefined) throw new QuizProblem('has no text');
  const responses = allBelow(
    presentation,
    'response_lid',
    'response_str',
    'response_num',
    'response_grp',
    'response_xy',
  );
  const asked = responses.map((one) => readResponse(one, { type, isAlone: responses.length === 1, context }));
  const points = Number(metadata.get('points_possible') ?? '1');
  const { rules, correct } = readConditions(element, asked, points > 0 ? points : 1);
  const item: QuizItem = {
    id,
    title: (element.attributes.get('title') ?? '').slice(0, 1000),
    body: bodyOf(presentation, asked, context),
    interactions: asked.map((one) => one.interaction),
    responses: asked.map(({ response }) => {
      const right = correct.get(response.id);
      return right === undefined ? response : { ...response, correct: [...right] };
    }),
    outcomes: [
      { id: 'SCORE', cardinality: 'single', baseType: 'float' },
      { id: 'FEEDBACK', cardinality: 'multiple', baseType: 'identifier' },
    ],
    processing: asked.some(({ interaction }) => interaction.kind === 'extendedText') ? [] : rules,
    feedback: childrenOf(element, 'itemfeedback')
      .filter((one) => one.attributes.get('view') !== 'Tutor')
      .map((one) => ({
        outcome: 'FEEDBACK',
        id: one.attributes.get('ident') ?? '',
        show: true,
        body: materialBody(one, context),
      }))
      .filter(({ body, id: ident }) => body.length > 0 && ident !== ''),
    maxScore: null,
  };
  return { ...item, maxScore: maxScoreOf(item, undefined) };
}

interface Place {
  readonly type: string;
  /** The only response of its item. */
  readonly isAlone: boolean;
  readonly context: QuizContext;
}

function readResponse(element: SourceElement, { type, isAlone, context }: Place): Asked {
  const id = element.attributes.get('ident') ?? 'response1';
  const cardinality = (element.attributes.get('rcardinality') ?? 'Single').toLowerCase();
  const labels = allBelow(element, 'response_label');
  const choices: Choice[] = labels.map((one) => ({
    id: one.attributes.get('ident') ?? '',
    body: materialBody(one, context),
  }));
  const isTyped = type === 'fill_in_multiple_blanks_question';
  const typed = new Map(
    isTyped ? labels.map((one) => [one.attributes.get('ident') ?? '', sourceText(one.content)]) : [],
  );
  if (element.name === 'response_lid' && !isTyped) {
    const shuffle = allBelow(element, 'render_choice')[0]?.attributes.get('shuffle') === 'Yes' ? { shuffle: true } : {};
    const isOrdered = cardinality === 'ordered';
    const response: ResponseDeclaration = {
      id,
      cardinality: isOrdered ? 'ordered' : cardinality === 'multiple' ? 'multiple' : 'single',
      baseType: 'identifier',
    };
    if (isOrdered) return { response, interaction: { kind: 'order', response: id, choices, ...shuffle }, typed };
    if (!isAlone && cardinality === 'single')
      return { response, interaction: { kind: 'inlineChoice', response: id, choices, ...labelOf(element) }, typed };
    const maxChoices = cardinality === 'multiple' ? 0 : 1;
    return { response, interaction: { kind: 'choice', response: id, choices, maxChoices, ...shuffle }, typed };
  }
  if (element.name === 'response_grp' || element.name === 'response_xy')
    throw new QuizProblem(`has a response of kind ${element.name}`);
  const fib = allBelow(element, 'render_fib')[0];
  const isNumber =
    element.name === 'response_num' ||
    /decimal|integer|scientific/i.test(fib?.attributes.get('fibtype') ?? '') ||
    type === 'numerical_question';
  const isEssay = /essay/.test(type) || Number(fib?.attributes.get('rows') ?? '1') > 1;
  const response: ResponseDeclaration = { id, cardinality: 'single', baseType: isNumber ? 'float' : 'string' };
  const interaction: Interaction = isEssay
    ? { kind: 'extendedText', response: id }
    : { kind: 'textEntry', response: id, ...labelOf(element) };
  return { response, interaction, typed };
}

/** Text and responses in their order. Canvas writes `[name]` where the response `response_name` belongs. */
function bodyOf(presentation: SourceElement, asked: readonly Asked[], context: QuizContext): BodyNode[] {
  const placed = new Set<string>();
  const place = (body: readonly BodyNode[]): BodyNode[] => body.flatMap((node) => placeInText(node, asked, placed));
  const walk = (element: SourceElement): BodyNode[] =>
    element.content.flatMap((child): BodyNode[] => {
      if (typeof child === 'string') return [];
      if (child.name === 'material') return place(materialBody(child, context));
      if (!/^response_/.test(child.name)) return walk(child);
      const id = child.attributes.get('ident') ?? 'response1';
      if (placed.has(id)) return [];
      placed.add(id);
      const own = asked.length > 1 ? childrenOf(child, 'material').flatMap((one) => materialBody(one, context)) : [];
      const node: BodyNode = { kind: 'interaction', response: id };
      return own.length === 0
        ? [...childrenOf(child, 'material').flatMap((one) => materialBody(one, context)), node]
        : [{ kind: 'element', name: 'p', attributes: new Map(), children: [...own, ' ', node] }];
    });
  return walk(presentation);
}

function placeInText(node: BodyNode, asked: readonly Asked[], placed: Set<string>): BodyNode[] {
  if (typeof node !== 'string') {
    if (!('children' in node)) return [node];
    return [{ ...node, children: node.children.flatMap((child) => placeInText(child, asked, placed)) }];
  }
  return node.split(/(\[[^[\]]{1,100}\])/).flatMap((part): BodyNode[] => {
    const id = `response_${part.slice(1, -1)}`;
    const isPlace = part.startsWith('[') && asked.some(({ response }) => response.id === id) && !placed.has(id);
    if (!isPlace) return part === '' ? [] : [part];
    placed.add(id);
    return [{ kind: 'interaction', response: id }];
  });
}

/** The text, pictures and sound of the materials below an element. */
export function materialBody(element: SourceElement, context: QuizContext): BodyNode[] {
  const parts = allBelow(element, 'mattext', 'matemtext', 'matimage', 'mataudio', 'matvideo', 'matbreak');
  return parts.flatMap((part): BodyNode[] => {
    const address = part.attributes.get('uri') ?? '';
    switch (part.name) {
      case 'matimage': {
        const image = pictureOf(
          [
            {
              name: 'img',
              attributes: new Map([
                ['src', address],
                ['alt', sourceText(part.content)],
              ]),
              content: [],
            },
          ],
          context,
        );
        const attributes = new Map([
          ['src', image?.href ?? ''],
          ['alt', image?.alt ?? ''],
        ]);
        return image === undefined ? [] : [{ kind: 'element', name: 'img', attributes, children: [] }];
      }
      case 'mataudio':
      case 'matvideo': {
        const href = context.hrefOf(address);
        const attributes = new Map([
          ['src', href ?? ''],
          ['controls', ''],
        ]);
        return href === undefined ? [] : [{ kind: 'element', name: part.name.slice(3), attributes, children: [] }];
      }
      case 'matbreak':
        return [{ kind: 'element', name: 'br', attributes: new Map(), children: [] }];
      default: {
        const isHtml =
          part.attributes.get('texttype') === 'text/html' || part.attributes.get('texttype') === 'text/xhtml';
        const hasElements = part.content.some((node) => typeof node !== 'string');
        if (hasElements) return toBody(part.content, context, none);
        const text = part.content.join('');
        return isHtml ? toBody(htmlNodes(text, context.file), context, none) : toBody([text], context, none);
      }
    }
  });
}

function labelOf(element: SourceElement): { label?: string } {
  const label = sourceText(childrenOf(element, 'material'));
  return label === '' ? {} : { label: label.slice(0, 1000) };
}
