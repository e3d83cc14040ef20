/** What was tried, and when the next try counts. */
interface Tries {
  readonly failures: number;
  readonly lastAtMs: number;
}

const freeTries = 3;
const longestWaitMs = 5 * 60_000;
const forgetAfterMs = 60 * 60_000;
const maxEntries = 10_000;

/** Slows guessing down: three free tries, then 2, 4, 8 … seconds up to 5 minutes, for a login and for an address. */
export interface LoginDelay {
  /** Milliseconds until a try for this key counts; 0 when it counts now. */
  waitMs(key: string, nowMs: number): number;
  failed(key: string, nowMs: number): void;
  succeeded(key: string): void;
}

/** Makes an empty delay table; it lives as long as the process and holds at most 10,000 keys. */
export function createLoginDelay(): LoginDelay {
  const tries = new Map<string, Tries>();
  return {
    waitMs(key, nowMs) {
      const entry = tries.get(key);
      if (!entry || entry.failures < freeTries) return 0;
      const wait = Math.min(longestWaitMs, 1000 * 2 ** Math.min(20, entry.failures - freeTries + 1));
      return Math.max(0, entry.lastAtMs + wait - nowMs);
    },
    failed(key, nowMs) {
      const entry = tries.get(key);
      const failures = entry && nowMs - entry.lastAtMs < forgetAfterMs ? entry.failures + 1 : 1;
      tries.delete(key);
      tries.set(key, { failures, lastAtMs: nowMs });
      const oldest = tries.keys().next();
      if (tries.size > maxEntries && !oldest.done) tries.delete(oldest.value);
    },
    succeeded(key) {
      tries.delete(key);
    },
  };
}
