import type { AttemptRecord } from '../../platform/records/records.ts';

const SAVE_WITHIN_MS = 250;

/** Writes the newest state of an attempt, at most one write at a time. */
export interface AttemptSaver {
  change(attempt: AttemptRecord): void;
  /** Resolves when everything that was changed is on disk, or a write has failed. */
  flush(): Promise<void>;
}

/** `onFailed` is told true when the last write failed, and false when one went well again. */
export function createSaver(
  save: (attempt: AttemptRecord) => Promise<void>,
  onFailed: (failed: boolean) => void,
): AttemptSaver {
  let waiting: AttemptRecord | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(async () => {
      const next = waiting;
      if (!next) return;
      waiting = undefined;
      try {
        await save(next);
        onFailed(false);
      } catch {
        // Kept for the next try, unless something newer came meanwhile.
        waiting ??= next;
        onFailed(true);
      }
    });
    return writing;
  };
  return {
    change(attempt) {
      waiting = attempt;
      timer ??= setTimeout(() => void write(), SAVE_WITHIN_MS);
    },
    flush: () => write(),
  };
}
