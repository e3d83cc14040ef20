const DAY_MS = 24 * 60 * 60 * 1000;
/** About a quarter of a second of hashing in one refresh, so that a big copy is gone through in turns. */
const AT_ONCE = 128;

/** Says which chunks of the copy are hashed again. */
export interface Recheck {
  /** Begins a refresh: it may look at so many chunks again. */
  begin(): void;
  /** Whether this chunk's turn has come; a yes counts. */
  isDue(hash: string): boolean;
}

/** Every chunk once a day, after a start as well, and no more than some at each refresh. */
export function createRecheck(now: () => number): Recheck {
  const lookedAtMs = new Map<string, number>();
  let left = 0;
  return {
    begin: () => {
      left = AT_ONCE;
    },
    isDue: (hash) => {
      const last = lookedAtMs.get(hash);
      if (left === 0 || (last !== undefined && now() - last < DAY_MS)) return false;
      left -= 1;
      lookedAtMs.set(hash, now());
      return true;
    },
  };
}
