import { array, boolean, type Infer, integer, literal, number, object, string, tagged } from '#core/json/shape.ts';
import { bodyShape } from './body.ts';

const id = string({ minLength: 1, maxLength: 256 });
const href = string({ minLength: 1, maxLength: 1024 });
const size = integer({ max: 20_000 });
const count = integer({ max: 10_000 });
const prompt = { prompt: bodyShape };

/** formats/quiz.md 4.5: there only when the template's variable holds the id, or, with `show` false, only when it does not. */
const onlyWhen = object({ required: { variable: id, show: boolean } });
const choice = object({ required: { id, body: bodyShape }, optional: { fixed: boolean, matchMax: count, onlyWhen } });
const choices = array(choice, { max: 2000 });
/** A picture that belongs to a question; sizes in CSS pixels, coordinates of areas count in them. */
const image = object({
  required: { href, width: size, height: size, alt: string({ maxLength: 4096 }) },
});
/** An area on a picture, as in an HTML image map. */
const area = object({
  required: {
    id,
    shape: literal('circle', 'rect', 'poly', 'ellipse', 'default'),
    coords: array(number({ min: -100_000, max: 100_000 }), { max: 2000 }),
    label: string({ maxLength: 1000 }),
  },
  optional: { matchMax: count, onlyWhen },
});
const areas = array(area, { max: 1000 });
const limits = { minChoices: count, maxChoices: count };

/** formats/quiz.md 4: the interactions, each named as in QTI 3.0; `maxChoices` 0 or absent means no bound. */
export const interactionShape = tagged('kind', {
  choice: object({
    required: { kind: literal('choice'), response: id, choices, maxChoices: count },
    optional: { ...prompt, shuffle: boolean, minChoices: count },
  }),
  order: object({
    required: { kind: literal('order'), response: id, choices },
    optional: { ...prompt, shuffle: boolean, ...limits },
  }),
  associate: object({
    required: { kind: literal('associate'), response: id, choices, maxAssociations: count },
    optional: { ...prompt, shuffle: boolean, minAssociations: count },
  }),
  match: object({
    required: { kind: literal('match'), response: id, sources: choices, targets: choices, maxAssociations: count },
    optional: { ...prompt, shuffle: boolean, minAssociations: count },
  }),
  gapMatch: object({
    required: { kind: literal('gapMatch'), response: id, choices, body: bodyShape },
    optional: { ...prompt, shuffle: boolean },
  }),
  inlineChoice: object({
    required: { kind: literal('inlineChoice'), response: id, choices },
    optional: { shuffle: boolean, label: string({ maxLength: 1000 }) },
  }),
  textEntry: object({
    required: { kind: literal('textEntry'), response: id },
    optional: {
      expectedLength: count,
      pattern: string({ maxLength: 1000 }),
      placeholder: string({ maxLength: 500 }),
      label: string({ maxLength: 1000 }),
    },
  }),
  extendedText: object({
    required: { kind: literal('extendedText'), response: id },
    optional: { ...prompt, expectedLines: count, expectedLength: integer({ max: 1_000_000 }) },
  }),
  hottext: object({
    required: { kind: literal('hottext'), response: id, body: bodyShape, maxChoices: count },
    optional: { ...prompt, minChoices: count },
  }),
  hotspot: object({
    required: { kind: literal('hotspot'), response: id, image, areas, maxChoices: count },
    optional: { ...prompt, minChoices: count },
  }),
  selectPoint: object({
    required: { kind: literal('selectPoint'), response: id, image, maxChoices: count },
    optional: { ...prompt, minChoices: count },
  }),
  graphicOrder: object({
    required: { kind: literal('graphicOrder'), response: id, image, areas },
    optional: { ...prompt, ...limits },
  }),
  graphicAssociate: object({
    required: { kind: literal('graphicAssociate'), response: id, image, areas, maxAssociations: count },
    optional: { ...prompt, minAssociations: count },
  }),
  graphicGapMatch: object({
    required: { kind: literal('graphicGapMatch'), response: id, image, areas, choices },
    optional: { ...prompt },
  }),
  slider: object({
    required: {
      kind: literal('slider'),
      response: id,
      lower: number({ min: -1e9, max: 1e9 }),
      upper: number({ min: -1e9, max: 1e9 }),
    },
    optional: { ...prompt, step: number({ min: 1e-9, max: 1e9 }), vertical: boolean },
  }),
  endAttempt: object({ required: { kind: literal('endAttempt'), response: id, title: string({ maxLength: 1000 }) } }),
});

/** What the learner can do at one place of a question. */
export type Interaction = Infer<typeof interactionShape>;
/** Something that can be chosen, ordered or put somewhere. */
export type Choice = Infer<typeof choice>;
/** A picture that belongs to a question. */
export type QuizImage = Infer<typeof image>;
/** An area on a picture. */
export type Area = Infer<typeof area>;

/** All that can be chosen, ordered or put somewhere in an interaction, of both sides of a match. */
export function choicesOf(interaction: Interaction): readonly Choice[] {
  if ('choices' in interaction) return interaction.choices;
  return 'sources' in interaction ? [...interaction.sources, ...interaction.targets] : [];
}
