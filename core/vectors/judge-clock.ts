import { ClockError } from '#core/clock/clock-error.ts';
import {
  applyCarriedTime,
  applyStationTime,
  askStationTime,
  budgetsOf,
  type ClockReading,
  type ClockState,
  renewBudgets,
  startSession,
  tick,
  trustedNow,
} from '#core/clock/trusted-time.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { array, integer, literal, object, string } from '#core/json/shape.ts';

const eventShape = object({
  required: {
    kind: literal('session', 'tick', 'ask', 'answer', 'carried', 'renew'),
    wallMs: integer(),
    monotonicMs: integer(),
    boot: string({ maxLength: 200 }),
  },
  optional: { usedMs: integer(), timeMs: integer(), nonce: string({ maxLength: 200 }) },
});
type Event = ReturnType<typeof eventShape>;

/** What the device says after each event: the trusted time and what is used, or why the event was refused. */
export async function judgeClock(input: JsonValue): Promise<unknown> {
  const { events } = object({ required: { events: array(eventShape, { min: 1 }) } })(input, 'input');
  let state: ClockState | undefined;
  return events.map((event) => {
    const reading = { wallMs: event.wallMs, monotonicMs: event.monotonicMs, bootId: event.boot };
    try {
      state = after(state, event, reading);
    } catch (error) {
      if (error instanceof ClockError) return { refused: error.code };
      throw error;
    }
    return { ...trustedNow(state, reading), ...budgetsOf(state) };
  });
}

function after(state: ClockState | undefined, event: Event, reading: ClockReading): ClockState {
  if (!state || event.kind === 'session') return startSession(state, reading);
  const { usedMs = 0, timeMs = 0, nonce = '' } = event;
  switch (event.kind) {
    case 'tick':
      return tick(state, reading, usedMs);
    case 'ask':
      return askStationTime(state, nonce, reading);
    case 'answer':
      return applyStationTime(state, { timeMs, nonce, siteId: 'site-one' }, reading);
    case 'carried':
      return applyCarriedTime(state, timeMs, reading);
    case 'renew':
      return renewBudgets(state);
  }
}
