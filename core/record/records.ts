import { selectorShape } from '#core/annotation/selector.ts';
import { array, integer, literal, object, string } from '#core/json/shape.ts';

// formats/parcel.md 7.3: a newer app may say more; what is not known is left out when merging
const open: { readonly unknownKeys: 'ignore' } = { unknownKeys: 'ignore' };
const key = string({ minLength: 1, maxLength: 2048 });
const text = string({ maxLength: 2_000_000 });
const modulePath = string({ minLength: 1, maxLength: 512 });
const href = string({ minLength: 1, maxLength: 1024 });
const instantMs = integer();

/** formats/annotations.md 2.1: where in a file something is. */
const place = array(selectorShape, { max: 20 });

/** A learner's bookmark, highlight or note at a place in a module. */
export const noteShape = object(
  {
    required: { id: key, modulePath, href, text, createdAtMs: instantMs, updatedAtMs: instantMs },
    optional: {
      quote: text,
      motivation: literal('bookmarking', 'highlighting', 'commenting'),
      selectors: place,
      colour: literal('yellow', 'green', 'blue', 'pink'),
    },
  },
  open,
);
