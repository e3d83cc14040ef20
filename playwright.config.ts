import { defineConfig } from '@playwright/test';
import { chromiumFlags, findChromium } from './bin/chromium.mjs';

const executablePath = findChromium();

/** Whole-loop tests: the built app, a running station, real Chromium. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.e2e.ts',
  fullyParallel: false,
  // Each file has programme, station and ports of its own.
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  // A busy machine is late at times. What passes only at the second try is named in the count of `npm test`.
  retries: 1,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  outputDir: 'test-results/e2e',
  use: {
    viewport: { width: 1366, height: 768 },
    actionTimeout: 15_000,
    trace: 'retain-on-failure',
    launchOptions: { args: [...chromiumFlags], ...(executablePath ? { executablePath } : {}) },
  },
});
