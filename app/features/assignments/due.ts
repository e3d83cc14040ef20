/** The day before which work is wanted; undefined when there is none or it is no date. */
export function dueMsOf(due: string | undefined): number | undefined {
  const dueMs = due === undefined ? Number.NaN : Date.parse(due);
  return Number.isNaN(dueMs) ? undefined : dueMs;
}
