import { z } from 'zod';

/** The largest file that the desk takes, before base64. */
export const maxFileBytes = 10 * 1024 * 1024;

/** An opaque id of the station. */
export const id = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/);

/** Whole milliseconds since 1970, UTC. */
export const instantMs = z.number().int();

/** A file name as a person sees it: never a path, never control characters. */
export const fileName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => !/[/\\\p{Cc}]/u.test(name) && name !== '.' && name !== '..');

/** A file inside a JSON body. */
export const uploadedFile = z.object({
  name: fileName,
  base64: z
    .string()
    .max(Math.ceil(maxFileBytes / 3) * 4)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/),
});

/** A file inside a JSON body. */
export type UploadedFile = z.infer<typeof uploadedFile>;

/** The answer of an act that has nothing to tell. */
export const done = z.object({ ok: z.literal(true) });

/** A learner as staff see one; the name is gone after erasure. */
export const learnerName = z.object({ id, displayName: z.string().nullable() });

/** A learner as staff see one. */
export type LearnerName = z.infer<typeof learnerName>;
