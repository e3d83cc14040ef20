import { z } from 'zod';

/** Why the desk refused a call; the face has words for each. */
export const deskProblemCodes = [
  'SIGN_IN_FIRST',
  'WRONG_LOGIN',
  'WAIT_BEFORE_LOGIN',
  'PASSWORD_AGAIN',
  'ROLE_MISSING',
  'WRONG_ORIGIN',
  'BAD_REQUEST',
  'NOT_FOUND',
  'LOGIN_TAKEN',
  'NAME_TAKEN',
  'WEAK_PASSWORD',
  'LAST_ADMINISTRATOR',
  'CODE_UNKNOWN',
  'WRONG_STATE',
  'FILE_TOO_LARGE',
  'NO_GRANT',
  'BAD_ANSWER',
  'NO_REPORT',
  'FOREIGN_REPORT',
  'NOTHING_TO_RECOVER',
  'MIRROR_FAILED',
  'DISK_RESERVE',
  'INTERNAL',
] as const;

/** The body of every refusal. `retryAfterSeconds` comes with WAIT_BEFORE_LOGIN. */
export const deskProblem = z.object({
  error: z.enum(deskProblemCodes),
  retryAfterSeconds: z.number().int().optional(),
});

/** One of the closed codes of `deskProblem`. */
export type DeskProblemCode = (typeof deskProblemCodes)[number];
