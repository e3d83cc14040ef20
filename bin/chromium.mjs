import { existsSync } from 'node:fs';

const candidates = [
  process.env.LEESLICHT_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Flags that keep Chromium quiet: nothing in a test or a demo reaches beyond this machine. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Chromium asks its maker about the shape of every form it shows, also with background networking off.
  '--autofill-server-url=about:blank',
];

/**
 * Finds the Chromium of this machine.
 * @returns {string | undefined} its path, or undefined where only Playwright's own download can serve
 */
export function findChromium() {
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path));
}
