import { type Envelope, parseEnvelope } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import {
  array,
  boolean,
  hexString,
  type Infer,
  integer,
  literal,
  object,
  type Shape,
  string,
  tagged,
} from '#core/json/shape.ts';

const open = { unknownKeys: 'ignore' } as const;

/** An envelope inside another document; its signature is checked by whoever uses it. */
const envelope: Shape<Envelope> = (value) => parseEnvelope(canonicalJson(value));

/** GET /dock/info. Nobody trusts it: the six words cover what matters in it. */
export const infoShape = object(
  {
    required: {
      protocol: literal(1),
      stationName: string({ maxLength: 200 }),
      siteId: string({ maxLength: 63 }),
      siteName: string({ maxLength: 200 }),
      receiptKey: hexString(32),
      stationEpoch: integer(),
      rootSha256: hexString(32),
    },
  },
  open,
);

/** POST /dock/enrolments. */
export const enrolledShape = object(
  { required: { enrolmentId: string({ maxLength: 100, pattern: /^[\w-]+$/ }), stationNonce: hexString(16) } },
  open,
);

/** GET /dock/enrolments/:id. */
export const enrolmentStateShape = tagged('state', {
  waiting: object({ required: { state: literal('waiting') } }, open),
  refused: object({ required: { state: literal('refused') } }, open),
  confirmed: object(
    {
      required: {
        state: literal('confirmed'),
        licence: envelope,
        deviceEpoch: integer({ min: 1 }),
        learnerLabel: string({ maxLength: 200 }),
      },
    },
    open,
  ),
});

/** POST /dock/challenge. */
export const challengeShape = object({ required: { nonce: string({ maxLength: 128 }) } }, open);

/** POST /dock/hello. */
export const helloShape = object(
  {
    required: {
      time: envelope,
      device: literal('ok', 'revoked', 'suspended', 'forked'),
      expectedSequence: integer({ min: 1 }),
      missing: array(integer({ min: 1 }), { max: 10_000 }),
      down: array(object({ required: { id: hexString(32), sizeBytes: integer() } }, open), { max: 10_000 }),
      reoffer: boolean,
    },
    optional: { deviceEpoch: integer({ min: 1 }), stationEpoch: integer() },
  },
  open,
);

/** The station's answer to a hello. */
export type HelloAnswer = Infer<typeof helloShape>;

/** PUT /dock/parcels/:id, when it was taken. */
export const receiptShape = object({ required: { receipt: envelope } }, open);
/** PUT /dock/parcels/:id, when it was not. */
export const refusalShape = object({ required: { refusal: envelope } }, open);
/** POST /dock/licence. */
export const licenceShape = object({ required: { licence: envelope } }, open);
/** POST /dock/presence. */
export const presenceShape = object(
  { required: { roomCode: string({ pattern: /^\d{6}$/ }), minutes: integer() } },
  open,
);
/** Any answer that is not what was asked for. */
export const errorShape = object({ required: { error: string({ maxLength: 64 }) } }, open);
