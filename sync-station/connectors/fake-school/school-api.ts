import { z } from 'zod';

/** The fake school's wire format: JSON, attachments in base64. */
const attachment = z.object({ fileName: z.string().min(1).max(255), base64: z.base64() });

export const handInBody = z.object({
  submissionId: z.string().min(1).max(64),
  learnerId: z.string().min(1).max(64),
  assignmentId: z.string().max(256),
  modulePath: z.string().max(512),
  title: z.string().max(512),
  text: z.string(),
  words: z.int().min(0),
  handedInAtMs: z.int(),
  attachment: attachment.optional(),
});

export const messageBody = z.object({
  id: z.string().min(1).max(64),
  learnerId: z.string().min(1).max(64),
  text: z.string().max(2500),
  createdAtMs: z.int(),
});

export const feedbackPage = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      submissionId: z.string(),
      text: z.string(),
      mark: z.string().optional(),
      tutor: z.string(),
      createdAtMs: z.int(),
      attachment: attachment.optional(),
    }),
  ),
  cursor: z.string().nullable(),
});

export const replyPage = z.object({
  items: z.array(
    z.object({ id: z.string(), learnerId: z.string(), from: z.string(), text: z.string(), createdAtMs: z.int() }),
  ),
  cursor: z.string().nullable(),
});

export const courseList = z.object({ courses: z.array(z.object({ id: z.string(), title: z.string() })) });

export type HandInBody = z.infer<typeof handInBody>;
export type MessageBody = z.infer<typeof messageBody>;
export type FeedbackPage = z.infer<typeof feedbackPage>;
export type ReplyPage = z.infer<typeof replyPage>;
