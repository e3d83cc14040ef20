import { join } from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Desk, signIn } from './support/desk.ts';
import { changeEdition, copyFaces } from './support/faces.ts';
import { dock, enrol, openAssignment, restart, unlock } from './support/learner.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';
import { openWire, type Wire } from './support/wire.ts';

const draft = 'Half a plan for the week.';

test.describe.configure({ mode: 'serial', timeout: 120_000 });
test.use({ actionTimeout: 30_000 });

let faces: string;
let world: World;
let wire: Wire;
let officer: Desk;
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  world = await makeWorld([demoCourse]);
  faces = copyFaces(join(world.folder, 'faces'));
  await world.start({}, ['--faces', faces]);
  wire = await openWire();
  officer = await signIn(world, 'officer');
  context = await browser.newContext({ locale: 'en-GB', proxy: { server: wire.server } });
  page = await context.newPage();
  await enrol(page, world, officer);
  await dock(page);
});

test.afterAll(async () => {
  await context?.close();
  await officer?.close();
  await wire?.close();
  await world?.remove();
});

const offer = () => page.getByText('A new version of Leeslicht is ready. Your work stays saved.');
const edition = () => page.evaluate(() => document.documentElement.dataset['edition'] ?? 'first');

async function openEditor(): Promise<void> {
  await openAssignment(page, world);
  await expect(page.getByLabel('Your answer')).toBeVisible();
}

async function restartToShelf(): Promise<void> {
  await restart(page, world);
  await expect(page.getByRole('heading', { name: 'My bookshelf' })).toBeVisible();
}

test('a new version of the app is offered only when it is here whole, and only on the shelf', async () => {
  await openEditor();
  await page.getByLabel('Your answer').fill(draft);
  await expect(page.locator('[data-save-state="saved"]')).toBeVisible();

  changeEdition(faces, 'second');
  let release = (): void => undefined;
  const until = new Promise<void>((done) => {
    release = done;
  });
  let held = 0;
  wire.treat(({ url }) => {
    if (new URL(url).pathname !== '/index.html') return { kind: 'pass' };
    held += 1;
    return { kind: 'hold', until };
  });
  await restartToShelf();
  await expect.poll(() => held, { timeout: 30_000 }).toBeGreaterThan(0);
  // One file of the new version is still on its way.
  await expect(offer()).toHaveCount(0);
  expect(await edition()).toBe('first');
  await openEditor();
  release();
  const waiting = () =>
    page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting?.state ?? 'none');
  await expect.poll(waiting, { timeout: 30_000 }).toBe('installed');
  await expect(page.getByLabel('Your answer')).toHaveValue(draft);
  await expect(offer()).toHaveCount(0);
  await page.getByRole('link', { name: 'Bookshelf' }).first().click();
  await expect(offer()).toBeVisible();
  expect(await edition()).toBe('first');
});

test('taking the new version keeps everything that is the learner’s', async () => {
  await page.getByRole('button', { name: 'Update now' }).click();
  await expect.poll(() => edition().catch(() => 'loading'), { timeout: 30_000 }).toBe('second');
  wire.cut();
  await unlock(page);
  await expect(page.getByRole('heading', { name: 'My bookshelf' })).toBeVisible();
  await expect(offer()).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Reading time: 30 days left' })).toBeVisible();
  await openEditor();
  await expect(page.getByLabel('Your answer')).toHaveValue(draft);
  await page.getByRole('button', { name: 'Contents' }).click();
  await page.getByRole('link', { name: 'Start where you are' }).click();
  await expect(page.frameLocator('iframe').getByText('It is good that you are here.')).toBeVisible();
  // And the next start without a network is the new version too.
  await restartToShelf();
  expect(await edition()).toBe('second');
});
