import { resolve } from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Desk, list, signIn, text } from './support/desk.ts';
import { dock, enrol, handIn, openAssignment, unlock } from './support/learner.ts';
import { samples } from './support/processes.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';

const essay = 'I want to study every morning from nine to ten, before the noise begins.';

test.describe.configure({ mode: 'serial' });

let world: World;
let officer: Desk;
let tutor: Desk;
let context: BrowserContext;
let page: Page;
const requests: string[] = [];

test.beforeAll(async ({ browser }) => {
  world = await makeWorld([
    { id: 'moby-dick', title: 'Moby-Dick', input: resolve(samples, 'epub/moby-dick.epub') },
    { id: 'free-culture', title: 'Free Culture', input: resolve(samples, 'pdf/freeculture.pdf') },
    demoCourse,
  ]);
  await world.start();
  officer = await signIn(world, 'officer');
  tutor = await signIn(world, 'tutor');
  context = await browser.newContext({ locale: 'en-GB' });
  page = await context.newPage();
  context.on('request', (request) => requests.push(request.url()));
});

test.afterAll(async () => {
  await context?.close();
  await officer?.close();
  await tutor?.close();
  await world?.remove();
});

test('a device is enrolled with a one-use code and six equal words', async () => {
  await enrol(page, world, officer);
});

test('docking brings three modules, and a licence of 30 days', async () => {
  await dock(page);
  await page.goto(`${world.appUrl}/#/`);
  for (const title of ['Moby-Dick', 'Free Culture', 'Study on your own']) {
    await expect(page.getByRole('heading', { name: new RegExp(title) }).first()).toBeVisible();
  }
  await expect(page.getByText(/30 days|29 days/).first()).toBeVisible();
});

test('the app itself comes out of the browser’s cache, its letters before the first words', async () => {
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByLabel('PIN', { exact: true })).toBeVisible();
  const assets = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.includes('/assets/'))
      .map((entry) => ({
        name: entry.name.replace(/^.*\/assets\/|-[\w-]{8}\.\w+$/g, ''),
        by: 'initiatorType' in entry ? entry.initiatorType : '',
        source: 'workerFinalSourceType' in entry ? entry.workerFinalSourceType : '',
      })),
  );
  expect(assets.length).toBeGreaterThan(4);
  expect(assets.filter(({ source }) => source !== 'cache')).toEqual([]);
  const letters = assets.filter(({ name }) => name.startsWith('atkinson'));
  expect(letters.map(({ name, by }) => `${name} ${by}`)).toEqual([
    'atkinson-hyperlegible-latin-400-normal link',
    'atkinson-hyperlegible-latin-700-normal link',
  ]);
  await unlock(page);
  await context.setOffline(false);
});

test('the book is read without a network', async () => {
  await context.setOffline(true);
  await page
    .getByRole('link', { name: /Moby-Dick/ })
    .first()
    .click();
  const frame = page.frameLocator('iframe');
  // The first page is the cover: a picture from the verified chunks, not a broken one.
  await expect
    .poll(() =>
      frame
        .locator('img')
        .evaluateAll((all) => all.map((one) => one instanceof HTMLImageElement && one.naturalWidth > 0)),
    )
    .toEqual([true]);
  await page.getByRole('button', { name: 'Contents' }).click();
  await page.getByRole('link', { name: /Loomings/ }).click();
  await expect(frame.getByText(/Call me Ishmael/)).toBeVisible();
});

test('an assignment is written offline, handed in at the station, marked and read offline', async () => {
  await openAssignment(page, world);
  await page.getByLabel('Your answer').fill(essay);
  await expect(page.getByText(/^Saved at/)).toBeVisible();
  await handIn(page);
  // Handed in once more before it went out: both versions travel, the newest is the one to mark
  await page.getByRole('button', { name: 'Make a new version' }).click();
  await expect(page.getByLabel('Your new version')).toHaveValue(essay);
  await page.getByLabel('Your new version').fill(`${essay} Every day.`);
  await handIn(page);
  await expect(page.getByText('Earlier version, handed in on')).toBeVisible();

  await context.setOffline(false);
  await dock(page);
  const handIns = await expect
    .poll(async () => list(await tutor.get('/tutor/hand-ins'), 'handIns').length, { timeout: 15_000 })
    .toBe(2)
    .then(() => tutor.get('/tutor/hand-ins'));
  const id = text(handIns, 'handIns', 0, 'id');
  expect(text(await tutor.get(`/tutor/hand-ins/${id}`), 'text')).toBe(`${essay} Every day.`);
  expect(text(await tutor.get(`/tutor/hand-ins/${text(handIns, 'handIns', 1, 'id')}`), 'text')).toBe(essay);
  await tutor.post(`/tutor/hand-ins/${id}/feedback`, { text: 'A good plan. Start small.', mark: '8' });

  await dock(page);
  await context.setOffline(true);
  await page.goto(`${world.appUrl}/#/feedback`);
  await page.getByRole('main').getByRole('link').first().click();
  await expect(page.getByText('A good plan. Start small.')).toBeVisible();
  await context.setOffline(false);
});

test('no request of the whole loop left the origin', () => {
  expect(requests.length).toBeGreaterThan(20);
  const foreign = requests.filter((url) => !url.startsWith(world.appUrl) && !/^(blob|data|about):/.test(url));
  expect(foreign).toEqual([]);
});
