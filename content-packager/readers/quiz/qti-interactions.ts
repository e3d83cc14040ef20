import type { BodyNode } from '#core/quiz/body.ts';
import type { Area, Choice, Interaction } from '#core/quiz/interaction.ts';
import { allBelow, childOf, childrenOf, countOf, numberIn } from './qti-names.ts';
import { pictureOf, type QuizContext, type SpecialElement, toBody } from './quiz-body.ts';
import { QuizProblem } from './quiz-problem.ts';
import { type SourceElement, sourceText } from './source-node.ts';

/** Whether an element is an interaction, known or not. */
export function isInteraction(element: SourceElement): boolean {
  return /Interaction$/.test(element.name);
}

/** Reads one interaction of an item body. Throws QuizProblem for a kind that a cell cannot have. */
export function readInteraction(element: SourceElement, context: QuizContext, special: SpecialElement): Interaction {
  const response = element.attributes.get('response-identifier') ?? 'RESPONSE';
  const isShuffled = element.attributes.get('shuffle') === 'true';
  const shuffle = isShuffled ? { shuffle: true } : {};
  const found = childOf(element, 'prompt');
  const prompt = found ? { prompt: toBody(found.content, context, special) } : {};
  const maxChoices = countOf(element, 'max-choices', 1);
  const minChoices = optionalCount(element, 'min-choices', 'minChoices');
  const maxAssociations = countOf(element, 'max-associations', 1);
  const minAssociations = optionalCount(element, 'min-associations', 'minAssociations');
  const label = labelOf(element);
  const choices = (...names: readonly string[]): Choice[] =>
    allBelow(element, ...names).map((one) => readChoice(one, context, special));
  switch (element.name) {
    case 'choiceInteraction':
      return {
        kind: 'choice',
        response,
        choices: choices('simpleChoice'),
        maxChoices,
        ...prompt,
        ...shuffle,
        ...minChoices,
      };
    case 'orderInteraction': {
      const bounds = { ...minChoices, ...optionalCount(element, 'max-choices', 'maxChoices') };
      return { kind: 'order', response, choices: choices('simpleChoice'), ...prompt, ...shuffle, ...bounds };
    }
    case 'associateInteraction': {
      const all = choices('simpleAssociableChoice');
      return { kind: 'associate', response, choices: all, maxAssociations, ...prompt, ...shuffle, ...minAssociations };
    }
    case 'matchInteraction': {
      const [sources, targets] = childrenOf(element, 'simpleMatchSet').map((set) =>
        childrenOf(set, 'simpleAssociableChoice').map((one) => readChoice(one, context, special)),
      );
      if (!sources || !targets) throw new QuizProblem('has a match without two lists');
      return { kind: 'match', response, sources, targets, maxAssociations, ...prompt, ...shuffle, ...minAssociations };
    }
    case 'gapMatchInteraction': {
      const all = choices('gapText', 'gapImg');
      const text = element.content.filter(
        (node) => typeof node === 'string' || !['prompt', 'gapText', 'gapImg'].includes(node.name),
      );
      const body = toBody(text, context, (one) =>
        one.name === 'gap' ? byTemplate(one, { kind: 'gap', id: idOf(one) }) : special(one),
      );
      return { kind: 'gapMatch', response, choices: all, body, ...prompt, ...shuffle };
    }
    case 'inlineChoiceInteraction':
      return { kind: 'inlineChoice', response, choices: choices('inlineChoice'), ...shuffle, ...label };
    case 'textEntryInteraction': {
      const pattern = shortText(element, 'pattern-mask', 'pattern', 500);
      const placeholder = shortText(element, 'placeholder-text', 'placeholder', 500);
      const length = optionalCount(element, 'expected-length', 'expectedLength');
      return { kind: 'textEntry', response, ...length, ...pattern, ...placeholder, ...label };
    }
    case 'extendedTextInteraction': {
      const lines = optionalCount(element, 'expected-lines', 'expectedLines');
      return { kind: 'extendedText', response, ...prompt, ...lines };
    }
    case 'hottextInteraction': {
      const text = element.content.filter((node) => typeof node === 'string' || node.name !== 'prompt');
      const body = toBody(text, context, (one) => hottextNode(one, context, special) ?? special(one));
      return { kind: 'hottext', response, body, maxChoices, ...prompt, ...minChoices };
    }
    case 'hotspotInteraction': {
      const areas = readAreas(element, 'hotspotChoice');
      return {
        kind: 'hotspot',
        response,
        image: imageOf(element, context),
        areas,
        maxChoices,
        ...prompt,
        ...minChoices,
      };
    }
    case 'graphicOrderInteraction':
      return {
        kind: 'graphicOrder',
        response,
        image: imageOf(element, context),
        areas: readAreas(element, 'hotspotChoice'),
        ...prompt,
      };
    case 'graphicAssociateInteraction': {
      const areas = readAreas(element, 'associableHotspot');
      const image = imageOf(element, context);
      return { kind: 'graphicAssociate', response, image, areas, maxAssociations, ...prompt, ...minAssociations };
    }
    case 'graphicGapMatchInteraction': {
      const areas = readAreas(element, 'associableHotspot');
      return {
        kind: 'graphicGapMatch',
        response,
        image: imageOf(element, context),
        areas,
        choices: choices('gapImg', 'gapText'),
        ...prompt,
      };
    }
    case 'selectPointInteraction':
      return { kind: 'selectPoint', response, image: imageOf(element, context), maxChoices, ...prompt, ...minChoices };
    case 'sliderInteraction': {
      const [lower, upper] = [numberIn(element, 'lower-bound') ?? 0, numberIn(element, 'upper-bound') ?? 100];
      const given = numberIn(element, 'step');
      const step = given !== undefined && given > 0 ? { step: given } : {};
      return { kind: 'slider', response, lower, upper, ...step, ...prompt };
    }
    case 'endAttemptInteraction': {
      const title = element.attributes.get('title') ?? '';
      if (title === '') throw new QuizProblem('has a button without a name');
      return { kind: 'endAttempt', response, title: title.slice(0, 1000) };
    }
    default:
      throw new QuizProblem(`has an interaction that a cell cannot have: ${element.name}`);
  }
}

