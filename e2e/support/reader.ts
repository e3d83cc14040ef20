import { expect, type FrameLocator, type Page, test } from '@playwright/test';
import type { World } from './station.ts';

/** The reader on a learner's laptop. */
export interface Reader {
  readonly world: World;
  readonly page: Page;
  /** The page of course material on the screen. */
  frame(): FrameLocator;
  /** Opens a module where it was left, or a part of it by its address. */
  open(module: string, part?: string): Promise<void>;
  /** Opens a part by its line in the contents. */
  openPart(module: string, line: string | RegExp): Promise<void>;
  /** Opens one of the panels beside the page; closes nothing that lies open already. */
  panel(name: 'Contents' | 'Search' | 'Notes' | 'Text' | 'What is said'): Promise<void>;
  /** How many places are marked under a name, in the page or in a PDF. */
  marked(name: string): Promise<number>;
  /** Keeps a picture of the screen as an artefact of the test: wide, at 200 % and on a phone's width. */
  picture(name: string): Promise<void>;
}

/** The reader in an unlocked app, with its modules in the course `samples`. */
export function readerIn(page: Page, world: World): Reader {
  const bar = () => page.getByRole('toolbar', { name: 'Reading' });
  const reader: Reader = {
    world,
    page,
    frame: () => page.frameLocator('iframe'),
    async open(module, part) {
      const path = encodeURIComponent(`courses/samples/${module}.json`);
      await page.goto(`${world.appUrl}/#/`);
      await expect(page.getByRole('heading', { name: 'My bookshelf' })).toBeVisible();
      await page.goto(`${world.appUrl}/#/module/${path}${part === undefined ? '' : `/${encodeURIComponent(part)}`}`);
      await expect(bar()).toBeVisible();
    },
    async openPart(module, line) {
      await reader.open(module);
      await reader.panel('Contents');
      await page.locator('#reader-panel').getByRole('link', { name: line }).first().click();
    },
    async panel(name) {
      const button = bar().getByRole('button', { name, exact: true });
      if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click();
    },
    async marked(name) {
      const counts = await Promise.all(
        page.frames().map((frame) => frame.evaluate((key) => CSS.highlights.get(key)?.size ?? 0, name)),
      );
      return Math.max(...counts);
    },
    async picture(name) {
      for (const [width, height] of [
        [683, 384],
        [400, 800],
        [1366, 768],
      ] as const) {
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(200);
        const path = test.info().outputPath(`${name}-${width}.png`);
        await page.screenshot({ path });
        await test.info().attach(`${name}-${width}`, { path, contentType: 'image/png' });
      }
    },
  };
  return reader;
}
