import { type Infer, integer, literal, number, object, string } from '#core/json/shape.ts';
import { hex256, id128 } from '#core/licence/identifiers.ts';

// formats/parcel.md 7.3: a newer app may say more; what is not known is left out when merging
const open: { readonly unknownKeys: 'ignore' } = { unknownKeys: 'ignore' };
const key = string({ minLength: 1, maxLength: 2048 });
const text = string({ maxLength: 2_000_000 });
const modulePath = string({ minLength: 1, maxLength: 512 });
const href = string({ minLength: 1, maxLength: 1024 });
const fileName = string({ minLength: 1, maxLength: 255 });
const instantMs = integer();

/** A hand-in that is being written; `id` is `modulePath#assignmentId`. */
export const draftShape = object({ required: { id: key, text, updatedAtMs: instantMs } }, open);

/** A learner's note at a place in a module. */
export const noteShape = object(
  {
    required: { id: key, modulePath, href, text, createdAtMs: instantMs, updatedAtMs: instantMs },
    optional: { quote: text },
  },
  open,
);

/** How far a file was read; `id` is `modulePath#href`. */
export const progressShape = object(
  { required: { id: key, modulePath, href, fraction: number({ min: 0, max: 1 }), updatedAtMs: instantMs } },
  open,
);

/** Work that was handed in; stays readable on the device. */
export const submissionShape = object(
  {
    required: {
      id: id128,
      assignmentId: string({ minLength: 1, maxLength: 200 }),
      modulePath,
      title: string({ maxLength: 500 }),
      text,
      words: integer(),
      createdAtMs: instantMs,
      step: literal('outbox', 'handedIn', 'received', 'marked'),
    },
    optional: { fileName, receiptId: hex256, handedInAtMs: instantMs },
  },
  open,
);

/** What a tutor wrote about one submission. */
export const feedbackShape = object(
  {
    required: {
      id: id128,
      submissionId: id128,
      text,
      tutor: string({ maxLength: 200 }),
      createdAtMs: instantMs,
    },
    optional: { mark: string({ maxLength: 100 }), fileId: key, fileName, readAtMs: instantMs },
  },
  open,
);

/** A message or notice, either way. */
export const messageShape = object(
  {
    required: {
      id: id128,
      kind: literal('message', 'notice'),
      direction: literal('out', 'in'),
      text,
      createdAtMs: instantMs,
      step: literal('outbox', 'handedIn', 'received'),
    },
    optional: { from: string({ maxLength: 200 }), title: string({ maxLength: 500 }), readAtMs: instantMs },
  },
  open,
);

/** What each shape yields. */
export type DraftRecord = Infer<typeof draftShape>;
export type NoteRecord = Infer<typeof noteShape>;
export type ProgressRecord = Infer<typeof progressShape>;
export type SubmissionRecord = Infer<typeof submissionShape>;
export type FeedbackRecord = Infer<typeof feedbackShape>;
export type MessageRecord = Infer<typeof messageShape>;
