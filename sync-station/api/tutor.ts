import { z } from 'zod';
import { MAX_QUESTIONS } from '#core/module/assignment.ts';
import { id, instantMs, learnerName, uploadedFile } from './basics.ts';

/** How far a piece of work is; `handedIn` is not yet with a tutor. */
export const handInStep = z.enum(['handedIn', 'received', 'marked']);

/** One line of the list of hand-ins. */
export const handInRow = z.object({
  id,
  learner: learnerName,
  title: z.string(),
  modulePath: z.string(),
  words: z.number().int(),
  fileName: z.string().nullable(),
  source: z.enum(['parcel', 'room']),
  step: handInStep,
  handedInAtMs: instantMs,
  /** 1 for the first version of this work (formats/parcel.md 3.5.2). */
  version: z.number().int(),
  /** Whether no later version has come in. */
  newest: z.boolean(),
});

/** One line of the list of hand-ins. */
export type HandInRow = z.infer<typeof handInRow>;

/** GET /desk/api/tutor/hand-ins */
export const handIns = z.object({ handIns: z.array(handInRow) });

/** What a tutor writes beside one answer of a sheet. `id` is the question's. */
const remark = z.object({ id: z.string().min(1).max(64), text: z.string().trim().min(1).max(5_000) });

/** A tutor's answer to a piece of work. */
export const feedback = z.object({
  id,
  text: z.string(),
  mark: z.string().nullable(),
  remarks: z.array(remark),
  /** Whether it asks for a new version. */
  again: z.boolean(),
  tutor: z.string(),
  fileName: z.string().nullable(),
  createdAtMs: instantMs,
  /** `delivered` only after the device itself has signed for it. */
  delivery: z.enum(['waiting', 'sealed', 'delivered']),
});

/** A tutor's answer to a piece of work. */
export type Feedback = z.infer<typeof feedback>;

/** What was written under one question of an answer sheet. */
export const sheetAnswer = z.object({ id: z.string(), question: z.string(), answer: z.string() });

/** What was written under one question of an answer sheet. */
export type SheetAnswer = z.infer<typeof sheetAnswer>;

/** GET /desk/api/tutor/hand-ins/:id. Of an answer sheet, `answers` says by question what `text` says in one. */
export const handInDetail = handInRow.extend({
  text: z.string(),
  answers: z.array(sheetAnswer),
  feedback: z.array(feedback),
  /** Every version of this work, also this one, oldest first. */
  versions: z.array(z.object({ id, step: handInStep, handedInAtMs: instantMs })),
});

/** One piece of work, whole. */
export type HandInDetail = z.infer<typeof handInDetail>;

/** POST /desk/api/tutor/hand-ins/:id/feedback */
export const feedbackRequest = z.object({
  text: z.string().trim().min(1).max(20_000),
  mark: z.string().trim().min(1).max(40).optional(),
  remarks: z.array(remark).max(MAX_QUESTIONS).optional(),
  again: z.boolean().optional(),
  file: uploadedFile.optional(),
});

/** GET /desk/api/tutor/learners: the newest conversation first. */
export const learnerList = z.object({
  learners: z.array(
    learnerName.extend({ lastMessageAtMs: instantMs.nullable(), lastDirection: z.enum(['up', 'down']).nullable() }),
  ),
});

/** A message between a tutor and a learner. */
export const message = z.object({
  id,
  direction: z.enum(['up', 'down']),
  sender: z.string(),
  text: z.string(),
  createdAtMs: instantMs,
});

/** GET /desk/api/tutor/learners/:id/messages, oldest first. */
export const conversation = z.object({ learner: learnerName, messages: z.array(message) });

/** The longest message to a learner. */
export const maxMessageCharacters = 2_500;

/** POST /desk/api/tutor/learners/:id/messages */
export const messageRequest = z.object({ text: z.string().trim().min(1).max(maxMessageCharacters) });

/** One quiz that a learner finished. Points are null where no rule gives any. */
export const quizResult = z.object({
  id,
  learner: learnerName,
  title: z.string(),
  modulePath: z.string(),
  attempt: z.number().int(),
  score: z.number().nullable(),
  maxScore: z.number().nullable(),
  passed: z.boolean().nullable(),
  finishedAtMs: instantMs,
  /** What was written where a person has to judge, question by question. */
  open: z.array(
    z.object({
      itemId: z.string(),
      /** The words of the question; null where an older app did not send them. */
      question: z.string().nullable(),
      /** What was drawn for this learner's question. */
      drawn: z.array(z.object({ name: z.string(), value: z.string() })),
      texts: z.array(z.string()),
    }),
  ),
});

/** One quiz that a learner finished. */
export type QuizResultRow = z.infer<typeof quizResult>;

/** GET /desk/api/tutor/results, newest first. */
export const quizResults = z.object({ results: z.array(quizResult) });
