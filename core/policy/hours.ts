import type { Hours } from './policy.ts';

/** `07:30` as minutes since midnight. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** Whether a minute of the day lies within the hours. Equal ends mean the whole day (formats/policy.md 3.2). */
export function isWithinHours(hours: Hours, minuteOfDay: number): boolean {
  const from = minutesOf(hours.from);
  const until = minutesOf(hours.until);
  if (from === until) return true;
  return from < until ? from <= minuteOfDay && minuteOfDay < until : from <= minuteOfDay || minuteOfDay < until;
}

/**
 * The minute of the local day at an instant. Summer time is the zone's own; a zone that this engine does not know
 * counts as UTC, so that a licence from a newer station never makes a device unreadable.
 */
export function minuteOfDay(atMs: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(atMs);
  const part = (type: 'hour' | 'minute'): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return (part('hour') % 24) * 60 + part('minute');
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = isTimeZone(timeZone) ? newFormat(timeZone) : newFormat('UTC');
  formats.set(timeZone, made);
  return made;
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** Whether this engine knows the IANA time zone, such as `Europe/Amsterdam`. */
export function isTimeZone(timeZone: string): boolean {
  try {
    newFormat(timeZone);
    return true;
  } catch {
    // The engine's only answer to a name that it does not know.
    return false;
  }
}
