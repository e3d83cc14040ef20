import { z } from 'zod';
import { id, learnerName } from './basics.ts';

/** Where a rule stands, from wide to narrow; the last two are no level but an answer. */
export const decidedBy = z.enum(['standard', 'institution', 'group', 'device', 'person', 'nobody', 'authorities']);

const timeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/);
const capability = z.string().regex(/^[a-zA-Z][a-zA-Z0-9.-]{0,63}$/);
const pattern = z.string().regex(/^(\*|courses\/[a-z0-9-]+\/(\*|[a-z0-9.-]+))$/);

/** What one level says; what it does not mention it leaves to a wider one (formats/policy.md 1). */
export const policy = z.strictObject({
  allow: z.array(capability).max(256).optional(),
  deny: z.array(capability).max(256).optional(),
  allowModules: z.array(pattern).max(4096).optional(),
  denyModules: z.array(pattern).max(4096).optional(),
  hours: z.strictObject({ from: timeOfDay, until: timeOfDay }).optional(),
  dailyHours: z.number().int().min(1).max(24).optional(),
  licenceDays: z.number().int().min(1).max(30).optional(),
});

/** What one level says. */
export type PolicyBody = z.infer<typeof policy>;

/** GET /desk/api/policy */
export const policyOverview = z.object({
  /** What the authorities give this site: nothing reaches beyond it. */
  capabilities: z.array(z.string()),
  maxLicenceDays: z.number().int(),
  standard: policy,
  institution: policy,
  groups: z.array(z.object({ id, name: z.string(), members: z.number().int(), policy })),
  learners: z.array(learnerName.extend({ groupId: id.nullable() })),
  modules: z.array(z.object({ path: z.string(), title: z.string() })),
});

/** All that there is to decide about. */
export type PolicyOverview = z.infer<typeof policyOverview>;

/** POST /desk/api/policy/groups */
export const newGroup = z.object({ name: z.string().trim().min(1).max(120) });

/** POST /desk/api/policy/learners/:id/group */
export const groupChoice = z.object({ groupId: id.nullable() });

/** One answer to "why is this closed?" or open. `inLicence`: what the licence that the device holds says. */
export const reason = z.object({
  name: z.string(),
  title: z.string().nullable(),
  open: z.boolean(),
  by: decidedBy,
  rule: z.string().nullable(),
  inLicence: z.boolean().nullable(),
});

/** One answer to "why is this closed?". */
export type Reason = z.infer<typeof reason>;

/** GET /desk/api/policy/devices/:id/why?at=HH:MM */
export const whyAnswer = z.object({
  device: z.object({ id: z.string(), learner: learnerName, group: z.object({ id, name: z.string() }).nullable() }),
  at: timeOfDay,
  timeZone: z.string(),
  hours: reason,
  capabilities: z.array(reason),
  modules: z.array(reason),
  dailyHours: z.object({ value: z.number().int(), by: decidedBy }),
  licenceDays: z.object({ value: z.number().int(), by: decidedBy }),
  policies: z.object({ device: policy, person: policy }),
});

/** Which rule decided what, for one device at one minute of the day. */
export type WhyAnswer = z.infer<typeof whyAnswer>;
