/** Flags that keep Chromium quiet. */
export const chromiumFlags: readonly string[];
/** The path of this machine's Chromium, or undefined. */
export function findChromium(): string | undefined;