function readChoice(element: SourceElement, context: QuizContext, special: SpecialElement): Choice {
  const isFixed = element.attributes.get('fixed') === 'true';
  const matchMax = element.attributes.has('match-max') ? { matchMax: countOf(element, 'match-max', 1) } : {};
  const label = element.attributes.get('object-label') ?? element.attributes.get('label');
  const inside = toBody(element.content, context, special);
  const body: BodyNode[] = inside.length === 0 && label ? [label] : inside;
  return { id: idOf(element), body, ...(isFixed ? { fixed: true } : {}), ...matchMax, ...onlyWhen(element) };
}

function hottextNode(element: SourceElement, context: QuizContext, special: SpecialElement) {
  if (element.name !== 'hottext') return undefined;
  const children = toBody(element.content, context, special);
  return byTemplate(element, { kind: 'hottext', id: idOf(element), children });
}

/** QTI `template-identifier`: the variable that decides whether a choice is there. */
function onlyWhen(element: SourceElement): Pick<Choice, 'onlyWhen'> {
  const variable = element.attributes.get('template-identifier');
  if (variable === undefined || variable === '') return {};
  return { onlyWhen: { variable, show: element.attributes.get('show-hide') !== 'hide' } };
}

/** The same for what stands in the text. */
function byTemplate(element: SourceElement, node: BodyNode): BodyNode[] {
  const { onlyWhen: when } = onlyWhen(element);
  if (when === undefined) return [node];
  return [{ kind: 'feedback', outcome: when.variable, id: idOf(element), show: when.show, children: [node] }];
}

function readAreas(element: SourceElement, name: string): Area[] {
  return childrenOf(element, name).map((one, index) => {
    const label = one.attributes.get('hotspot-label') ?? one.attributes.get('aria-label') ?? String(index + 1);
    const matchMax = one.attributes.has('match-max') ? { matchMax: countOf(one, 'match-max', 1) } : {};
    return { id: idOf(one), ...readShape(one), label: label.slice(0, 1000), ...matchMax, ...onlyWhen(one) };
  });
}

/** Shape and coordinates of an area, as in an image map. */
export function readShape(element: SourceElement): Pick<Area, 'shape' | 'coords'> {
  const written = element.attributes.get('shape') ?? 'default';
  const shape = (['circle', 'rect', 'poly', 'ellipse', 'default'] as const).find((known) => known === written);
  const coords = (element.attributes.get('coords') ?? '')
    .split(/[\s,]+/)
    .filter((text) => text !== '')
    .map(Number);
  if (shape === undefined || coords.some((value) => !Number.isFinite(value)))
    throw new QuizProblem(`has an area of shape ${written} that is unclear`);
  return { shape, coords };
}

function imageOf(element: SourceElement, context: QuizContext) {
  const image = pictureOf(element.content, context);
  if (image === undefined) throw new QuizProblem('needs a picture that is not there');
  return image;
}

function idOf(element: SourceElement): string {
  const id = element.attributes.get('identifier') ?? '';
  if (id === '') throw new QuizProblem(`has a ${element.name} without an identifier`);
  return id;
}

function labelOf(element: SourceElement): { label?: string } {
  const label = element.attributes.get('aria-label') ?? sourceText(childOf(element, 'label')?.content ?? []);
  return label === '' ? {} : { label: label.slice(0, 1000) };
}

function optionalCount<K extends string>(element: SourceElement, name: string, key: K): { [P in K]?: number };
function optionalCount(element: SourceElement, name: string, key: string): Record<string, number> {
  const value = countOf(element, name, -1);
  return value < 0 ? {} : { [key]: value };
}

function shortText<K extends string>(
  element: SourceElement,
  name: string,
  key: K,
  limit: number,
): { [P in K]?: string };
function shortText(element: SourceElement, name: string, key: string, limit: number): Record<string, string> {
  const value = element.attributes.get(name);
  return value === undefined || value === '' || value.length > limit ? {} : { [key]: value };
}
