import { fromBase64Url, toBase64, toBase64Url } from '#core/bytes/base64.ts';
import { BytesError } from '#core/bytes/bytes.ts';
import type { Signer } from '#core/crypto/signer.ts';
import { DsseError, preAuthEncoding, type VerifiedPayload, verifyEnvelope } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import { readJson } from '#core/json/read-json.ts';
import { array, integer, isoInstantMs, nullable, object, string } from '#core/json/shape.ts';
import { deviceIdOf, id128 } from '#core/licence/identifiers.ts';
import { EvidenceError } from './evidence-error.ts';

/** DSSE payload type of a report, signed by the device. */
export const REPORT_TYPE = 'application/vnd.leeslicht.report+json';

/** How a report begins: its kind and version (formats/evidence.md 3.1). */
const MARK = 'LEES1';

/** Most events in a report, so that its picture can still be read by a camera. */
export const MAX_REPORT_EVENTS = 8;
const MAX_DETAIL = 80;
const MAX_TEXT = 16_384;

/** Something that a device noticed, once or more often. */
export interface ReportEvent {
  readonly code: string;
  readonly detail: string;
  /** The last time, by the device's trusted time. */
  readonly atMs: number;
  readonly times: number;
}

/** What a device says of itself. */
export interface Report {
  readonly deviceId: string;
  /** The number that an officer gave for this report, as `normaliseCode` writes it; null for a report without. */
  readonly check: string | null;
  /** By the device's trusted time. */
  readonly madeAtMs: number;
  /** What the clock of the machine says. */
  readonly wallMs: number;
  /** The kind of the verdict (formats/licence.md 4). */
  readonly verdict: string;
  readonly licence: { readonly serial: number; readonly expiresAtMs: number } | null;
  readonly deviceEpoch: number;
  /** Newest first. */
  readonly events: readonly ReportEvent[];
  /** How many more there are, older than these. */
  readonly older: number;
}

const open: { readonly unknownKeys: 'ignore' } = { unknownKeys: 'ignore' };
const word = string({ minLength: 1, maxLength: 64, pattern: /^[A-Za-z0-9-]+$/ });
const eventShape = object(
  { required: { code: word, detail: string({ maxLength: MAX_DETAIL }), at: isoInstantMs, times: integer({ min: 1 }) } },
  open,
);
const reportShape = object(
  {
    required: {
      deviceId: id128,
      check: nullable(string({ minLength: 10, maxLength: 10, pattern: /^[0-9A-HJKMNP-TV-Z]+$/ })),
      madeAt: isoInstantMs,
      wall: isoInstantMs,
      verdict: word,
      licence: nullable(object({ required: { serial: integer(), expires: isoInstantMs } }, open)),
      deviceEpoch: integer({ min: 1 }),
      events: array(eventShape, { max: MAX_REPORT_EVENTS }),
      older: integer(),
    },
  },
  open,
);

/** A report as one line of text: what the picture holds, and what is pasted at the desk (formats/evidence.md 3). */
export async function signReport(report: Report, device: Signer): Promise<string> {
  const { madeAtMs, wallMs, licence, events, ...rest } = report;
  const payload = canonicalJson({
    ...rest,
    madeAt: formatInstant(madeAtMs),
    wall: formatInstant(wallMs),
    licence: licence && { serial: licence.serial, expires: formatInstant(licence.expiresAtMs) },
    events: events.slice(0, MAX_REPORT_EVENTS).map(({ code, detail, atMs, times }) => ({
      ...{ code, detail: detail.slice(0, MAX_DETAIL), times },
      at: formatInstant(atMs),
    })),
    older: report.older + Math.max(0, events.length - MAX_REPORT_EVENTS),
  });
  const signature = await device.sign(preAuthEncoding(REPORT_TYPE, payload));
  return [MARK, toBase64Url(payload), toBase64Url(signature)].join('.');
}

/**
 * Reads a report that the device with this key signed; blanks and line ends in the text do not matter. Throws
 * `EvidenceError`.
 */
export async function openReport(text: string, signingKey: Uint8Array): Promise<Report> {
  const report = parseReport(await verified(text, signingKey));
  // formats/evidence.md 3.3: it speaks for the key that signed it
  if (report.deviceId !== (await deviceIdOf(signingKey))) throw new EvidenceError({ code: 'WRONG_DEVICE' });
  return report;
}

/** Reads a report whose signature was checked. Throws `EvidenceError` `MALFORMED`. */
export function parseReport(payload: VerifiedPayload): Report {
  const { madeAt, wall, licence, events, ...rest } = readJson(
    payload.bytes,
    reportShape,
    { maxBytes: MAX_TEXT },
    (cause) => new EvidenceError({ code: 'MALFORMED', cause }),
  );
  return {
    ...rest,
    madeAtMs: madeAt,
    wallMs: wall,
    licence: licence && { serial: licence.serial, expiresAtMs: licence.expires },
    events: events.map(({ at, ...event }) => ({ ...event, atMs: at })),
  };
}

async function verified(text: string, signingKey: Uint8Array): Promise<VerifiedPayload> {
  if (text.length > MAX_TEXT) throw new EvidenceError({ code: 'MALFORMED' });
  const [mark, payload, signature, ...more] = text.replace(/\s/g, '').split('.');
  if (mark !== MARK || payload === undefined || signature === undefined || more.length > 0) {
    throw new EvidenceError({ code: 'MALFORMED' });
  }
  try {
    const envelope = {
      payload: toBase64(fromBase64Url(payload)),
      payloadType: REPORT_TYPE,
      signatures: [{ keyid: '', sig: toBase64(fromBase64Url(signature)) }],
    };
    return await verifyEnvelope(envelope, { payloadType: REPORT_TYPE, keys: [signingKey] });
  } catch (cause) {
    if (cause instanceof BytesError) throw new EvidenceError({ code: 'MALFORMED', cause });
    if (cause instanceof DsseError) throw new EvidenceError({ code: 'BAD_SIGNATURE', cause });
    throw cause;
  }
}
