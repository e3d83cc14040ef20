import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { type Desk, list, signIn } from './support/desk.ts';
import { dock, enrol, handIn, openAssignment, restart } from './support/learner.ts';
import { installMachineClock, turnClock, useFor } from './support/machine-clock.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';
import { store, stored } from './support/stored.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test.describe.configure({ mode: 'serial', timeout: 240_000 });
test.use({ actionTimeout: 30_000 });

let world: World;
let officer: Desk;
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  world = await makeWorld([demoCourse]);
  await world.start();
  officer = await signIn(world, 'officer');
  context = await browser.newContext({ locale: 'en-GB' });
  await installMachineClock(context);
  page = await context.newPage();
  await enrol(page, world, officer);
  await dock(page);
});

test.afterAll(async () => {
  await context?.close();
  await officer?.close();
  await world?.remove();
});

const course = () => page.getByRole('link', { name: /Study on your own/ }).first();
const banner = () => page.getByText('The clock was turned back').first();

async function openShelf(): Promise<void> {
  await page.goto(`${world.appUrl}/#/`);
}

test('a clock that slipped forward locks only for as long as it is wrong', async () => {
  await openShelf();
  await expect(course()).toBeVisible();
  await turnClock(page, 40 * DAY_MS);
  await expect(page.getByRole('heading', { name: 'The laptop is locked' })).toBeVisible();
  await turnClock(page, 0);
  await expect(course()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Reading time: 30 days left' })).toBeVisible();
  await expect(banner()).toHaveCount(0);
});

test('a clock turned back leaves 72 hours of use, over restarts; then the laptop locks', async () => {
  await openAssignment(page, world);
  await page.getByLabel('Your answer').fill('Nine to ten, every morning.');
  await handIn(page);
  await turnClock(page, -2 * DAY_MS);
  await openShelf();
  await expect(banner()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Reading time: 72 hours left' })).toBeVisible();
  await expect(course()).toBeVisible();

  await useFor(page, 1.5);
  await expect(page.getByRole('link', { name: 'Reading time: 71 hours left' })).toBeVisible();
  // One tab keeps the clock. As long as another page has that task, the many hours cost no writes.
  const keeper = await context.newPage();
  await keeper.goto(`${world.appUrl}/icons/leeslicht.svg`);
  await keeper.evaluate(() => {
    void navigator.locks.request('leeslicht-clock', () => new Promise(() => undefined));
  });
  await restart(page, world);
  await expect(page.getByRole('link', { name: 'Reading time: 71 hours left' })).toBeVisible();

  await useFor(page, 70);
  // Steps that come late on a busy machine are no use, so the hurried hours may be a little fewer than 70.
  await expect(page.getByRole('link', { name: /^Reading time: [12] hours? left$/ })).toBeVisible({ timeout: 60_000 });
  await openShelf();
  await expect(course()).toBeVisible();
  await keeper.close();
  await useFor(page, 2);
  await expect(page.getByRole('heading', { name: 'The clock was turned back' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/^The clock was turned back and your time is up\./)).toBeVisible();
  await expect(page.getByText(/You have 1 piece of work that has not gone out/)).toBeVisible();
  await expect(course()).toHaveCount(0);
  await restart(page, world);
  await expect(page.getByText(/^The clock was turned back and your time is up\./)).toBeVisible();
});

test('a sync sets the time right, takes the work, and brings everything back', async () => {
  await dock(page);
  await expect(page.getByText('1 parcel arrived safely.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Reading time: 30 days left' })).toBeVisible();
  await openShelf();
  await expect(course()).toBeVisible();
  await expect(banner()).toHaveCount(0);
  const tutor = await signIn(world, 'tutor');
  await expect.poll(async () => list(await tutor.get('/tutor/hand-ins'), 'handIns').length).toBe(1);
  await tutor.close();
});

test('a clock whose memory was deleted gives no time: the laptop locks until a sync', async () => {
  // Turned first: what a page writes into its session's storage may reach the next page a moment late.
  await turnClock(page, 0);
  await page.goto(`${world.appUrl}/icons/leeslicht.svg`);
  for (const slot of ['clockA', 'clockB']) await store(page, slot, null);
  await restart(page, world);
  const lost = page.getByRole('heading', { name: 'This laptop has lost track of the time' });
  await expect(lost).toBeVisible();
  await expect(page.getByText(/Connect it with the cable: that sets the time right/)).toBeVisible();
  await expectAccessible(page, 'a laptop that has lost track of the time');
  await dock(page);
  await openShelf();
  await expect(course()).toBeVisible();
  await expect(lost).toHaveCount(0);

  // Damaged so far that they are not even bytes: the same, and no blank page.
  await page.goto(`${world.appUrl}/icons/leeslicht.svg`);
  await store(page, 'clockA', 'rubbish');
  await store(page, 'clockB', 7);
  await restart(page, world);
  await expect(lost).toBeVisible();
  await dock(page);
  await openShelf();
  await expect(course()).toBeVisible();
  await expect.poll(async () => JSON.stringify(await officer.get('/security/trouble'))).toMatch(/"code":"clock-lost"/);
});

test('a licence that the disk has damaged, or lost, locks with words, and connecting renews it without a fork', async () => {
  const whole = await stored(page, 'licence');
  const halves = ['rubbish', 42, { payload: 7 }, Object.assign({}, whole, { signatures: 'none' })];
  for (const damaged of halves) {
    await page.goto(`${world.appUrl}/icons/leeslicht.svg`);
    await store(page, 'licence', damaged);
    await restart(page, world);
    await expect(page.getByRole('heading', { name: 'The reading time on this laptop is damaged' })).toBeVisible();
    await expect(course()).toHaveCount(0);
  }
  await expectAccessible(page, 'a laptop whose licence is damaged');
  await dock(page);
  await openShelf();
  await expect(course()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Reading time: 30 days left' })).toBeVisible();

  // Gone altogether: still the learner's laptop, and no screen for a new one.
  await page.goto(`${world.appUrl}/icons/leeslicht.svg`);
  await store(page, 'licence', null);
  await restart(page, world);
  await expect(page.getByRole('heading', { name: 'This laptop has no reading time yet' })).toBeVisible();
  await dock(page);
  await openShelf();
  await expect(course()).toBeVisible();
  const trouble = await officer.get('/security/trouble');
  expect(list(trouble, 'forks')).toEqual([]);
  expect(JSON.stringify(trouble)).toContain('"code":"licence-edited"');
});

test('the licence of another laptop does not open this one, and says so', async ({ browser }) => {
  const other = await browser.newContext({ locale: 'en-GB' });
  const second = await other.newPage();
  await enrol(second, world, officer);
  await dock(second);
  const licence = await stored(second, 'licence');
  expect(licence).toBeTruthy();
  await other.close();

  const own = await stored(page, 'licence');
  await store(page, 'licence', licence);
  await restart(page, world);
  await expect(page.getByRole('heading', { name: 'This reading time belongs to another laptop' })).toBeVisible();
  await expect(page.getByText('Take this laptop to the officer. Connect it, or register it again.')).toBeVisible();
  await expect(course()).toHaveCount(0);

  // Its own licence opens it again: nothing else was harmed.
  await store(page, 'licence', own);
  await restart(page, world);
  await expect(course()).toBeVisible();
});
