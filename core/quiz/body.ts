import {
  array,
  boolean,
  integer,
  literal,
  object,
  record,
  type Shape,
  ShapeError,
  string,
  tagged,
} from '#core/json/shape.ts';
import { NUMBER_FORMAT, printedValue } from './print.ts';
import { tooDeep } from './quiz-error.ts';
import type { Value } from './value.ts';

/** An element of the text around a question, from a closed list of names and attributes. */
export interface ElementNode {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly BodyNode[];
}

/** Where an interaction stands in the text; `response` is its response identifier. */
export interface InteractionNode {
  readonly kind: 'interaction';
  readonly response: string;
}

/** A gap in the text of a gap match interaction. */
export interface GapNode {
  readonly kind: 'gap';
  readonly id: string;
}

/** Words that can be chosen in a hot text interaction. */
export interface HottextNode {
  readonly kind: 'hottext';
  readonly id: string;
  readonly children: readonly BodyNode[];
}

/** QTI `qti-feedback-block` and `-inline`: shown, or hidden, when the outcome holds the identifier. */
export interface FeedbackNode {
  readonly kind: 'feedback';
  readonly outcome: string;
  readonly id: string;
  readonly show: boolean;
  readonly children: readonly BodyNode[];
}

/** QTI `qti-printed-variable`: the present value of an outcome or of a template's variable; `print.ts` writes it. */
export interface VariableNode {
  readonly kind: 'variable';
  readonly id: string;
  /** As C's `printf` writes a number, such as `%.2f`. */
  readonly format?: string;
  /** What stands between several values. */
  readonly delimiter?: string;
  /** Which of several values, from 1. */
  readonly index?: number;
}

/** A piece of a question's text. */
export type BodyNode = string | ElementNode | InteractionNode | GapNode | HottextNode | FeedbackNode | VariableNode;

/** formats/quiz.md 3.2: elements that a question may use. MathML is a list of its own. */
export const BODY_ELEMENTS: ReadonlySet<string> = new Set(
  `a abbr b bdi bdo blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img
  ins kbd li ol p pre q rp rt ruby s samp small span strong sub sup table tbody td tfoot th thead tr u ul var audio video
  source track
  math mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup
  msup mtable mtd mtext mtr munder munderover none semantics menclose`
    .trim()
    .split(/\s+/),
);

/** formats/quiz.md 3.3: attributes, each without the power to load or run anything; `src` names a file of the module. */
export const BODY_ATTRIBUTES: ReadonlySet<string> = new Set(
  `alt src width height title lang dir colspan rowspan scope start reversed type controls kind srclang label poster
  display mathvariant displaystyle stretchy accent accentunder columnalign rowspacing columnspacing linethickness
  separator fence open close notation`
    .trim()
    .split(/\s+/),
);

const MAX_DEPTH = 60;
const id = string({ minLength: 1, maxLength: 256 });
const format = string({ maxLength: 200, pattern: NUMBER_FORMAT });
const attributeName: Shape<string> = (value, path) => {
  if (typeof value === 'string' && BODY_ATTRIBUTES.has(value)) return value;
  throw new ShapeError({ path, expected: 'an attribute that a question may use' });
};
const elementName: Shape<string> = (value, path) => {
  if (typeof value === 'string' && BODY_ELEMENTS.has(value)) return value;
  throw new ShapeError({ path, expected: 'an element that a question may use' });
};

/** The text of a question: a list of nodes, at most 60 deep. Throws ShapeError or QuizError `TOO_DEEP`. */
export const bodyShape: Shape<readonly BodyNode[]> = nodes(0);

function nodes(depth: number): Shape<readonly BodyNode[]> {
  if (depth > MAX_DEPTH) return tooDeep;
  return array(node(depth), { max: 20_000 });
}

function node(depth: number): Shape<BodyNode> {
  const children = { children: nodes(depth + 1) };
  const element = object({
    required: { kind: literal('element'), name: elementName },
    optional: { attributes: record(attributeName, string({ maxLength: 4096 })), ...children },
  });
  const shape = tagged('kind', {
    element: (value, path): ElementNode => {
      const { kind, name, attributes = new Map(), children: inside = [] } = element(value, path);
      return { kind, name, attributes, children: inside };
    },
    interaction: object({ required: { kind: literal('interaction'), response: id } }),
    gap: object({ required: { kind: literal('gap'), id } }),
    hottext: object({ required: { kind: literal('hottext'), id, ...children } }),
    feedback: object({ required: { kind: literal('feedback'), outcome: id, id, show: boolean, ...children } }),
    variable: object({
      required: { kind: literal('variable'), id },
      optional: { format, delimiter: string({ maxLength: 100 }), index: integer({ min: 1, max: 10_000 }) },
    }),
  });
  return (value, path) => (typeof value === 'string' ? value : shape(value, path));
}

/** Elements that stand within a line; words on both sides of any other are two words. */
const INLINE = new Set(
  'a abbr b bdi bdo cite code del dfn em i ins kbd q s samp small span strong sub sup u var'.split(' '),
);

/**
 * The words of a text as it stands before an answer, without its elements: for names that are read aloud and for
 * search. A picture is its `alt`; what is said about an answer is left out. `drawn` are the values of the template's
 * variables, which else are left out as well.
 */
export function plainText(body: readonly BodyNode[], drawn: ReadonlyMap<string, Value> = new Map()): string {
  return wordsOfAll(body, drawn).replace(/\s+/g, ' ').trim();
}

function wordsOfAll(nodes: readonly BodyNode[], drawn: ReadonlyMap<string, Value>): string {
  return nodes.map((node) => wordsOf(node, drawn)).join('');
}

function wordsOf(node: BodyNode, drawn: ReadonlyMap<string, Value>): string {
  if (typeof node === 'string') return node;
  switch (node.kind) {
    case 'element':
      if (INLINE.has(node.name)) return wordsOfAll(node.children, drawn);
      return ` ${node.attributes.get('alt') ?? ''} ${wordsOfAll(node.children, drawn)} `;
    case 'hottext':
      return wordsOfAll(node.children, drawn);
    case 'interaction':
    case 'gap':
      return ' ';
    case 'feedback':
      return isShown(node, drawn) ? wordsOfAll(node.children, drawn) : '';
    case 'variable':
      return printedValue(drawn.get(node.id) ?? null, node);
  }
}

/** QTI: shown when the variable holds the identifier, or hidden then; without the variable nothing is shown. */
export function isShown(
  feedback: Pick<FeedbackNode, 'outcome' | 'id' | 'show'>,
  values: ReadonlyMap<string, Value> | undefined,
): boolean {
  if (values?.has(feedback.outcome) !== true) return false;
  return (values.get(feedback.outcome)?.values.includes(feedback.id) ?? false) === feedback.show;
}
