import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { signIn } from '../e2e/support/desk.ts';
import { enrol } from '../e2e/support/learner.ts';
import type { BenchPlace } from './bench-place.ts';
import { launchChromium } from './learner-laptop.ts';
import { medianRow, type Row, type Sample } from './row.ts';

/** Even: each of the two pages is the first of a cold browser as often as the other. */
const STARTS = 8;

declare global {
  /** When the page's heading was about to be drawn, in milliseconds since its start. */
  var firstContentMs: number | undefined;
}

/** Notes when the first heading is there, at the frame that draws it. Runs before any script of the page. */
function noteFirstContent(): void {
  const look = (): void => {
    if (document.querySelector('h1') === null) requestAnimationFrame(look);
    else
      requestAnimationFrame(() => {
        globalThis.firstContentMs ??= performance.now();
      });
  };
  look();
}

async function firstContent(page: Page, url: string): Promise<number> {
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction(() => globalThis.firstContentMs !== undefined);
  return page.evaluate(() => globalThis.firstContentMs ?? Number.NaN);
}

/**
 * Row "offline start": a browser that was just started, without a network, to the screen that asks for the PIN, against
 * a bare Preact page that its worker has kept.
 */
export async function benchStarting(place: BenchPlace): Promise<readonly Row[]> {
  const world = await place.world();
  const plain = await place.plain();
  const profile = mkdtempSync(join(tmpdir(), 'leeslicht-bench-start-'));
  const barePage = `${plain.url}/bare-page.html`;
  try {
    const first = await launchChromium(profile);
    const page = await first.newPage();
    const officer = await signIn(world, 'officer');
    await enrol(page, world, officer);
    await officer.close();
    await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated');
    await page.goto(barePage);
    await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated');
    await first.close();
    const samples: Sample[] = [];
    for (let start = 0; start < STARTS; start += 1) {
      const context = await launchChromium(profile);
      await context.setOffline(true);
      await context.addInitScript(noteFirstContent);
      const addresses = [`${world.appUrl}/`, barePage];
      const taken = new Map<string, number>();
      for (const address of start % 2 === 0 ? addresses : addresses.reverse()) {
        const tab = await context.newPage();
        taken.set(address, await firstContent(tab, address));
        await tab.close();
      }
      await context.close();
      samples.push({ value: taken.get(`${world.appUrl}/`) ?? Number.NaN, floor: taken.get(barePage) ?? Number.NaN });
    }
    return [medianRow('offline start to first content', 'ms', samples, { kind: 'ratioAtMost', limit: 1.5 })];
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}
