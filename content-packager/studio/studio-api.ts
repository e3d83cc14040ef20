import { z } from 'zod';

/** One finding of the checker, with its words and whether the tutor accepts it. */
export const studioFinding = z.object({
  key: z.string(),
  file: z.string(),
  line: z.number().int().optional(),
  code: z.string(),
  severity: z.enum(['problem', 'note']),
  detail: z.string(),
  count: z.number().int(),
  what: z.string(),
  advice: z.string(),
  accepted: z.boolean(),
});

/** One finding, as the page shows it. */
export type StudioFinding = z.infer<typeof studioFinding>;

const failure = z.object({ code: z.string(), file: z.string().optional(), problem: z.string(), advice: z.string() });

/** GET /api/state?after=REVISION: answers at once when there is news, else within 20 seconds. */
export const studioState = z.object({
  /** Rises with every change of this state. */
  change: z.number().int(),
  /** Rises with every new bundle. */
  revision: z.number().int(),
  source: z.object({ name: z.string(), live: z.boolean() }).nullable(),
  busy: z.enum(['reading', 'packing', 'publishing']).nullable(),
  failure: failure.nullable(),
  findings: z.array(studioFinding),
  sizes: z.array(z.object({ folder: z.string(), sizeBytes: z.number() })),
  module: z
    .object({
      title: z.string(),
      language: z.string(),
      courseId: z.string(),
      moduleId: z.string(),
      version: z.string(),
      pages: z.number().int(),
      sizeBytes: z.number(),
      manifestSha256: z.string(),
    })
    .nullable(),
  published: z.object({ path: z.string(), version: z.string() }).nullable(),
  previewOrigin: z.string(),
});

/** What the page shows. */
export type StudioState = z.infer<typeof studioState>;

/** POST /api/source: a file or folder on this computer. */
export const sourceRequest = z.object({ path: z.string().min(1).max(4096) });
/** POST /api/settings: what the tutor decides about the module; absent is as the input says. */
export const settingsRequest = z.object({
  title: z.string().trim().min(1).max(1000).optional(),
  language: z.string().trim().min(2).max(35).optional(),
  courseId: z.string().trim().min(1).max(64).optional(),
  version: z.string().trim().min(1).max(32).optional(),
});
/** POST /api/accept: whether findings may stay as they are. */
export const acceptRequest = z.object({ keys: z.array(z.string().max(10_000)).max(100_000), accepted: z.boolean() });
/** POST /api/programme: looks into a programme's folder. */
export const programmeRequest = z.object({ dir: z.string().min(1).max(4096) });
/** Courses and who may publish them. */
export const programmeAnswer = z.object({
  name: z.string(),
  courses: z.array(z.object({ id: z.string(), title: z.string(), tutors: z.array(z.string()) })),
});
/** POST /api/publish */
export const publishRequest = z.object({
  dir: z.string().min(1).max(4096),
  courseId: z.string().min(1).max(64),
  tutor: z.string().min(1).max(200),
  passphrase: z.string().min(1).max(1000),
});
/** Every answer that is not good. */
export const studioProblem = failure;
