import type { ProgressRecord } from '../../platform/records/records.ts';

/** How far a module is, and where its reader was last. */
export interface ModuleProgress {
  /** 0 to 1 over all parts of the reading order. */
  readonly fraction: number;
  readonly lastHref: string | undefined;
  readonly lastReadAtMs: number;
}

/** Adds up the progress records of one module over its reading order. A part counts as read from 97 % on. */
export function addUpProgress(
  modulePath: string,
  readingOrder: readonly { readonly href: string }[],
  records: readonly ProgressRecord[],
): ModuleProgress {
  const mine = new Map(
    records.filter((record) => record.modulePath === modulePath).map((record) => [record.href, record]),
  );
  let sum = 0;
  let last: ProgressRecord | undefined;
  for (const { href } of readingOrder) {
    const record = mine.get(href);
    if (!record) continue;
    sum += record.fraction >= 0.97 ? 1 : record.fraction;
    if (!last || record.updatedAtMs > last.updatedAtMs) last = record;
  }
  return {
    fraction: readingOrder.length === 0 ? 0 : sum / readingOrder.length,
    lastHref: last?.href,
    lastReadAtMs: last?.updatedAtMs ?? 0,
  };
}
