import type { Bytes } from '#core/bytes/bytes.ts';
import type { VerifiedPayload } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import { array, integer, isoInstantMs, object, string } from '#core/json/shape.ts';
import { ageRecipient, hex256, id128, nonce, siteId } from '#core/licence/identifiers.ts';
import { EnrolmentError } from './enrolment-error.ts';
import { readDocument } from './read-document.ts';

/** DSSE payload type of a handover, signed with the receipt key of the station that the device leaves. */
export const HANDOVER_TYPE = 'application/vnd.leeslicht.handover+json';

/** One station's word that a device now belongs to another site (formats/enrolment.md 6). */
export interface Handover {
  readonly deviceId: string;
  readonly signingKey: string;
  readonly ageRecipient: string;
  readonly learnerId: string;
  readonly learnerLabel: string;
  readonly fromSite: string;
  readonly toSite: string;
  /** The epoch that ends here; the new station begins the next. */
  readonly deviceEpoch: number;
  /** Of the last licence that the old station issued: the next one counts on. */
  readonly licenceSerial: number;
  readonly capabilities: readonly string[];
  readonly modules: readonly string[];
  readonly issuedAtMs: number;
  readonly nonce: string;
}

const shape = object(
  {
    required: {
      deviceId: id128,
      signingKey: hex256,
      ageRecipient,
      learnerId: string({ minLength: 1, maxLength: 128 }),
      learnerLabel: string({ maxLength: 200 }),
      fromSite: siteId,
      toSite: siteId,
      deviceEpoch: integer({ min: 1, max: 1_000_000 }),
      licenceSerial: integer(),
      capabilities: array(string({ maxLength: 64 }), { max: 64 }),
      modules: array(string({ minLength: 1, maxLength: 512 }), { max: 4096 }),
      issuedAt: isoInstantMs,
      nonce,
    },
  },
  { unknownKeys: 'ignore' },
);

/** Payload bytes of a handover. */
export function encodeHandover(handover: Handover): Bytes {
  const { issuedAtMs, capabilities, modules, ...rest } = handover;
  return canonicalJson({
    ...rest,
    capabilities: [...capabilities],
    modules: [...modules],
    issuedAt: formatInstant(issuedAtMs),
  });
}

/** Reads a handover whose signature was checked. Throws `EnrolmentError` `MALFORMED`. */
export function parseHandover(payload: VerifiedPayload): Handover {
  if (payload.payloadType !== HANDOVER_TYPE) throw new EnrolmentError({ code: 'MALFORMED' });
  return read(payload.bytes);
}

/** The site that a handover claims to come from: whose key to check it with. Throws `EnrolmentError` `MALFORMED`. */
export function claimedSite(payload: Uint8Array): string {
  return read(payload).fromSite;
}

function read(bytes: Uint8Array): Handover {
  const { issuedAt, ...rest } = readDocument(bytes, shape, 3 * 1024 * 1024);
  return { ...rest, issuedAtMs: issuedAt };
}
