import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { chromiumFlags, findChromium } from '../bin/chromium.mjs';
import { signIn } from '../e2e/support/desk.ts';
import { dock, enrol, unlock } from '../e2e/support/learner.ts';
import { root } from '../e2e/support/processes.ts';
import type { World } from '../e2e/support/station.ts';

/** A real Chromium with a profile on disk, as a laptop has it. A fresh context would keep IndexedDB in memory only. */
export interface LearnerLaptop {
  /** The learner app, enrolled and open. */
  readonly page: Page;
  readonly context: BrowserContext;
  readonly profile: string;
  /** Loads the app again, gives the PIN and puts the probe into the page. */
  reopen(): Promise<void>;
  close(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts Chromium on a profile, in English. `bypassCSP` lets the import's floor run in a worker of its own. */
export function launchChromium(profile: string): Promise<BrowserContext> {
  const executablePath = findChromium();
  return chromium.launchPersistentContext(profile, {
    ...(executablePath ? { executablePath } : {}),
    args: [...chromiumFlags],
    locale: 'en-GB',
    viewport: { width: 1366, height: 768 },
    bypassCSP: true,
  });
}

/** Puts the built probe into a page. */
export async function addProbe(page: Page): Promise<void> {
  await page.evaluate(readFileSync(resolve(root, 'dist/bench/probe/probe.js'), 'utf8'));
}

/** Enrols a laptop at the running station and docks it once. */
export async function enrolLaptop(world: World): Promise<LearnerLaptop> {
  const profile = mkdtempSync(join(tmpdir(), 'leeslicht-bench-'));
  const context = await launchChromium(profile);
  const page = context.pages()[0] ?? (await context.newPage());
  const officer = await signIn(world, 'officer');
  await enrol(page, world, officer);
  await officer.close();
  await dock(page);
  await addProbe(page);
  const laptop: LearnerLaptop = {
    page,
    context,
    profile,
    async reopen() {
      await page.goto(`${world.appUrl}/`);
      await page.reload();
      await unlock(page);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.getByRole('button', { name: 'Lock' }).waitFor();
      await addProbe(page);
    },
    close: () => context.close(),
    async remove() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
  return laptop;
}

/** Goes to a place of the app without loading it again. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
}
