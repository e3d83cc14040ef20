import { z } from 'zod';
import { id, instantMs } from './basics.ts';

/** What a member of staff may do at the desk; a person may have several. */
export const role = z.enum(['tutor', 'security', 'administrator']);

/** What a member of staff may do at the desk. */
export type Role = z.infer<typeof role>;

/** POST /desk/api/login */
export const loginRequest = z.object({ login: z.string().min(1).max(80), password: z.string().min(1).max(200) });

/** POST /desk/api/session/fresh: the password again, before an act that cannot be undone. */
export const freshRequest = z.object({ password: z.string().min(1).max(200) });

/** GET /desk/api/session, and the answer to a login. */
export const session = z.object({
  staff: z.object({ id, login: z.string(), displayName: z.string(), roles: z.array(role) }),
  /** Until then revoking and exporting need no password. */
  freshUntilMs: instantMs,
  /** Without a click before then the session ends. */
  idleUntilMs: instantMs,
  station: z.object({ stationName: z.string(), siteName: z.string() }),
  nowMs: instantMs,
});

/** Who is signed in, and for how long. */
export type Session = z.infer<typeof session>;
