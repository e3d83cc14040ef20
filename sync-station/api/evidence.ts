import { z } from 'zod';
import { instantMs } from './basics.ts';

/** POST /desk/api/security/devices/:id/checks: the number that the report must be made for. */
export const checkNumber = z.object({ number: z.string(), expiresAtMs: instantMs });

/** The number that a report must be made for. */
export type CheckNumber = z.infer<typeof checkNumber>;

/** POST /desk/api/security/devices/:id/report: what the laptop shows, as it was scanned, pasted or saved. */
export const reportRequest = z.object({ text: z.string().min(1).max(20_000) });

/** A report whose signature is this device's. */
export const readReport = z.object({
  /** It was made for a number that this desk gave for this device just now; else it may be an old one. */
  isNew: z.boolean(),
  madeAtMs: instantMs,
  wallMs: instantMs,
  verdict: z.string(),
  licence: z.object({ serial: z.number().int(), expiresAtMs: instantMs }).nullable(),
  events: z.array(z.object({ code: z.string(), detail: z.string(), atMs: instantMs, times: z.number().int() })),
  older: z.number().int(),
});

/** A report whose signature is this device's. */
export type ReadReport = z.infer<typeof readReport>;
