const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{3}))?Z$/;
const DAY_MS = 86_400_000;
const DAYS_TO_1970 = 719_468;
const LAST_MS = 253_402_300_799_999;

/**
 * Milliseconds since 1970 of `2026-11-24T05:00:00Z` or `2026-11-24T05:00:00.250Z`; undefined for any other writing,
 * for days that do not exist, and for leap seconds. Years 1970 to 9999, always UTC.
 */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = daysFromCivil(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + milli;
  // Writing the value again shows a month 13 or a 30 February, which would have rolled over.
  return ms >= 0 && ms <= LAST_MS && formatInstant(ms).slice(0, 19) === text.slice(0, 19) ? ms : undefined;
}

/** `2026-11-24T05:00:00Z` of whole milliseconds since 1970; the fraction is written only when it is not zero. */
export function formatInstant(ms: number): string {
  if (!Number.isInteger(ms) || ms < 0 || ms > LAST_MS) throw new RangeError('an instant lies between 1970 and 9999');
  const days = Math.floor(ms / DAY_MS);
  const inDay = ms - days * DAY_MS;
  const { year, month, day } = civilFromDays(days);
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  const seconds = Math.floor(inDay / 1000);
  const time = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  const milli = inDay % 1000;
  return `${date}T${time}${milli === 0 ? '' : `.${pad(milli, 3)}`}Z`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

/** Days since 1970-01-01 in the Gregorian calendar: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - DAYS_TO_1970;
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const z = days + DAYS_TO_1970;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}
