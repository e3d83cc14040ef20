import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import preact from '@preact/preset-vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumFlags, findChromium } from './bin/chromium.mjs';

const executablePath = findChromium();

/** Published vectors lie beside the repository; a test that needs them fails where they are missing. */
const sampleVectors = (_: unknown, name: string): Promise<string> =>
  readFile(resolve(import.meta.dirname, '../shared/samples/vectors', basename(name)), 'utf8');

/** Unit tests, tests of whole programs and the slow proofs of trust run in Node, browser tests in real Chromium: the one on this machine, or else Playwright's. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{core,ui,app,sync-station,content-packager,device,bin,bench,fuzz}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.browser.test.*', '**/*.trust.test.*', '**/*.system.test.*'],
          // A process of its own for each of a hundred files costs as much again as all tests together.
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'system',
          environment: 'node',
          include: ['{sync-station,content-packager}/**/*.system.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'trust',
          environment: 'node',
          include: ['{core,app,sync-station,content-packager,trust}/**/*.trust.test.ts'],
          // A machine that does other things as well needs longer than the five minutes that a free one has.
          testTimeout: 1_800_000,
        },
      },
      {
        plugins: [preact()],
        // Found only when a worker loads them: the page would be loaded again in the middle of a test.
        optimizeDeps: {
          include: ['minisearch', ...['dutch', 'english', 'french', 'german'].map((name) => `@orama/stemmers/${name}`)],
        },
        test: {
          name: 'browser',
          include: ['{core,ui,app,sync-station}/**/*.browser.test.{ts,tsx}'],
          testTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            commands: { sampleVectors },
            provider: playwright({
              launchOptions: { args: [...chromiumFlags], ...(executablePath ? { executablePath } : {}) },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
