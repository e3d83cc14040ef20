import type { BodyNode } from '#core/quiz/body.ts';
import type { Interaction } from '#core/quiz/interaction.ts';
import { NUMBER_FORMAT } from '#core/quiz/print.ts';
import type { OutcomeDeclaration, QuizItem, ResponseDeclaration } from '#core/quiz/quiz.ts';
import { BASE_TYPES, CARDINALITIES } from '#core/quiz/value.ts';
import { maxScoreOf } from './max-score.ts';
import { isInteraction, readInteraction, readShape } from './qti-interactions.ts';
import { allBelow, childOf, childrenOf, normalQti, numberIn } from './qti-names.ts';
import { hasRules, matchCorrect, readProcessing, readTemplateRules } from './qti-processing.ts';
import { type QuizContext, type SpecialElement, toBody } from './quiz-body.ts';
import { QuizProblem } from './quiz-problem.ts';
import { elementsAmong, type SourceElement, sourceText } from './source-node.ts';

/**
 * Reads a QTI 2.x or 3.0 `assessmentItem`. `before` stands above the question, such as a shared stimulus. Throws
 * QuizProblem when the item needs something that a device in a cell does not have.
 */
export function readQtiItem(
  written: SourceElement,
  context: QuizContext,
  options: { readonly id: string; readonly before?: readonly BodyNode[] },
): QuizItem {
  const element = normalQti(written);
  const isAdaptive = element.attributes.get('adaptive') === 'true';
  const variables = childrenOf(element, 'templateDeclaration').map(readOutcome);
  const inMaths = new Set(
    childrenOf(element, 'templateDeclaration')
      .filter((one) => one.attributes.get('math-variable') === 'true')
      .map((one) => one.attributes.get('identifier') ?? ''),
  );
  const declarations = childrenOf(element, 'responseDeclaration');
  const responses = declarations.map(readResponse);
  if (declarations.some((one) => childOf(one, 'defaultValue'))) {
    const name = element.attributes.get('title') ?? options.id;
    context.report.add(context.file, 'QUIZ_CHANGED', `question "${name}" begins without the answer it was given`);
  }
  const interactions: Interaction[] = [];
  const special: SpecialElement = (one) => {
    if (one.name === 'mi' && inMaths.has(sourceText(one.content))) return [numberInMaths(sourceText(one.content))];
    if (one.name === 'mediaInteraction') return toBody(one.content, context, special);
    if (one.name === 'positionObjectStage') return positionObjects(one, context, special, interactions);
    if (isInteraction(one)) {
      const interaction = readInteraction(one, context, special);
      interactions.push(interaction);
      return [{ kind: 'interaction', response: interaction.response }];
    }
    return otherElement(one, context, special);
  };
  const itemBody = childOf(element, 'itemBody');
  const body = itemBody ? toBody(itemBody.content, context, special) : [];
  const usable = withDeclarations(responses, interactions);
  const processing = childrenOf(element, 'responseProcessing').find(hasRules);
  const correct = usable.filter((one) => one.correct).map((one) => one.id);
  const rules = processing
    ? readProcessing(processing, usable)
    : correct.length > 0 && correct.length === interactions.length
      ? matchCorrect(correct)
      : [];
  const outcomes = withScore(childrenOf(element, 'outcomeDeclaration').map(readOutcome));
  const item: QuizItem = {
    id: options.id,
    title: (element.attributes.get('title') ?? '').slice(0, 1000),
    body: [...(options.before ?? []), ...body],
    interactions,
    responses: usable,
    outcomes,
    processing: rules,
    feedback: childrenOf(element, 'modalFeedback').map((one) => readFeedback(one, context, special)),
    maxScore: null,
    ...(isAdaptive ? { adaptive: true } : {}),
    ...(variables.length === 0
      ? {}
      : { template: { variables, rules: readTemplateRules(childOf(element, 'templateProcessing')) } }),
  };
  return { ...item, maxScore: maxScoreOf(item, declaredMaximum(element)) };
}

