import { type Bytes, utf8 } from '#core/bytes/bytes.ts';
import type { Envelope } from '#core/dsse/dsse.ts';
import {
  array,
  boolean,
  type Infer,
  integer,
  literal,
  nullable,
  object,
  type Shape,
  string,
  tagged,
} from '#core/json/shape.ts';
import { ageRecipient, hex256, id128, nonce, siteId } from '#core/licence/identifiers.ts';

/** Version of the dock API. */
export const DOCK_PROTOCOL = 1;

/** Headers of a signed request, and the one on every signed answer. */
export const DOCK_HEADERS = {
  device: 'leeslicht-device',
  nonce: 'leeslicht-nonce',
  signature: 'leeslicht-signature',
  nextNonce: 'leeslicht-next-nonce',
} satisfies Readonly<Record<string, string>>;

/** What a device signs, for every request but the first two (formats/dock-api.md 2). */
export interface DockRequest {
  /** The station's receipt key, hex: a signature for one station is worth nothing at another. */
  readonly receiptKey: string;
  readonly method: string;
  /** As sent, with the query if there is one. */
  readonly path: string;
  /** SHA-256 of the body bytes, hex; of no bytes when there is no body. */
  readonly bodySha256: string;
  readonly nonce: string;
}

/** The bytes that the device signs. */
export function dockMessage(request: DockRequest): Bytes {
  const { receiptKey, method, path, bodySha256, nonce: once } = request;
  return utf8(['leeslicht-dock-v1', receiptKey, method.toUpperCase(), path, bodySha256, once].join('\n'));
}

// formats/dock-api.md 1.3: members that a reader does not know are ignored
const open: { readonly unknownKeys: 'ignore' } = { unknownKeys: 'ignore' };

/** A DSSE envelope inside a JSON body: unverified. */
export const envelopeShape: Shape<Envelope> = object(
  {
    required: {
      payload: string({ maxLength: 4 * 1024 * 1024 }),
      payloadType: string({ minLength: 1, maxLength: 200 }),
      signatures: array(
        object({ required: { keyid: string({ maxLength: 200 }), sig: string({ maxLength: 200 }) } }, open),
        { min: 1, max: 16 },
      ),
    },
  },
  open,
);

/** `GET /dock/info` */
export const infoAnswer = object(
  {
    required: {
      protocol: literal(DOCK_PROTOCOL),
      stationName: string({ maxLength: 200 }),
      siteId,
      siteName: string({ maxLength: 200 }),
      receiptKey: hex256,
      licenceKey: hex256,
      ageRecipient,
      stationEpoch: integer(),
      rootSha256: nullable(string({ maxLength: 64 })),
    },
  },
  open,
);

/** `POST /dock/enrolments` */
export const enrolmentBody = object({ required: { code: string({ maxLength: 40 }), request: envelopeShape } }, open);
export const enrolmentAnswer = object(
  { required: { enrolmentId: string({ minLength: 1, maxLength: 128 }), stationNonce: nonce } },
  open,
);

/** `GET /dock/enrolments/:id?proof=` */
export const enrolmentStateAnswer = tagged('state', {
  waiting: object({ required: { state: literal('waiting') } }, open),
  refused: object({ required: { state: literal('refused') } }, open),
  confirmed: object(
    {
      required: {
        state: literal('confirmed'),
        licence: envelopeShape,
        deviceEpoch: integer({ min: 1 }),
        learnerLabel: string({ maxLength: 200 }),
      },
    },
    open,
  ),
});

/** `POST /dock/challenge` */
export const challengeBody = object({ required: { deviceId: id128 } }, open);
export const challengeAnswer = object({ required: { nonce } }, open);

/** `POST /dock/hello` */
export const helloBody = object(
  {
    required: {
      deviceEpoch: integer({ min: 1 }),
      stationEpoch: integer(),
      nextSequence: integer({ min: 1 }),
      licence: nullable(envelopeShape),
      receipt: nullable(envelopeShape),
      timeNonce: nonce,
      downHead: integer(),
    },
    optional: { quota: object({ required: { usageBytes: integer(), quotaBytes: integer() } }, open) },
  },
  open,
);
export const helloAnswer = object(
  {
    required: {
      time: envelopeShape,
      device: literal('ok', 'revoked', 'suspended', 'forked'),
      expectedSequence: integer({ min: 1 }),
      missing: array(integer({ min: 1 }), { max: 10_000 }),
      down: array(object({ required: { id: hex256, sizeBytes: integer() } }, open), { max: 10_000 }),
      reoffer: boolean,
    },
    // What the station has raised its counters to, for a device that comes to a restored station.
    optional: { deviceEpoch: integer({ min: 1 }), stationEpoch: integer() },
  },
  open,
);

/** `PUT /dock/parcels/:parcelId`: 200 with a receipt, 409 or 422 with a refusal. */
export const receiptAnswer = object({ required: { receipt: envelopeShape } }, open);
export const refusalAnswer = object({ required: { refusal: envelopeShape } }, open);

/** `POST /dock/down/:id/ack` */
export const ackBody = object({ required: { ack: envelopeShape } }, open);

/** `POST /dock/licence` */
export const licenceBody = object({ required: { request: envelopeShape } }, open);
export const licenceAnswer = object({ required: { licence: envelopeShape } }, open);

/** `POST /dock/presence` */
export const presenceAnswer = object(
  {
    required: {
      roomCode: string({ minLength: 6, maxLength: 6, pattern: /^[0-9]{6}$/ }),
      minutes: integer({ min: 1, max: 60 }),
    },
  },
  open,
);

/** Any answer that is not a success: a code in capitals, perhaps a message for a log. */
export const errorAnswer = object(
  {
    required: { error: string({ minLength: 1, maxLength: 64, pattern: /^[A-Z][A-Z_]*$/ }) },
    optional: { message: string({ maxLength: 2000 }) },
  },
  open,
);

/** What each shape yields. */
export type InfoAnswer = Infer<typeof infoAnswer>;
export type EnrolmentBody = Infer<typeof enrolmentBody>;
export type EnrolmentAnswer = Infer<typeof enrolmentAnswer>;
export type EnrolmentStateAnswer = Infer<typeof enrolmentStateAnswer>;
export type HelloBody = Infer<typeof helloBody>;
export type HelloAnswer = Infer<typeof helloAnswer>;
export type PresenceAnswer = Infer<typeof presenceAnswer>;
export type ErrorAnswer = Infer<typeof errorAnswer>;
