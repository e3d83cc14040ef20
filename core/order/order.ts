import type { Bytes } from '#core/bytes/bytes.ts';
import type { VerifiedPayload } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import { readJson } from '#core/json/read-json.ts';
import { isoInstantMs, literal, object, type Shape, string, tagged } from '#core/json/shape.ts';
import { id128, nonce, siteId } from '#core/licence/identifiers.ts';
import { OrderError } from './order-error.ts';

/** DSSE payload type of an order, signed with the receipt key of the device's own station. */
export const ORDER_TYPE = 'application/vnd.leeslicht.order+json';

/** DSSE payload type of a device's word that it has carried out an order. */
export const ORDER_DONE_TYPE = 'application/vnd.leeslicht.order-done+json';

const MAX_BYTES = 64 * 1024;

/** What an officer can order (formats/orders.md 3 to 6). */
export const orderKinds = ['release-pin', 'wipe', 'new-pin', 'wipe-closed'] as const;

/** What an officer can order. */
export type OrderKind = (typeof orderKinds)[number];

/** The orders that leave an empty device. */
export type WipeKind = Extract<OrderKind, 'wipe' | 'wipe-closed'>;

/** What every order says. */
interface OrderBase {
  readonly orderId: string;
  readonly deviceId: string;
  readonly siteId: string;
  /** The device's own, made for this one question. */
  readonly nonce: string;
  readonly issuedAtMs: number;
}

/** An order that lets the learner choose a new PIN. */
export interface NewPinOrder extends OrderBase {
  readonly kind: 'new-pin';
  /** Base64 of an age file for this device alone: the data key, as the custodians opened it. */
  readonly wrapped: string;
}

/** What an officer ordered for one device, as the station signs it when the device asks. */
export type Order = NewPinOrder | (OrderBase & { readonly kind: Exclude<OrderKind, 'new-pin'> });

/** A device's word that it has carried out an order. */
export interface OrderDone {
  readonly kind: OrderKind;
  readonly orderId: string;
  readonly deviceId: string;
  /** By the device's own trusted time. */
  readonly doneAtMs: number;
}

const open: { readonly unknownKeys: 'ignore' } = { unknownKeys: 'ignore' };
const base = { orderId: id128, deviceId: id128, siteId, nonce, issuedAt: isoInstantMs };
const orderShape = tagged('kind', {
  'release-pin': object({ required: { ...base, kind: literal('release-pin') } }, open),
  wipe: object({ required: { ...base, kind: literal('wipe') } }, open),
  'wipe-closed': object({ required: { ...base, kind: literal('wipe-closed') } }, open),
  'new-pin': object(
    { required: { ...base, kind: literal('new-pin'), wrapped: string({ minLength: 16, maxLength: 50_000 }) } },
    open,
  ),
});
const doneShape = object(
  { required: { kind: literal(...orderKinds), orderId: id128, deviceId: id128, doneAt: isoInstantMs } },
  open,
);

/** Payload bytes of an order. */
export function encodeOrder(order: Order): Bytes {
  const { issuedAtMs, ...rest } = order;
  return canonicalJson({ ...rest, issuedAt: formatInstant(issuedAtMs) });
}

/** Reads an order whose signature was checked. Throws `OrderError` `MALFORMED`. */
export function parseOrder(payload: VerifiedPayload): Order {
  const { issuedAt, ...rest } = read(payload, ORDER_TYPE, orderShape);
  return { ...rest, issuedAtMs: issuedAt };
}

/** Payload bytes of a device's word. */
export function encodeOrderDone(done: OrderDone): Bytes {
  const { doneAtMs, ...rest } = done;
  return canonicalJson({ ...rest, doneAt: formatInstant(doneAtMs) });
}

/** Reads a device's word whose signature was checked. Throws `OrderError` `MALFORMED`. */
export function parseOrderDone(payload: VerifiedPayload): OrderDone {
  const { doneAt, ...rest } = read(payload, ORDER_DONE_TYPE, doneShape);
  return { ...rest, doneAtMs: doneAt };
}

/** What a device knows of itself when an order comes. */
export interface OrderAsked {
  readonly deviceId: string;
  readonly siteId: string;
  readonly nonce: string;
  /** Ids of the orders that this device has carried out. */
  readonly obeyed: readonly string[];
}

/**
 * Whether a device carries out an order; `known` when it has done so before and only its word was lost. Throws
 * `OrderError` for an order that is for another device, of another site, or no answer to this question.
 */
export function judgeOrder(order: Order, asked: OrderAsked): 'obey' | 'known' {
  // formats/orders.md 2.2: an order counts for one device, at its own station, for one question
  if (order.deviceId !== asked.deviceId) throw new OrderError({ code: 'WRONG_DEVICE' });
  if (order.siteId !== asked.siteId) throw new OrderError({ code: 'WRONG_SITE' });
  if (order.nonce !== asked.nonce) throw new OrderError({ code: 'NOT_ASKED' });
  // formats/orders.md 2.3: once
  return asked.obeyed.includes(order.orderId) ? 'known' : 'obey';
}

function read<T>(payload: VerifiedPayload, payloadType: string, shape: Shape<T>): T {
  if (payload.payloadType !== payloadType) throw new OrderError({ code: 'MALFORMED' });
  return readJson(
    payload.bytes,
    shape,
    { maxBytes: MAX_BYTES },
    (cause) => new OrderError({ code: 'MALFORMED', cause }),
  );
}
