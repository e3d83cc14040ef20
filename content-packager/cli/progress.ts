import type { OnProgress } from '../writer/bundle-writer.ts';

/** A bar on stderr for work of more than a second. `end` wipes it. */
export interface Progress {
  readonly report: OnProgress;
  end(): void;
}

/** What the bar needs of a terminal. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const SHOW_AFTER_MS = 1000;
const REDRAW_MS = 100;

/** Draws only on a terminal, and only once a second has passed. `nowMs` is any clock that runs forward. */
export function createProgress(label: string, terminal: Terminal, nowMs: () => number): Progress {
  if (terminal.isTTY !== true) return { report: () => undefined, end: () => undefined };
  const startedMs = nowMs();
  let drawnMs = startedMs + SHOW_AFTER_MS - REDRAW_MS;
  let drawn = false;
  return {
    report(doneBytes, totalBytes) {
      const at = nowMs();
      if (at - drawnMs < REDRAW_MS) return;
      drawnMs = at;
      drawn = true;
      terminal.write(`\r\u001b[K${progressLine(label, doneBytes, totalBytes, at - startedMs, terminal.columns ?? 80)}`);
    },
    end() {
      if (drawn) terminal.write('\r\u001b[K');
    },
  };
}

/** One line: label, bar, percentage, speed, time left. */
export function progressLine(
  label: string,
  doneBytes: number,
  totalBytes: number,
  elapsedMs: number,
  columns: number,
): string {
  const fraction = totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
  const bytesPerSecond = elapsedMs > 0 ? (doneBytes / elapsedMs) * 1000 : 0;
  const secondsLeft = bytesPerSecond > 0 ? Math.ceil((totalBytes - doneBytes) / bytesPerSecond) : 0;
  const tail = ` ${String(Math.floor(fraction * 100)).padStart(3)} %  ${sizeText(bytesPerSecond)}/s  ${secondsLeft} s left`;
  const room = Math.max(5, Math.min(40, columns - label.length - tail.length - 4));
  const filled = Math.round(fraction * room);
  return `${label} [${'#'.repeat(filled)}${'.'.repeat(room - filled)}]${tail}`.slice(0, Math.max(10, columns - 1));
}

/** A size for people: `1.5 MB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}
