import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Response } from '@playwright/test';
import { ASSIGNMENTS, type BenchPlace } from './bench-place.ts';
import { addProbe, goTo } from './learner-laptop.ts';
import { writePage } from './media-course.ts';
import { makeRow, medianRow, type Row, type Sample } from './row.ts';

async function openDocking(page: Page): Promise<void> {
  await goTo(page, '#/docking');
  // The screen's code comes when it is opened.
  await page.getByRole('button', { name: /^Connect (now|once more)$/ }).waitFor();
}

/** Every file below a folder, with its size. */
function sizesBelow(folder: string): ReadonlyMap<string, number> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map(({ parentPath, name }) => [join(parentPath, name), statSync(join(parentPath, name)).size]));
}

/**
 * Rows "update": one page of the film's module changes. The floor is what the tutor's change brought into the
 * repository: chunks, and the manifest with its leaves. Measured is all that the sync fetched from there, metadata too.
 */
export async function benchUpdate(place: BenchPlace): Promise<readonly Row[]> {
  const world = await place.world();
  const { page, context } = await place.laptop();
  const before = sizesBelow(world.repository);
  writePage(place.media().folder, 'Other words.');
  world.publish({ id: 'film', title: 'Film', input: place.media().folder }, { version: '1.1.0' });
  const brought = [...sizesBelow(world.repository)].filter(
    ([path]) => !before.has(path) && !path.startsWith(join(world.repository, 'metadata')),
  );
  const timestamp = async () => (await fetch(`${world.appUrl}/repository/metadata/timestamp.json`)).text();
  const known = await timestamp();
  await world.stop();
  await world.start();
  for (let waited = 0; (await timestamp()) === known; waited += 1) {
    if (waited > 300) throw new Error('the station did not take the new version');
    await page.waitForTimeout(100);
  }
  await openDocking(page);
  let fetched = 0;
  const count = (response: Response): void => {
    if (!response.url().includes('/repository/')) return;
    // By its header: the worker that fetched it may be gone, and the body with it.
    const sizeBytes = Number(response.headers()['content-length'] ?? Number.NaN);
    if (response.ok()) fetched += sizeBytes;
  };
  context.on('response', count);
  const took = await page.evaluate(() => probe.syncTime());
  context.off('response', count);
  await page.getByText('New version: Film').waitFor();
  const floor = brought.reduce((sum, [, size]) => sum + size, 0);
  const size = `${place.megabytes} MiB`;
  return [
    makeRow(
      {
        name: `update of ${size} after one changed page, bytes`,
        value: fetched / 1000,
        floor: floor / 1000,
        unit: 'kB',
      },
      { kind: 'ratioAtMost', limit: 1.5 },
    ),
    makeRow(
      { name: `update of ${size} after one changed page, time`, value: took / 1000, unit: 's' },
      { kind: 'valueAtMost', limit: 2 },
    ),
  ];
}

/** Row "sync": the learner's own editor and docking screen, against the same bytes posted one after the other. */
export async function benchSync(place: BenchPlace): Promise<readonly Row[]> {
  const { page, context } = await place.laptop();
  const plain = await place.plain();
  const { count, sizeBytes, rounds } = ASSIGNMENTS;
  const module = (await page.evaluate(() => probe.modulesHere())).find(({ title }) => title === 'Writing');
  if (!module) throw new Error('the assignments did not arrive');
  const tasks = module.files.filter(({ href }) => href.endsWith('.json') || href.includes('task'));
  const plainPage = await context.newPage();
  await plainPage.goto(`${plain.url}/bare-pdf.html`);
  await addProbe(plainPage);
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await page.bringToFront();
    for (const { href } of tasks.slice(round * count, (round + 1) * count)) {
      await goTo(page, `#/module/${encodeURIComponent(module.path)}/${encodeURIComponent(href)}`);
      await page.getByLabel('Your answer').waitFor();
      await page.evaluate((size) => probe.writeAnswer(size), sizeBytes);
      await page.getByText(/^Saved at/).waitFor();
      await page.getByRole('button', { name: 'Hand in', exact: true }).click();
      await page.getByRole('button', { name: 'Yes, hand in' }).click();
      await page.getByText('The text you handed in').waitFor();
    }
    await openDocking(page);
    const value = await page.evaluate(() => probe.syncTime());
    const floor = await plainPage.evaluate(([n, size]) => probe.postTexts(n, size), [count, sizeBytes] as const);
    samples.push({ value: value / 1000, floor: floor / 1000 });
  }
  await plainPage.close();
  const name = `sync of one device with ${count} assignments of ${sizeBytes / 1000} kB`;
  return [medianRow(name, 's', samples, { kind: 'ratioAtMost', limit: 2 })];
}
