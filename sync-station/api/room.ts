import { z } from 'zod';
import { fileName, id, instantMs, learnerName, uploadedFile } from './basics.ts';

/** What a docking device is doing. */
export const dockStep = z.enum([
  'enrolment',
  'hello',
  'up',
  'refused',
  'down',
  'licence',
  'presence',
  'modules',
  'done',
]);

/** What a docking device is doing. */
export type DockStep = z.infer<typeof dockStep>;

/** One server-sent event of GET /desk/api/room/events. */
export const roomEvent = z.object({
  kind: z.literal('dock'),
  deviceId: z.string(),
  learner: z.string().nullable(),
  step: dockStep,
  done: z.number().optional(),
  total: z.number().optional(),
  detail: z.string().optional(),
  atMs: instantMs,
});

/** One server-sent event of the computer room. */
export type RoomEvent = z.infer<typeof roomEvent>;

/** One device that synced today: what came in, what went out, and until when it may read. */
export const roomSync = z.object({
  deviceId: z.string(),
  learner: learnerName,
  lastAtMs: instantMs,
  parcels: z.array(
    z.object({
      id,
      sequence: z.number().int(),
      receivedAtMs: instantMs,
      sizeBytes: z.number(),
      receipt: z.enum(['stored', 'backedUp', 'none']),
    }),
  ),
  sentItems: z.number().int(),
  licenceExpiresAtMs: instantMs.nullable(),
});

/** One device that synced today. */
export type RoomSync = z.infer<typeof roomSync>;

/** GET /desk/api/room */
export const roomToday = z.object({ syncs: z.array(roomSync), nowMs: instantMs });

/** An assignment of a published module. */
export const assignmentChoice = z.object({
  assignmentId: z.string(),
  modulePath: z.string(),
  title: z.string(),
  moduleTitle: z.string(),
});

/** An assignment of a published module. */
export type AssignmentChoice = z.infer<typeof assignmentChoice>;

/** GET /desk/api/room/assignments */
export const assignmentChoices = z.object({ assignments: z.array(assignmentChoice) });

const roomCode = z.string().regex(/^\d{6}$/);

/** POST /desk/api/room/presence: asks whose code it is; does not use it up. */
export const presenceRequest = z.object({ roomCode });

/** Who docked, and how long the code still counts. */
export const presence = z.object({ learner: learnerName, expiresAtMs: instantMs });

/** POST /desk/api/room/hand-ins: uses the code up and books the file as work of that learner. */
export const roomHandInRequest = z.object({
  roomCode,
  assignmentId: z.string().min(1).max(200),
  modulePath: z.string().min(1).max(500),
  file: uploadedFile,
});

/** What was booked. */
export const roomHandIn = z.object({
  submissionId: id,
  learner: learnerName,
  title: z.string(),
  fileName,
  sha256: z.string(),
  handedInAtMs: instantMs,
});
