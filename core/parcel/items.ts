import { array, boolean, type Infer, integer, literal, number, object, string, tagged } from '#core/json/shape.ts';
import { hex256, id128 } from '#core/licence/identifiers.ts';
import { MAX_QUESTION_LENGTH, MAX_QUESTIONS, questionId } from '#core/module/assignment.ts';
import { statementShape } from '#core/quiz/statement.ts';

/** Most items in one parcel. */
export const MAX_ITEMS = 10_000;

/** Name of an attachment inside the archive: `attachments/` and a plain file name. */
export const attachmentName = string({ minLength: 1, maxLength: 100, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/ });

const fileName = string({ minLength: 1, maxLength: 255, pattern: /^[^\p{Cc}/\\]+$/u });
const title = string({ maxLength: 500 });
const text = string({ maxLength: 2_000_000 });
const modulePath = string({ minLength: 1, maxLength: 512 });
const href = string({ minLength: 1, maxLength: 1024 });
const base = { id: id128, createdAtMs: integer() };
const question = string({ minLength: 1, maxLength: MAX_QUESTION_LENGTH });
const open: { readonly unknownKeys: 'ignore' } = { unknownKeys: 'ignore' };

const upItem = tagged('kind', {
  submission: object(
    {
      required: {
        ...base,
        kind: literal('submission'),
        assignmentId: string({ minLength: 1, maxLength: 200 }),
        modulePath,
        title,
        text,
        words: integer(),
      },
      optional: {
        attachment: attachmentName,
        fileName,
        // formats/parcel.md 3.5.1
        answers: array(object({ required: { id: questionId, question, answer: text } }, open), { max: MAX_QUESTIONS }),
      },
    },
    open,
  ),
  message: object({ required: { ...base, kind: literal('message'), text } }, open),
  progress: object(
    { required: { ...base, kind: literal('progress'), modulePath, href, fraction: number({ min: 0, max: 1 }) } },
    open,
  ),
  backup: object({ required: { ...base, kind: literal('backup'), attachment: attachmentName } }, open),
  statement: object(
    {
      // formats/quiz.md 6.2: xAPI, checked as far as a station reads it
      required: {
        ...base,
        kind: literal('statement'),
        modulePath,
        statement: statementShape,
      },
    },
    open,
  ),
  event: object(
    {
      required: {
        ...base,
        kind: literal('event'),
        code: string({ minLength: 1, maxLength: 64, pattern: /^[a-z0-9-]+$/ }),
        detail: string({ maxLength: 4000 }),
      },
    },
    open,
  ),
});

const downItem = tagged('kind', {
  feedback: object(
    {
      required: {
        ...base,
        kind: literal('feedback'),
        submissionId: id128,
        text,
        tutor: string({ maxLength: 200 }),
      },
      optional: {
        mark: string({ maxLength: 100 }),
        attachment: attachmentName,
        fileName,
        remarks: array(object({ required: { id: questionId, text } }, open), { max: MAX_QUESTIONS }),
        // formats/parcel.md 3.5.2
        again: boolean,
      },
    },
    open,
  ),
  'submission-status': object(
    {
      required: {
        ...base,
        kind: literal('submission-status'),
        submissionId: id128,
        step: literal('received', 'marked'),
      },
    },
    open,
  ),
  message: object({ required: { ...base, kind: literal('message'), from: string({ maxLength: 200 }), text } }, open),
  notice: object({ required: { ...base, kind: literal('notice'), title, text } }, open),
  'receipt-ack': object(
    {
      required: { ...base, kind: literal('receipt-ack'), parcelId: hex256, step: literal('backedUp') },
      // The signed receipt itself, as JSON: what the device shows a station that was restored.
      optional: { receipt: string({ minLength: 2, maxLength: 8192 }) },
    },
    open,
  ),
  'backup-restore': object(
    {
      required: {
        ...base,
        kind: literal('backup-restore'),
        // The backup's data key, wrapped to this device: an age file in base64.
        wrapped: string({ minLength: 1, maxLength: 8192, pattern: /^[A-Za-z0-9+/]+={0,2}$/ }),
        attachment: attachmentName,
      },
    },
    open,
  ),
});

/** What a device sends. */
export type UpItem = Infer<typeof upItem>;
/** What a station sends. */
export type DownItem = Infer<typeof downItem>;
/** Anything a parcel carries; its direction says which. */
export type Item = UpItem | DownItem;

/** Shape of the items of an up parcel. */
export const upItemsShape = array(upItem, { max: MAX_ITEMS });
/** Shape of the items of a down parcel. */
export const downItemsShape = array(downItem, { max: MAX_ITEMS });

/** The attachment that an item names, if any. */
export function attachmentOf(item: Item): string | undefined {
  return 'attachment' in item ? item.attachment : undefined;
}
