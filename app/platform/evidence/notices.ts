import type { NoticedCode } from '#core/evidence/noticed.ts';
import type { MetaStore } from '../device/device-meta.ts';

/** Something that this device noticed, once or more often. */
export interface Noticed {
  readonly code: NoticedCode;
  readonly detail: string;
  /** The last time, by trusted time. */
  readonly atMs: number;
  readonly times: number;
  /** Whether an up parcel carries the last time. */
  readonly isReported: boolean;
}

const MOST = 50;

/** Keeps what the device notices, also while the vault is closed: nothing of the learner's is in it. */
export interface Notices {
  /** Counts once for each start of the app. */
  note(code: NoticedCode, detail: string, nowMs: number): void;
}

/** The notices of a device, in its single values. */
export function noticesOf(meta: MetaStore): Notices {
  const met = new Set<string>();
  let writing: Promise<void> = Promise.resolve();
  return {
    note(code, detail, nowMs) {
      const id = `${code} ${detail}`;
      if (met.has(id)) return;
      met.add(id);
      // One after the other, or two would write over each other.
      writing = writing
        .then(async () => {
          const kept = (await meta.read('noticed')) ?? [];
          await meta.write({ noticed: withNotice(kept, { code, detail, atMs: Math.floor(nowMs) }) });
        })
        .catch((cause: unknown) => {
          // A full disk must not stop the reader; the next start notices it again.
          console.error(cause);
        });
    },
  };
}

/** The list with one thing more, newest last; the oldest go when there are too many. */
export function withNotice(
  kept: readonly Noticed[],
  met: Pick<Noticed, 'code' | 'detail' | 'atMs'>,
): readonly Noticed[] {
  const isSame = ({ code, detail }: Noticed): boolean => code === met.code && detail === met.detail;
  const times = (kept.find(isSame)?.times ?? 0) + 1;
  return [...kept.filter((one) => !isSame(one)), { ...met, times, isReported: false }].slice(-MOST);
}
