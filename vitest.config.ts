import preact from '@preact/preset-vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumFlags, findChromium } from './bin/chromium.mjs';

const executablePath = findChromium();

/** Unit tests run in Node, browser tests in real Chromium: the one on this machine, or else Playwright's. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{core,ui,app,sync-station,content-packager,device,bin}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.browser.test.*'],
          testTimeout: 20_000,
        },
      },
      {
        plugins: [preact()],
        test: {
          name: 'browser',
          include: ['{core,ui,app,sync-station}/**/*.browser.test.{ts,tsx}'],
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
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
