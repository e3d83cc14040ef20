import { DRAWS } from '#core/quiz/draw.ts';
import type { Expression, Rule } from '#core/quiz/expression.ts';
import { OPERATORS } from '#core/quiz/operators.ts';
import type { ResponseDeclaration } from '#core/quiz/quiz.ts';
import { BASE_TYPES } from '#core/quiz/value.ts';
import { childrenOf } from './qti-names.ts';
import { QuizProblem } from './quiz-problem.ts';
import { elementsAmong, type SourceElement, sourceText } from './source-node.ts';

/** Whether a `responseProcessing` says anything: many tools write an empty one for what a person judges. */
export function hasRules(processing: SourceElement): boolean {
  return (
    elementsAmong(processing.content).length > 0 ||
    processing.attributes.has('template') ||
    processing.attributes.has('template-location')
  );
}

/** Rules of `responseProcessing`, from its template or its own lines. Throws QuizProblem. */
export function readProcessing(processing: SourceElement, responses: readonly ResponseDeclaration[]): readonly Rule[] {
  const own = elementsAmong(processing.content);
  if (own.length > 0) return own.flatMap(readRule);
  const template = processing.attributes.get('template') ?? processing.attributes.get('template-location') ?? '';
  const name =
    template
      .split('/')
      .at(-1)
      ?.replace(/\.xml$/, '')
      .replaceAll('-', '_')
      .toLowerCase() ?? '';
  const response = responses.find(({ id }) => id === 'RESPONSE') ?? responses[0];
  if (response === undefined) return [];
  // `cc2_…` are the same templates with feedback of the Common Cartridge profile.
  if (name === 'cc2_match' || name === 'cc2_match_basic')
    return matchCorrect([response.id], { kind: 'variable', id: 'MAXSCORE' });
  if (/^(cc2_)?match_correct/.test(name)) return matchCorrect([response.id]);
  if (/^(cc2_)?map_response_point/.test(name)) return [score({ kind: 'mapResponsePoint', id: response.id })];
  if (/^(cc2_)?map_response/.test(name)) return [score({ kind: 'mapResponse', id: response.id })];
  throw new QuizProblem(`uses the scoring template ${template || '(none)'}`);
}

/** Rules of `templateProcessing`. Throws QuizProblem. */
export function readTemplateRules(processing: SourceElement | undefined): readonly Rule[] {
  return processing === undefined ? [] : elementsAmong(processing.content).flatMap(readRule);
}

/** One point, or what `won` says, when every response is the correct one, else none. */
export function matchCorrect(ids: readonly string[], won?: Expression): readonly Rule[] {
  const matches = ids.map(
    (id): Expression =>
      operator('match', [
        { kind: 'variable', id },
        { kind: 'correct', id },
      ]),
  );
  const [only] = matches;
  const condition = matches.length === 1 && only ? only : operator('and', matches);
  return [{ kind: 'if', branches: [{ condition, rules: [won ? score(won) : points(1)] }], otherwise: [points(0)] }];
}

/** The rule that gives this many points. */
export function points(value: number): Rule {
  return score({ kind: 'baseValue', baseType: 'float', value: String(value) });
}

/** The rule that makes an expression the score. */
export function score(value: Expression): Rule {
  return { kind: 'set', id: 'SCORE', value };
}

/** An operator over operands. */
export function operator(
  name: string,
  operands: readonly Expression[],
  settings: ReadonlyMap<string, string> = new Map(),
): Expression {
  return { kind: 'operator', name, operands, settings };
}

function readRule(element: SourceElement): readonly Rule[] {
  const id = variableIn(element);
  switch (element.name) {
    case 'setOutcomeValue':
    case 'setTemplateValue':
    case 'setCorrectResponse':
      return [{ kind: 'set', id, value: onlyExpression(element) }];
    case 'lookupOutcomeValue':
      return [{ kind: 'lookup', id, value: onlyExpression(element) }];
    case 'responseProcessingFragment':
      return elementsAmong(element.content).flatMap(readRule);
    case 'exitResponse':
    case 'exitTemplate':
      return [{ kind: 'exit' }];
    case 'templateConstraint':
      return [{ kind: 'redrawUnless', condition: onlyExpression(element) }];
    case 'responseCondition':
    case 'templateCondition': {
      const branches = childrenOf(element, 'responseIf', 'responseElseIf', 'templateIf', 'templateElseIf').map(
        (branch) => {
          const [condition, ...rules] = elementsAmong(branch.content);
          if (condition === undefined) throw new QuizProblem('has a condition without a test');
          return { condition: readExpression(condition), rules: rules.flatMap(readRule) };
        },
      );
      const otherwise = childrenOf(element, 'responseElse', 'templateElse').flatMap((branch) =>
        elementsAmong(branch.content).flatMap(readRule),
      );
      return branches.length === 0 ? otherwise : [{ kind: 'if', branches, otherwise }];
    }
    default:
      throw new QuizProblem(`uses the rule ${element.name}`);
  }
}

function onlyExpression(element: SourceElement): Expression {
  const [first] = elementsAmong(element.content);
  if (first === undefined) throw new QuizProblem(`has an empty ${element.name}`);
  return readExpression(first);
}

/** QTI 2.0 wrote its built-in variable in another way. */
function variableIn(element: SourceElement): string {
  const id = element.attributes.get('identifier') ?? '';
  return id === 'completion_status' ? 'completionStatus' : id;
}

function readExpression(element: SourceElement): Expression {
  const id = variableIn(element);
  switch (element.name) {
    case 'null':
      return { kind: 'null' };
    case 'baseValue': {
      const written = element.attributes.get('base-type');
      const baseType = BASE_TYPES.find((known) => known === written) ?? 'string';
      return { kind: 'baseValue', baseType, value: sourceText(element.content) };
    }
    case 'variable':
      // QTI's built-in time that a question took
      if (id === 'duration') throw new QuizProblem('scores the time that an answer took');
      return { kind: 'variable', id };
    case 'default':
    case 'correct':
    case 'mapResponse':
    case 'mapResponsePoint':
      return { kind: element.name, id };
    default: {
      if (!OPERATORS.has(element.name) && !DRAWS.has(element.name))
        throw new QuizProblem(`uses the operator ${nameOfOperator(element)}`);
      const settings = new Map([...element.attributes].filter(([, value]) => value.length <= 4096));
      return operator(element.name, elementsAmong(element.content).map(readExpression), settings);
    }
  }
}

/** An operator of one maker's own is told by its class. */
function nameOfOperator(element: SourceElement): string {
  const own = element.attributes.get('class') ?? element.attributes.get('definition');
  return own === undefined ? element.name : `${element.name} ${own}`;
}
