import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { type Desk, list, signIn, text } from './support/desk.ts';
import { openDesk, signInAtDesk } from './support/desk-page.ts';
import { type Laptop, makeLaptop } from './support/laptop.ts';
import { dock, enrol, freshPage, handIn, openAssignment, restart, startDocking, unlock } from './support/learner.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';
import { store, stored } from './support/stored.ts';

test.describe.configure({ mode: 'serial', timeout: 180_000 });
test.use({ actionTimeout: 30_000 });

let world: World;
let officer: Desk;
let tutor: Desk;
let desk: Page;
let context: BrowserContext;
let page: Page;
let deviceId: string;
const laptops: Laptop[] = [];

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  world = await makeWorld([demoCourse]);
  await world.start();
  officer = await signIn(world, 'officer');
  tutor = await signIn(world, 'tutor');
  desk = await freshPage(browser);
  await signInAtDesk(desk, world, 'officer');
  context = await browser.newContext({ locale: 'en-GB' });
  page = await context.newPage();
  ({ deviceId } = await enrol(page, world, officer));
  await dock(page);
});

test.afterAll(async () => {
  for (const laptop of laptops) await laptop.remove();
  await context?.close();
  await desk?.context().close();
  await tutor?.close();
  await officer?.close();
  await world?.remove();
});

const course = (on: Page) => on.getByRole('link', { name: /Study on your own/ }).first();
const second = (on: Page) => on.getByText('The station knows a second laptop with your data.').first();

/** What an officer sees of a device under "Needs a look". */
async function expectNoticed(id: string, what: RegExp, todo: RegExp): Promise<void> {
  await openDesk(desk, 'trouble', 'Needs a look');
  await desk.reload();
  const card = desk.getByRole('article').filter({ has: desk.locator(`a[href$="${id}"]`) });
  await expect(card.getByText(what).first()).toBeVisible();
  await expect(card.getByText(todo).first()).toBeVisible();
}

/** Decides at the desk which copy goes on. */
async function decide(id: string, headParcelId: string | null): Promise<void> {
  await officer.post(`/security/forks/${id}`, { kind: 'continue', headParcelId });
}

/** Changes what lies in the page's database while the app is away, and starts the app on it. */
async function tamper(change: (on: Page) => Promise<void>): Promise<void> {
  await page.goto(`${world.appUrl}/icons/leeslicht.svg`);
  await change(page);
  await restart(page, world);
}

test('a licence that was made longer on the disk opens nothing; the station shows it to the officer', async () => {
  await tamper(async (on) => {
    const licence = await stored(on, 'licence');
    const read = JSON.parse(Buffer.from(text(licence, 'payload'), 'base64').toString());
    const payload = Buffer.from(JSON.stringify({ ...read, expires: '2036-01-01T00:00:00Z' })).toString('base64');
    await store(on, 'licence', Object.assign({}, licence, { payload }));
  });
  await expect(page.getByRole('heading', { name: 'The reading time on this laptop is not genuine' })).toBeVisible();
  await expect(course(page)).toHaveCount(0);
  await startDocking(page);
  await expect(second(page)).toBeVisible({ timeout: 45_000 });
  await expectNoticed(
    deviceId,
    /The licence was changed or removed on the disk/,
    /That does not happen by itself, unless the disk is failing\./,
  );
  await expectAccessible(desk, 'a changed licence at the desk');

  // The owner is not shut out for what somebody else did to the disk.
  await decide(deviceId, null);
  await dock(page);
  await page.goto(`${world.appUrl}/#/`);
  await expect(course(page)).toBeVisible();
});

