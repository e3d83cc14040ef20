import { z } from 'zod';
import { orderKinds } from '#core/order/order.ts';
import { id, instantMs, learnerName } from './basics.ts';

/** How a device stands; the first that holds, most urgent first. */
export const deviceStanding = z.enum([
  'forked',
  'suspended',
  'expired',
  'dueSoon',
  'noLicence',
  'current',
  'revoked',
  'wiped',
]);

/** How a device stands. */
export type DeviceStanding = z.infer<typeof deviceStanding>;

/** Something that an officer must look at; `detail` names the file, where there is one. */
export const look = z.object({ id: z.number().int(), code: z.string(), detail: z.string(), atMs: instantMs });

/** Something that an officer must look at. */
export type Look = z.infer<typeof look>;

/** One line of the table of devices. */
export const deviceRow = z.object({
  id: z.string(),
  learner: learnerName,
  standing: deviceStanding,
  /** Days that the licence still runs, rounded up; 0 or less after it ran out; null without a licence. */
  daysLeft: z.number().int().nullable(),
  licenceExpiresAtMs: instantMs.nullable(),
  lastSeenAtMs: instantMs.nullable(),
  /** What nobody has looked at yet, newest first. */
  looks: z.array(look),
  writing: z.boolean(),
  keyLevel: z.string(),
});

/** One line of the table of devices. */
export type DeviceRow = z.infer<typeof deviceRow>;

/** GET /desk/api/security/devices: most urgent first. */
export const deviceList = z.object({ devices: z.array(deviceRow), nowMs: instantMs });

/** What an officer has ordered for a device and the device has not taken yet (formats/orders.md). */
export const waitingOrder = z.object({ id: z.string(), kind: z.enum(orderKinds), orderedAtMs: instantMs });

/** POST /desk/api/security/devices/:id/orders/withdraw */
export const withdrawRequest = z.object({ orderId: z.string().max(64) });

/** How a new PIN stands: nobody asked the custodians, their answer is awaited, or it is here. */
export const newPinState = z.enum(['none', 'requested', 'ready']);

/** GET /desk/api/security/devices/:id */
export const deviceDetail = deviceRow.extend({
  epoch: z.number().int(),
  fingerprint: z.string(),
  capabilities: z.array(z.string()),
  modules: z.array(z.string()),
  stateReason: z.string().nullable(),
  heldUntilMs: instantMs.nullable(),
  orders: z.array(waitingOrder),
  newPin: newPinState,
  /** When the newest sealed backup of the learner's work was made; null before the first. */
  backupAtMs: instantMs.nullable(),
  /** By the device's own signed word. */
  wipedAtMs: instantMs.nullable(),
  createdAtMs: instantMs,
  licenceSerial: z.number().int(),
  /** The command for the holder of the status key; null when the device is not revoked. */
  revocation: z.object({ requestedAtMs: instantMs, published: z.boolean(), command: z.string() }).nullable(),
  history: z.array(
    z.object({
      atMs: instantMs,
      code: z.string(),
      actor: z.string().nullable(),
      /** What the officer who looked at it wrote. */
      note: z.string().nullable(),
    }),
  ),
});

/** One device, whole. */
export type DeviceDetail = z.infer<typeof deviceDetail>;

/** Why staff do something to a device: kept at the device, never in the audit log. */
export const reasonRequest = z.object({ reason: z.string().trim().min(3).max(300) });

/** POST /desk/api/security/devices/:id/looked: at everything up to the newest that was on the screen. */
export const lookedRequest = z.object({ upTo: z.number().int(), note: z.string().trim().min(3).max(300) });

/** POST /desk/api/security/devices/:id/hold: with an end, or until somebody ends it. */
export const holdRequest = reasonRequest.extend({ untilMs: instantMs.nullable() });

/** POST /desk/api/security/enrolments */
export const openEnrolmentRequest = z.object({
  learner: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('existing'), id }),
    z.object({ kind: z.literal('new'), displayName: z.string().trim().min(1).max(120) }),
  ]),
  access: z.enum(['readOnly', 'writing']),
  /** Whether the device may run scripted content in its sandbox. */
  scripts: z.boolean().default(false),
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

/** GET /desk/api/security/trouble/count: how many devices need a look. */
export const troubleCount = z.object({ devices: z.number().int() });

/** GET /desk/api/security/trouble */
export const trouble = z.object({
  noticed: z.array(z.object({ deviceId: z.string(), learner: learnerName, looks: z.array(look) })),
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

/** GET /desk/api/security/recovery: the newest sealed backup of each device, newest first. */
export const recoveryList = z.object({
  backups: z.array(
    z.object({
      id,
      learner: learnerName,
      /** The device that made it. */
      madeBy: z.string(),
      createdAtMs: instantMs,
      requestedAtMs: instantMs.nullable(),
      answeredAtMs: instantMs.nullable(),
      /** The device that the custodians were asked for; the one that made the backup itself needs a new PIN. */
      targetDeviceId: z.string().nullable(),
      /** How a new PIN on the device that made it stands. */
      newPin: newPinState,
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
