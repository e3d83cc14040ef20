import { type BrowserContext, expect, type Locator, type Page, test } from '@playwright/test';
import decodeQR from 'qr/decode.js';
import { expectAccessible } from './support/axe.ts';
import { type Desk, list, signIn } from './support/desk.ts';
import { openDesk, signInAtDesk } from './support/desk-page.ts';
import {
  dock,
  enrol,
  freshPage,
  handIn,
  openAssignment,
  openPart,
  restart,
  startDocking,
  unlock,
} from './support/learner.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';
import { flipStored, store } from './support/stored.ts';

test.describe.configure({ mode: 'serial', timeout: 180_000 });
test.use({ actionTimeout: 30_000 });

let world: World;
let officer: Desk;
let desk: Page;
let context: BrowserContext;
let page: Page;
let deviceId: string;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  world = await makeWorld([demoCourse]);
  await world.start();
  officer = await signIn(world, 'officer');
  context = await browser.newContext({ locale: 'en-GB' });
  page = await context.newPage();
  ({ deviceId } = await enrol(page, world, officer));
  await dock(page);
  desk = await freshPage(browser);
  await signInAtDesk(desk, world, 'officer');
});

test.afterAll(async () => {
  await context?.close();
  await desk?.context().close();
  await officer?.close();
  await world?.remove();
});

test('what a laptop noticed is counted in the bar until an officer has looked, with a note', async () => {
  await expect(desk.getByRole('link', { name: 'Needs a look', exact: true })).toBeVisible();
  await openPart(page, world, /Study on your own/, 'A place and a time');
  expect(await flipStored(page, 'You cannot choose your room.')).toBe(1);
  await openPart(page, world, /Study on your own/, 'Start where you are');
  await openPart(page, world, /Study on your own/, 'A place and a time');
  await expect(page.getByText('This page is damaged').first()).toBeVisible();
  await dock(page);
  await expect.poll(async () => list(await officer.get('/security/trouble'), 'noticed').length).toBe(1);

  await desk.reload();
  const counted = desk.getByRole('link', { name: 'Needs a look 1 laptop needs a look' });
  await expect(counted).toBeVisible();
  await counted.click();
  await expect(desk.getByRole('heading', { name: 'Needs a look', level: 1 })).toBeVisible();
  await expect(desk.getByText(/Damaged page found on the laptop/)).toBeVisible();
  await expect(desk.getByText(/^A page was changed on the disk\./)).toBeVisible();
  await expectAccessible(desk, 'what a laptop noticed');
  await desk.getByRole('button', { name: 'I have looked' }).click();
  const save = desk.getByRole('dialog').getByRole('button', { name: 'Save' });
  await expect(save).toBeDisabled();
  await desk.getByLabel('Note').fill('The seal was broken; sealed again, number 4711.');
  await expectAccessible(desk, 'the note of the officer who looked');
  await save.click();
  await expect(desk.getByRole('heading', { name: 'All is well' })).toBeVisible();
  await expect(desk.getByRole('link', { name: 'Needs a look', exact: true })).toBeVisible();

  await openDesk(desk, `devices/${deviceId}`, /of Robin$/);
  await expect(desk.getByText('Looked at: The seal was broken; sealed again, number 4711.')).toBeVisible();
  await openDesk(desk, 'audit', 'Audit log');
  await expect(desk.getByText('Looked at', { exact: true })).toBeVisible();
  await expect(desk.getByText('4711')).toHaveCount(0);
});

