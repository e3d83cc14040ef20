import { z } from 'zod';

/** A part of a module, as it can be printed: in a view of the station, as the PDF that it is, or not at all. */
export const printPart = z.object({
  title: z.string(),
  how: z.enum(['view', 'pdf', 'none']),
  /** Where to open it; null when it cannot be printed. */
  address: z.string().nullable(),
});

/** A part of a module, as it can be printed. */
export type PrintPart = z.infer<typeof printPart>;

/** A module of the mirror that can be printed. */
export const printModule = z.object({
  path: z.string(),
  title: z.string(),
  version: z.string(),
  /** The view of all parts. */
  address: z.string(),
  parts: z.array(printPart),
});

/** A module of the mirror that can be printed. */
export type PrintModule = z.infer<typeof printModule>;

/** GET /desk/api/print/modules */
export const printModules = z.object({ modules: z.array(printModule) });
