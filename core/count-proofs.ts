import { afterEach } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** What a proof went through, by kind: the report carries it, and `npm run test:trust` adds it up. */
    proved?: Readonly<Record<string, number>>;
  }
}

/** Counts what the tests of one file go through, as it happens. */
export function countProofs(): (kind: string, times?: number) => void {
  let counts: Record<string, number> = {};
  afterEach(({ task }) => {
    task.meta.proved = counts;
    counts = {};
  });
  return (kind, times = 1) => {
    counts[kind] = (counts[kind] ?? 0) + times;
  };
}
