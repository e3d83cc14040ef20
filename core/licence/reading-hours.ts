import { isWithinHours, minuteOfDay } from '#core/policy/hours.ts';
import type { Regime } from './licence.ts';

/** Whether the regime lets the learner read now; closed hours end by themselves, at `opensAt` local time. */
export type ReadingHours =
  | { readonly kind: 'open' }
  | { readonly kind: 'closed'; readonly opensAt: string; readonly closesAt: string };

/** Judges the regime's hours at trusted time (formats/licence.md 4.5). No clock change of a day helps: it is budgeted. */
export function judgeHours(regime: Regime | undefined, nowMs: number): ReadingHours {
  const { readFrom, readUntil, timeZone } = regime ?? {};
  if (readFrom === undefined || readUntil === undefined) return { kind: 'open' };
  const isOpen = isWithinHours({ from: readFrom, until: readUntil }, minuteOfDay(nowMs, timeZone ?? 'UTC'));
  return isOpen ? { kind: 'open' } : { kind: 'closed', opensAt: readFrom, closesAt: readUntil };
}