/** Elements of QTI's own that are no interactions. */
function otherElement(one: SourceElement, context: QuizContext, special: SpecialElement): BodyNode[] | undefined {
  switch (one.name) {
    case 'printedVariable':
      return [printedVariable(one)];
    case 'feedbackBlock':
    case 'feedbackInline': {
      const { outcome, id, show } = feedbackKey(one);
      return [{ kind: 'feedback', outcome, id, show, children: toBody(one.content, context, special) }];
    }
    case 'rubricBlock': {
      const view = one.attributes.get('view') ?? 'candidate';
      return view.split(/\s+/).includes('candidate') ? toBody(one.content, context, special) : [];
    }
    case 'templateBlock':
    case 'templateInline': {
      const { id, show } = feedbackKey(one);
      const outcome = one.attributes.get('template-identifier') ?? '';
      return [{ kind: 'feedback', outcome, id, show, children: toBody(one.content, context, special) }];
    }
    case 'contentBody':
      return toBody(one.content, context, special);
    case 'catalogInfo':
    case 'companionMaterialsInfo':
      return [];
    default:
      return undefined;
  }
}

/** Throws QuizProblem where a number is asked for in a form that `printf` does not know. */
function printedVariable(element: SourceElement): BodyNode {
  const format = element.attributes.get('format');
  const delimiter = element.attributes.get('delimiter');
  const index = element.attributes.get('index');
  if (format !== undefined && !NUMBER_FORMAT.test(format)) throw new QuizProblem(`prints a number as ${format}`);
  if ((element.attributes.get('base') ?? '10') !== '10')
    throw new QuizProblem(`prints a number in base ${element.attributes.get('base')}`);
  if (element.attributes.get('power-form') === 'true') throw new QuizProblem('prints a number in power form');
  if (index !== undefined && !/^[1-9]\d{0,3}$/.test(index)) throw new QuizProblem(`prints the value at ${index}`);
  return {
    kind: 'variable',
    id: element.attributes.get('identifier') ?? '',
    ...(format === undefined ? {} : { format }),
    ...(delimiter === undefined ? {} : { delimiter: delimiter.slice(0, 100) }),
    ...(index === undefined ? {} : { index: Number(index) }),
  };
}

/** A variable in a formula stands there as its value. */
function numberInMaths(id: string): BodyNode {
  return { kind: 'element', name: 'mn', attributes: new Map(), children: [{ kind: 'variable', id }] };
}

/** Objects that are put on a stage answer with points on it, as `selectPoint` does. */
function positionObjects(
  stage: SourceElement,
  context: QuizContext,
  special: SpecialElement,
  interactions: Interaction[],
): BodyNode[] {
  return allBelow(stage, 'positionObjectInteraction').map((one): BodyNode => {
    const picture = stage.content.filter((node) => typeof node === 'string' || node.name !== one.name);
    const asPoint = { ...one, name: 'selectPointInteraction', content: picture };
    const interaction = readInteraction(asPoint, context, special);
    interactions.push(interaction);
    return { kind: 'interaction', response: interaction.response };
  });
}

function readResponse(element: SourceElement): ResponseDeclaration {
  const declared = { ...variableOf(element), baseType: baseTypeOf(element) };
  const correct = childOf(element, 'correctResponse');
  const mapping = childOf(element, 'mapping');
  const areas = childOf(element, 'areaMapping');
  const bounds = (one: SourceElement) => ({
    default: numberIn(one, 'default-value') ?? 0,
    ...bound(one, 'lower-bound', 'lower'),
    ...bound(one, 'upper-bound', 'upper'),
  });
  return {
    ...declared,
    ...(correct ? { correct: childrenOf(correct, 'value').map((one) => sourceText(one.content)) } : {}),
    ...(mapping
      ? {
          mapping: {
            ...bounds(mapping),
            entries: childrenOf(mapping, 'mapEntry').map((entry) => ({
              key: entry.attributes.get('map-key') ?? '',
              points: numberIn(entry, 'mapped-value') ?? 0,
              ...(entry.attributes.get('case-sensitive') === 'false' ? { caseSensitive: false } : {}),
            })),
          },
        }
      : {}),
    ...(areas
      ? {
          areaMapping: {
            ...bounds(areas),
            entries: childrenOf(areas, 'areaMapEntry').map((entry) => ({
              ...readShape(entry),
              points: numberIn(entry, 'mapped-value') ?? 0,
            })),
          },
        }
      : {}),
  };
}

