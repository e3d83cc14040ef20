import { z } from 'zod';
import { id, instantMs, learnerName } from './basics.ts';

/** How a device stands; the first that holds, most urgent first. */
export const deviceStanding = z.enum(['forked', 'suspended', 'expired', 'dueSoon', 'noLicence', 'current', 'revoked']);

/** How a device stands. */
export type DeviceStanding = z.infer<typeof deviceStanding>;

/** One line of the table of devices. */
export const deviceRow = z.object({
  id: z.string(),
  learner: learnerName,
  standing: deviceStanding,
  /** Whole days that the licence still runs; negative after it ran out; null without a licence. */
  daysLeft: z.number().int().nullable(),
  licenceExpiresAtMs: instantMs.nullable(),
  lastSeenAtMs: instantMs.nullable(),
  writing: z.boolean(),
  keyLevel: z.string(),
});

/** One line of the table of devices. */
export type DeviceRow = z.infer<typeof deviceRow>;

/** GET /desk/api/security/devices: most urgent first. */
export const deviceList = z.object({ devices: z.array(deviceRow), nowMs: instantMs });

/** GET /desk/api/security/devices/:id */
export const deviceDetail = deviceRow.extend({
  epoch: z.number().int(),
  fingerprint: z.string(),
  capabilities: z.array(z.string()),
  modules: z.array(z.string()),
  stateReason: z.string().nullable(),
  createdAtMs: instantMs,
  licenceSerial: z.number().int(),
  /** The command for the holder of the status key; null when the device is not revoked. */
  revocation: z.object({ requestedAtMs: instantMs, published: z.boolean(), command: z.string() }).nullable(),
  history: z.array(z.object({ atMs: instantMs, code: z.string(), actor: z.string().nullable(), detail: z.string() })),
});

/** One device, whole. */
export type DeviceDetail = z.infer<typeof deviceDetail>;

/** Why staff do something to a device: kept at the device, never in the audit log. */
export const reasonRequest = z.object({ reason: z.string().trim().min(3).max(300) });

/** POST /desk/api/security/enrolments */
export const openEnrolmentRequest = z.object({
  learner: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('existing'), id }),
    z.object({ kind: z.literal('new'), displayName: z.string().trim().min(1).max(120) }),
  ]),
  access: z.enum(['readOnly', 'writing']),
  modules: z
    .array(z.string().regex(/^(\*|courses\/[a-z0-9-]+\/(\*|[a-z0-9-]+))$/))
    .min(1)
    .max(200),
});

/** The one-use code: shown once, kept only as a hash. */
export const openedEnrolment = z.object({ id, code: z.string(), expiresAtMs: instantMs });

/** The one-use code. */
export type OpenedEnrolment = z.infer<typeof openedEnrolment>;

/** GET /desk/api/security/enrolments/:id */
export const enrolmentState = z.object({
  id,
  learner: learnerName,
  state: z.enum(['open', 'requested', 'confirmed', 'refused', 'expired']),
  triesLeft: z.number().int(),
  expiresAtMs: instantMs,
  words: z
    .object({ nl: z.array(z.string()), en: z.array(z.string()), deviceLanguage: z.enum(['nl', 'en']) })
    .nullable(),
  keyLevel: z.string().nullable(),
  deviceId: z.string().nullable(),
});

/** How an enrolment stands. */
export type EnrolmentState = z.infer<typeof enrolmentState>;

/** What an enrolment can choose from. */
export const enrolmentChoices = z.object({
  learners: z.array(learnerName),
  courses: z.array(z.object({ pattern: z.string(), title: z.string() })),
  canWrite: z.boolean(),
});

/** GET /desk/api/security/trouble */
export const trouble = z.object({
  forks: z.array(
    z.object({
      deviceId: z.string(),
      learner: learnerName,
      branches: z.array(
        z.object({
          parcelId: z.string(),
          sequence: z.number().int(),
          deviceEpoch: z.number().int(),
          foundAtMs: instantMs,
        }),
      ),
    }),
  ),
  quarantined: z.array(
    z.object({
      parcelId: z.string(),
      deviceId: z.string(),
      learner: learnerName.nullable(),
      receivedAtMs: instantMs,
      sizeBytes: z.number(),
      code: z.string(),
    }),
  ),
  revocations: z.array(
    z.object({ deviceId: z.string(), requestedAtMs: instantMs, published: z.boolean(), command: z.string() }),
  ),
});

/** What an officer must look at. */
export type Trouble = z.infer<typeof trouble>;

/** GET /desk/api/security/recovery: learners with a sealed backup, newest first. */
export const recoveryList = z.object({
  backups: z.array(
    z.object({
      id,
      learner: learnerName,
      createdAtMs: instantMs,
      requestedAtMs: instantMs.nullable(),
      answeredAtMs: instantMs.nullable(),
      devices: z.array(z.object({ id: z.string(), createdAtMs: instantMs })),
    }),
  ),
});

/** POST /desk/api/security/recovery/:id/request: which device gets the backup. */
export const recoveryRequest = z.object({ deviceId: z.string().min(1).max(64) });

/** A file to carry to the custodians, as text. */
export const recoveryFile = z.object({ fileName: z.string(), text: z.string() });

/** POST /desk/api/security/recovery/answer */
export const recoveryAnswer = z.object({ text: z.string().min(2).max(100_000) });

/** GET /desk/api/security/audit: newest first, pseudonyms only. */
export const auditPage = z.object({
  entries: z.array(
    z.object({
      sequence: z.number().int(),
      atMs: instantMs,
      actor: z.string(),
      act: z.string(),
      subject: z.string(),
      detail: z.string(),
      hash: z.string(),
    }),
  ),
  older: z.number().int().nullable(),
});

/** GET /desk/api/security/audit/check */
export const auditCheck = z.object({ entries: z.number().int(), brokenAt: z.number().int().nullable() });
