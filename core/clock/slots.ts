import { toBase64 } from '#core/bytes/base64.ts';
import { type Bytes, concatBytes, utf8 } from '#core/bytes/bytes.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { base64Bytes, boolean, integer, nullable, object, ShapeError, string } from '#core/json/shape.ts';
import { JsonError, parseJson } from '#core/json/strict-json.ts';
import type { ClockState } from './clock-state.ts';

/** One write of the clock: `bytes` go in `slot`, strictly durable, and `state` goes on from there. */
export interface SealedSlot {
  readonly slot: 'A' | 'B';
  readonly bytes: Bytes;
  readonly state: ClockState;
}

/** What two slots hold. `tampered` with a state: one slot was torn, changed or removed, the other still counts. */
export type OpenedSlots =
  | { readonly kind: 'empty' }
  | { readonly kind: 'open'; readonly state: ClockState; readonly tampered: boolean }
  | { readonly kind: 'tampered' };

const LABEL = utf8('leeslicht-clock-v1\0');
const signed = integer({ min: Number.MIN_SAFE_INTEGER });

const stateShape = object({
  required: {
    markMs: integer(),
    anchorMonotonicMs: signed,
    bootId: string({ maxLength: 200 }),
    wallAtBootMs: signed,
    monotonicAtBootMs: signed,
    wallOffsetMs: signed,
    usedMs: integer(),
    sessionUsedMs: integer(),
    sessions: integer(),
    uncertainUsedMs: integer(),
    pendingForwardMs: nullable(integer()),
    budgetUsedFromMs: integer(),
    budgetSessionsFrom: integer(),
    outstanding: nullable(
      object({
        required: { nonce: string({ maxLength: 200 }), bootId: string({ maxLength: 200 }), monotonicMs: signed },
      }),
    ),
    writes: integer(),
  },
  optional: { distrusted: boolean, damaged: boolean },
});
const slotShape = object({ required: { mac: base64Bytes({ length: 32 }), state: stateShape } });

/** Seals the state with an HMAC-SHA-256 key for the slot whose turn it is; the other slot stays as it was. */
export async function sealSlots(state: ClockState, macKey: CryptoKey): Promise<SealedSlot> {
  const next = rounded({ ...state, writes: state.writes + 1 });
  const payload = encodeState(next);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', macKey, concatBytes(LABEL, canonicalJson(payload))));
  return {
    slot: next.writes % 2 === 0 ? 'B' : 'A',
    bytes: canonicalJson({ mac: toBase64(mac), state: payload }),
    state: next,
  };
}

/** The newest state that a slot proves (formats/clock.md 5.3). */
export async function openSlots(
  slotA: Uint8Array | undefined,
  slotB: Uint8Array | undefined,
  macKey: CryptoKey,
): Promise<OpenedSlots> {
  if (!slotA && !slotB) return { kind: 'empty' };
  const opened: ClockState[] = [];
  let tampered = false;
  const turns: readonly (readonly [Uint8Array | undefined, number])[] = [
    [slotA, 1],
    [slotB, 0],
  ];
  for (const [bytes, parity] of turns) {
    if (!bytes) continue;
    const state = await openSlot(bytes, macKey);
    if (state && state.writes % 2 === parity) opened.push(state);
    else tampered = true;
  }
  const [first, second] = opened;
  if (!first) return { kind: 'tampered' };
  const state = second && second.writes > first.writes ? second : first;
  // formats/clock.md 5.3: after two writes both slots are there
  return { kind: 'open', state, tampered: tampered || (!second && state.writes > 1) };
}

async function openSlot(bytes: Uint8Array, macKey: CryptoKey): Promise<ClockState | undefined> {
  try {
    const { mac, state } = slotShape(parseJson(bytes, { maxBytes: 16 * 1024 }), '');
    const message = concatBytes(LABEL, canonicalJson(encodeState(state)));
    return (await crypto.subtle.verify('HMAC', macKey, mac, message)) ? state : undefined;
  } catch (cause) {
    // A torn write is as good as none: the other slot is there for that.
    if (cause instanceof JsonError || cause instanceof ShapeError) return undefined;
    throw cause;
  }
}

function encodeState(state: ClockState) {
  const { outstanding, ...rest } = state;
  return { ...rest, outstanding: outstanding === null ? null : { ...outstanding } };
}

// Monotonic clocks count in fractions; stored states do not.
function rounded(state: ClockState): ClockState {
  const { outstanding } = state;
  return {
    ...state,
    markMs: Math.floor(state.markMs),
    anchorMonotonicMs: Math.ceil(state.anchorMonotonicMs),
    wallAtBootMs: Math.floor(state.wallAtBootMs),
    monotonicAtBootMs: Math.floor(state.monotonicAtBootMs),
    wallOffsetMs: Math.floor(state.wallOffsetMs),
    outstanding: outstanding && { ...outstanding, monotonicMs: Math.floor(outstanding.monotonicMs) },
  };
}