/** Types a PIN on the unlock screen. */
async function tryPin(text: string): Promise<void> {
  await page.getByLabel('PIN', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
}

test('an officer lifts the wait after wrong PINs; the order counts once', async () => {
  await page.goto('about:blank');
  await page.goto(`${world.appUrl}/#/`);
  const wait = page.getByText(/^You can try again in/);
  for (let tries = 1; tries <= 4; tries += 1) {
    await tryPin('975310');
    await expect(page.getByText('This is not the right PIN.')).toBeVisible();
    await expect(page.getByText('Checking …')).toHaveCount(0);
  }
  await expect(wait).toBeVisible();
  const open = page.getByRole('button', { name: 'Open', exact: true });
  await page.getByLabel('PIN', { exact: true }).fill('975310');
  await expect(open).toBeDisabled();

  await page.getByRole('button', { name: 'Help at the desk' }).click();
  await expect(page.getByRole('heading', { name: 'Help at the desk' })).toBeVisible();
  const ask = page.getByRole('button', { name: 'Ask the station' });
  await ask.click();
  await expect(page.getByText('Nothing is ready for this laptop')).toBeVisible();
  await expectAccessible(page, 'help at the desk before the officer has acted');
  await expect(open).toBeDisabled();

  await openDesk(desk, `devices/${deviceId}`, /of Robin$/);
  await desk.getByRole('button', { name: 'Lift the PIN wait' }).click();
  await expect(desk.getByText('The PIN wait is lifted when the laptop asks')).toBeVisible();
  await expectAccessible(desk, 'an order that waits for its laptop');

  // The line breaks before the laptop's word arrives: the order is carried out, and the station does not know.
  await page.route('**/dock/orders/done', (route) => route.abort());
  await ask.click();
  await expect(page.getByText('Asking did not work')).toBeVisible();
  await page.unroute('**/dock/orders/done');
  await page.goto('about:blank');
  await page.goto(`${world.appUrl}/#/`);
  for (let tries = 1; tries <= 4; tries += 1) {
    await tryPin('975310');
    await expect(page.getByText('This is not the right PIN.')).toBeVisible();
    await expect(page.getByText('Checking …')).toHaveCount(0);
  }
  await expect(wait).toBeVisible();
  await page.getByRole('button', { name: 'Help at the desk' }).click();
  await ask.click();
  await expect(page.getByText('Nothing is ready for this laptop')).toBeVisible();
  await expect(wait).toBeVisible();

  await desk.reload();
  await desk.getByRole('button', { name: 'Lift the PIN wait' }).click();
  await expect(desk.getByText('The PIN wait is lifted when the laptop asks')).toBeVisible();
  await ask.click();
  await expect(page.getByText('You need not wait any more. Type your PIN.')).toBeVisible();
  await expectAccessible(page, 'the wait was lifted');
  await unlock(page);
  await expect(page.getByRole('heading', { name: 'My bookshelf' })).toBeVisible();
  await restart(page, world);
  await desk.reload();
  await expect(desk.getByText('PIN wait: the laptop has lifted it')).toHaveCount(2);
});

test('a laptop that is handed in is wiped when all its work is safe, also after an interruption, and says so', async () => {
  await openAssignment(page, world);
  await page.getByLabel('Your answer').fill('Nine to ten, every morning.');
  await expect(page.getByText(/^Saved at/)).toBeVisible();
  await handIn(page);

  await openDesk(desk, `devices/${deviceId}`, /of Robin$/);
  await desk.getByRole('button', { name: 'Wipe when handed in' }).click();
  await expectAccessible(desk, 'the question before wiping');
  await desk.getByRole('dialog').getByRole('button', { name: 'Wipe when handed in' }).click();
  const again = desk.getByRole('dialog').getByLabel('Password', { exact: true });
  const waits = desk.getByText('The laptop is wiped when it connects');
  await expect(again.or(waits).first()).toBeVisible();
  if (await again.isVisible()) {
    await again.fill(world.password);
    await desk.getByRole('button', { name: 'Go on' }).click();
  }
  await expect(waits).toBeVisible();

  // The cable comes out before the laptop's last word.
  await page.route('**/dock/orders/done', (route) => route.abort());
  await startDocking(page);
  await expect(page.getByText(/^This laptop is empty, since/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/^The station does not know it yet/)).toBeVisible();
  await expectAccessible(page, 'a laptop that is empty, and the station does not know');
  await desk.reload();
  await expect(waits).toBeVisible();
  await page.unroute('**/dock/orders/done');
  await page.reload();
  await expect(page.getByText('It can go to the next learner.')).toBeVisible();
  await expectAccessible(page, 'a laptop that can go to the next learner');

  // The work arrived, and nothing of the learner is left.
  const tutor = await signIn(world, 'tutor');
  await expect.poll(async () => list(await tutor.get('/tutor/hand-ins'), 'handIns').length).toBe(1);
  await tutor.close();
  expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([
    'leeslicht-device',
  ]);
  await expect(page.getByLabel('Code from the officer')).toBeVisible();
  await desk.reload();
  await expect(desk.getByText(/the laptop signed that it deleted everything of its learner/)).toBeVisible();
  await expect(desk.getByText('The laptop has wiped itself, in its own signed word')).toBeVisible();
  await expectAccessible(desk, 'a laptop that was wiped');

  // The next learner's laptop is another one to the station.
  const next = await enrol(page, world, officer);
  expect(next.deviceId).not.toBe(deviceId);
  deviceId = next.deviceId;
  await dock(page);
  await expect(page.getByText('New: Study on your own')).toBeVisible();
  await openAssignment(page, world);
  await expect(page.getByLabel('Your answer')).toHaveValue('');
});

test('a laptop that is locked signs for the officer what it noticed; its picture says the same', async () => {
  // Somebody takes away what the laptop keeps of the time: it locks, and cannot connect here.
  await page.goto(`${world.appUrl}/icons/leeslicht.svg`);
  for (const slot of ['clockA', 'clockB']) await store(page, slot, null);
  await restart(page, world);
  await expect(page.getByRole('heading', { name: 'This laptop has lost track of the time' })).toBeVisible();
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Lock' }).click();

  await openDesk(desk, `devices/${deviceId}`, /of Robin$/);
  await desk.getByRole('button', { name: 'Make a number' }).click();
  const number = (await desk.getByText(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/).textContent()) ?? '';

  await page.getByRole('button', { name: 'Help at the desk' }).click();
  await page.getByRole('link', { name: 'Report for the officer' }).click();
  await expect(page.getByRole('heading', { name: 'Report for the officer' })).toBeVisible();
  await page.getByLabel('Number from the officer').fill('12345');
  await page.getByRole('button', { name: 'Make the report' }).click();
  await expect(page.getByText(/^This number is not complete/)).toBeVisible();
  await page.getByLabel('Number from the officer').fill(number.toLowerCase());
  await page.getByRole('button', { name: 'Make the report' }).click();
  const picture = page.getByRole('img', { name: 'The report as a picture for a scanner' });
  await expect(picture).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Show this to the officer' })).toBeFocused();
  await expect(page.getByText('What the laptop keeps of the time is lost')).toBeVisible();
  await expectAccessible(page, 'the report on a closed laptop');
  const text = (await page.getByText(/^LEES1\./).textContent()) ?? '';
  const wide = page.viewportSize() ?? { width: 1280, height: 720 };
  for (const viewport of [
    wide,
    { width: 1366, height: 768 },
    { width: 683, height: 384 },
    { width: 400, height: 800 },
  ]) {
    await page.setViewportSize(viewport);
    expect((await picture.boundingBox())?.height).toBeLessThanOrEqual(viewport.height);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect(await scan(page, picture)).toBe(text);
  }
  await page.setViewportSize(wide);
  await context.setOffline(false);

  // One letter of what was signed is another: nothing in it is believed.
  const at = text.indexOf('.') + 30;
  await desk
    .getByLabel('Report', { exact: true })
    .fill(`${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`);
  await desk.getByRole('button', { name: 'Read the report' }).click();
  await expect(desk.getByText(/^This laptop did not sign this report/)).toBeVisible();

  await desk.getByLabel('Report', { exact: true }).fill(text);
  await desk.getByRole('button', { name: 'Read the report' }).click();
  await expect(desk.getByText('Signed by this laptop, for your number')).toBeVisible();
  await expect(desk.getByText('The record of time was lost').first()).toBeVisible();
  await expect(
    desk.getByText(/own record of time, so it locked itself\. Connecting with the cable sets it right/).first(),
  ).toBeVisible();
  await expect(desk.getByRole('button', { name: 'I have looked' })).toBeVisible();
  await expectAccessible(desk, 'a report that was read');
  await desk.getByRole('button', { name: 'I have looked' }).click();
  await desk.getByLabel('Note').fill('A new clock battery went in.');
  await desk.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(desk.getByRole('button', { name: 'I have looked' })).toHaveCount(0);

  // The same report later is an old one, and what was looked at stays so.
  await desk.getByLabel('Report', { exact: true }).fill(text);
  await desk.getByRole('button', { name: 'Read the report' }).click();
  await expect(desk.getByText('Signed by this laptop, but perhaps not now')).toBeVisible();
  await expect(desk.getByRole('button', { name: 'I have looked' })).toHaveCount(0);

  // Connecting sets the clock right.
  await page.getByRole('link', { name: 'Back' }).click();
  await unlock(page);
  await dock(page);
});

/** Reads a picture off the screen, pixel by pixel as it stands there, as a scanner does. */
async function scan(on: Page, picture: Locator): Promise<string> {
  const png = (await picture.screenshot()).toString('base64');
  const { width, height, data } = await on.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const paper = canvas.getContext('2d');
    if (!paper) throw new Error('no canvas');
    paper.drawImage(image, 0, 0);
    return {
      ...{ width: image.width, height: image.height },
      data: [...paper.getImageData(0, 0, image.width, image.height).data],
    };
  }, png);
  return decodeQR({ width, height, data: Uint8Array.from(data) });
}