test('a record of time that was edited wins nothing; the laptop says so at the next sync', async () => {
  const edit = async (on: Page, slots: readonly string[]): Promise<void> => {
    for (const slot of slots) {
      const changed = await on.evaluate(
        (bytes) => {
          if (!(bytes instanceof Uint8Array)) throw new Error('no such slot');
          return new TextDecoder().decode(bytes).replace(/"usedMs":\d+/, '"usedMs":0');
        },
        await stored(on, slot),
      );
      await store(on, slot, new TextEncoder().encode(changed));
    }
  };
  await tamper((on) => edit(on, ['clockA']));
  await expect(course(page)).toBeVisible();
  await dock(page);
  await expectNoticed(deviceId, /The record of time was changed/, /That does not happen by itself\./);

  await tamper((on) => edit(on, ['clockA', 'clockB']));
  await expect(page.getByRole('heading', { name: 'This laptop has lost track of the time' })).toBeVisible();
  await expect(course(page)).toHaveCount(0);
  await dock(page);
  await page.goto(`${world.appUrl}/#/`);
  await expect(course(page)).toBeVisible();
});

/** A laptop of its own, enrolled and docked, and switched off. */
async function newLaptop(): Promise<{ readonly laptop: Laptop; readonly id: string }> {
  const laptop = makeLaptop();
  laptops.push(laptop);
  const screen = await laptop.start();
  const { deviceId: id } = await enrol(screen, world, officer);
  await dock(screen);
  await laptop.kill();
  return { laptop, id };
}

/** Switches a laptop on, as far as the open shelf. */
async function switchOn(laptop: Laptop): Promise<Page> {
  const screen = await laptop.start();
  await screen.goto(`${world.appUrl}/#/`);
  await unlock(screen);
  await expect(course(screen)).toBeVisible({ timeout: 30_000 });
  return screen;
}

async function write(screen: Page, words: string): Promise<void> {
  await openAssignment(screen, world);
  await screen.getByLabel('Your answer').fill(words);
  await handIn(screen);
}

async function handedIn(): Promise<readonly string[]> {
  const rows = list(await tutor.get('/tutor/hand-ins'), 'handIns');
  return Promise.all(rows.map(async (row) => text(await tutor.get(`/tutor/hand-ins/${text(row, 'id')}`), 'text')));
}

test('a copied disk shows itself as soon as both copies have been here, and no work of either is lost', async () => {
  const { laptop, id } = await newLaptop();
  const copy = laptop.copy();
  laptops.push(copy);
  const first = await switchOn(laptop);
  await write(first, 'Written on the laptop.');
  await dock(first);
  const other = await switchOn(copy);
  await write(other, 'Written on its copy.');
  await startDocking(other);
  await expect(second(other)).toBeVisible({ timeout: 45_000 });

  await openDesk(desk, 'trouble', 'Needs a look');
  await desk.reload();
  const fork = desk.getByRole('article').filter({ has: desk.locator(`a[href$="${id}"]`) });
  await expect(fork.getByText('This is the true one')).toHaveCount(2);
  const forks = list(await officer.get('/security/trouble'), 'forks');
  const branches = list(
    forks.find((one) => text(one, 'deviceId') === id),
    'branches',
  );
  await decide(id, text(branches[0], 'parcelId'));
  await expect.poll(handedIn, { timeout: 30_000 }).toContain('Written on its copy.');
  expect(await handedIn()).toContain('Written on the laptop.');
  await laptop.kill();
  await copy.kill();
});

test('an old image that is put back reads until its licence ends, and shows itself when it docks', async () => {
  const { laptop, id } = await newLaptop();
  const image = laptop.copy();
  laptops.push(image);
  const screen = await switchOn(laptop);
  await write(screen, 'Written after the image was made.');
  await dock(screen);
  await dock(screen);
  await laptop.kill();

  const restored = await switchOn(image);
  await startDocking(restored);
  await expect(second(restored)).toBeVisible({ timeout: 45_000 });
  await expectNoticed(id, /An older licence than before/, /an old copy of its disk was put back/);
  await openDesk(desk, `devices/${id}`, /of Robin$/);
  await expect(desk.getByText('The laptop was behind what it had already sent')).toBeVisible();
  expect(await handedIn()).toContain('Written after the image was made.');
  await image.kill();
});
