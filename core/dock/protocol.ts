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
export const enrolmentAnswer = object(
  { required: { enrolmentId: string({ minLength: 1, maxLength: 128, pattern: /^[\w-]+$/ }), stationNonce: nonce } },
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
    optional: {
      quota: object({ required: { usageBytes: integer(), quotaBytes: integer() } }, open),
      // The newest receipt that says `backedUp`: what it covers is not on the device any more.
      backedUpReceipt: envelopeShape,
      // Epoch and id of the parcel that `downHead` counts to.
      downHeadEpoch: integer({ min: 1 }),
      downHeadId: hex256,
      // Of what the device keeps of time one of two records was changed or removed on its disk, or both are lost.
      clock: literal('edited', 'lost'),
    },
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
    // `handover`: this device belongs to another site now.
    optional: {
      ...{ deviceEpoch: integer({ min: 1 }), stationEpoch: integer(), handover: envelopeShape },
      // formats/orders.md 1.3
      ordersWait: boolean,
    },
  },
  open,
);

/** `POST /dock/return`: a device that a restored station does not know shows the licence that the station signed. */
export const returnBody = object(
  { required: { licence: envelopeShape, deviceEpoch: integer({ min: 1, max: 1_000_000 }) } },
  open,
);

/** `POST /dock/arrivals`: a device comes with the word of the station that it left. */
export const arrivalBody = object({ required: { handover: envelopeShape } }, open);

/** `PUT /dock/parcels/:parcelId`: 200 with a receipt, 409 or 422 with a refusal. */
export const receiptAnswer = object({ required: { receipt: envelopeShape } }, open);
export const refusalAnswer = object({ required: { refusal: envelopeShape } }, open);

/** `POST /dock/licence` */
export const licenceAnswer = object({ required: { licence: envelopeShape } }, open);

/** `POST /dock/orders` */
export const ordersBody = object(
  {
    required: { nonce: id128 },
    // formats/orders.md 4.2: everything on the device is at the station, and this parcel is the newest of it
    optional: {
      held: nullable(
        object(
          { required: { deviceEpoch: integer({ min: 1 }), sequence: integer({ min: 1 }), parcelId: hex256 } },
          open,
        ),
      ),
    },
  },
  open,
);
export const ordersAnswer = object(
  { required: { orders: array(envelopeShape, { max: 16 }) }, optional: { notYet: boolean } },
  open,
);

/** `POST /dock/orders/done`: a device's signed word that an order was carried out. */
export const orderDoneBody = object({ required: { deviceId: id128, done: envelopeShape } }, open);

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
export type EnrolmentAnswer = Infer<typeof enrolmentAnswer>;
export type EnrolmentStateAnswer = Infer<typeof enrolmentStateAnswer>;
export type HelloBody = Infer<typeof helloBody>;
export type HelloAnswer = Infer<typeof helloAnswer>;
export type OrdersBody = Infer<typeof ordersBody>;