function readOutcome(element: SourceElement): OutcomeDeclaration {
  const declared = { ...variableOf(element), baseType: baseTypeOf(element) };
  const start = childOf(element, 'defaultValue');
  const exact = childOf(element, 'matchTable');
  const atLeast = childOf(element, 'interpolationTable');
  const table = exact ?? atLeast;
  const fallback = table?.attributes.get('default-value');
  return {
    ...declared,
    ...(start ? { default: childrenOf(start, 'value').map((one) => sourceText(one.content)) } : {}),
    ...(table
      ? {
          lookup: {
            kind: exact ? 'exact' : 'atLeast',
            entries: childrenOf(table, 'matchTableEntry', 'interpolationTableEntry').map((entry) => ({
              source: numberIn(entry, 'source-value') ?? 0,
              target: entry.attributes.get('target-value') ?? '',
            })),
            ...(fallback === undefined ? {} : { default: fallback }),
          },
        }
      : {}),
  };
}

function readFeedback(element: SourceElement, context: QuizContext, special: SpecialElement) {
  const title = element.attributes.get('title');
  return {
    ...feedbackKey(element),
    body: toBody(element.content, context, special),
    ...(title ? { title: title.slice(0, 1000) } : {}),
  };
}

function feedbackKey(element: SourceElement) {
  return {
    outcome: element.attributes.get('outcome-identifier') ?? 'FEEDBACK',
    id: element.attributes.get('identifier') ?? 'FEEDBACK',
    show: element.attributes.get('show-hide') !== 'hide',
  };
}

function variableOf(element: SourceElement) {
  const written = element.attributes.get('cardinality') ?? 'single';
  const cardinality = CARDINALITIES.find((known) => known === written);
  if (cardinality === undefined) throw new QuizProblem(`has a variable of cardinality ${written}`);
  return { id: element.attributes.get('identifier') ?? '', cardinality };
}

function baseTypeOf(element: SourceElement) {
  const written = element.attributes.get('base-type') ?? 'identifier';
  if (written === 'file') throw new QuizProblem('asks for a file; use an assignment instead');
  return BASE_TYPES.find((known) => known === written) ?? 'string';
}

function bound<K extends string>(element: SourceElement, name: string, key: K): { [P in K]?: number };
function bound(element: SourceElement, name: string, key: string): Record<string, number> {
  const value = numberIn(element, name);
  return value === undefined ? {} : { [key]: value };
}

/** Every interaction has a declaration; one that the item forgot is text that a person reads. */
function withDeclarations(
  declared: readonly ResponseDeclaration[],
  interactions: readonly Interaction[],
): ResponseDeclaration[] {
  const known = new Set(declared.map(({ id }) => id));
  const missing = interactions
    .filter(({ response }) => !known.has(response))
    .map(({ response }) => ({ id: response, cardinality: 'single' as const, baseType: 'string' as const }));
  return [...declared, ...missing];
}

/** Every item has a SCORE, declared or not. */
export function withScore(outcomes: readonly OutcomeDeclaration[]): OutcomeDeclaration[] {
  const isThere = outcomes.some(({ id }) => id === 'SCORE');
  return isThere ? [...outcomes] : [...outcomes, { id: 'SCORE', cardinality: 'single', baseType: 'float' }];
}

function declaredMaximum(element: SourceElement): number | undefined {
  for (const outcome of childrenOf(element, 'outcomeDeclaration')) {
    const id = outcome.attributes.get('identifier');
    if (id === 'SCORE') {
      const normal = numberIn(outcome, 'normal-maximum');
      if (normal !== undefined) return normal;
    }
    if (id === 'MAXSCORE') {
      const [value] = elementsAmong(childOf(outcome, 'defaultValue')?.content ?? []);
      const maximum = value ? Number(sourceText(value.content)) : Number.NaN;
      if (Number.isFinite(maximum)) return maximum;
    }
  }
  return undefined;
}
