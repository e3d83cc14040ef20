import { expect, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { signIn } from './support/desk.ts';
import { openDesk, signInAtDesk } from './support/desk-page.ts';
import { dock, enrol, freshPage, openAssignment, pin } from './support/learner.ts';
import { demoCourse, makeWorld } from './support/station.ts';

test.describe.configure({ timeout: 180_000 });

const draft = 'Nine to ten, every morning, before the noise begins.';
const newPin = '758231';

test('a learner who forgot the PIN chooses a new one on the same laptop, with the custodians’ key, and keeps everything', async ({
  browser,
}) => {
  const world = await makeWorld([demoCourse]);
  try {
    await world.start();
    const officer = await signIn(world, 'officer');
    const page = await freshPage(browser);
    const { deviceId } = await enrol(page, world, officer);
    await dock(page);
    // Written after the last backup: only this laptop has it.
    await openAssignment(page, world);
    await page.getByLabel('Your answer').fill(draft);
    await expect(page.getByText(/^Saved at/)).toBeVisible();
    await page.goto('about:blank');

    const desk = await freshPage(browser);
    await signInAtDesk(desk, world, 'officer');
    await openDesk(desk, 'recovery', 'Recovery');
    await expect(desk.getByLabel('What is it for?')).toContainText('A new PIN on laptop');
    const [download] = await Promise.all([
      desk.waitForEvent('download'),
      desk.getByRole('button', { name: 'Save a request for the custodians' }).click(),
    ]);
    const request = `${world.folder}/request.json`;
    await download.saveAs(request);
    const said = world.cli('programme', 'recover', world.programme, '--request', request, '-o', `${request}.answer`);
    expect(said).toContain('can now choose a new PIN');
    await desk.getByLabel('Answer file').setInputFiles(`${request}.answer`);
    await desk.getByRole('button', { name: 'Bring in' }).click();
    await expect(desk.getByText('The learner can choose a new PIN')).toBeVisible();
    await expectAccessible(desk, 'an answer for a new PIN');
    await desk.getByRole('link', { name: 'Go on at the page of the laptop' }).click();
    await desk.getByRole('button', { name: 'Let the learner choose a new PIN' }).click();
    await expect(desk.getByText('The learner may choose a new PIN')).toBeVisible();
    await expectAccessible(desk, 'an order for a new PIN');

    await page.goto(`${world.appUrl}/#/`);
    await page.getByRole('button', { name: 'Help at the desk' }).click();
    await page.getByRole('button', { name: 'Ask the station' }).click();
    await expect(page.getByRole('heading', { name: 'Choose a new PIN' })).toBeVisible();
    await expectAccessible(page, 'choosing a new PIN');
    // The app is closed before the learner has chosen: nothing is left of the key, and it is asked again.
    await page.goto('about:blank');
    await page.goto(`${world.appUrl}/#/`);
    await page.getByRole('button', { name: 'Help at the desk' }).click();
    await page.getByRole('button', { name: 'Ask the station' }).click();
    await page.getByLabel('New PIN', { exact: true }).fill('123456');
    await page.getByLabel('New PIN once more').fill('123456');
    await page.keyboard.press('Enter');
    await expect(page.getByText(/^This PIN is too easy to guess/)).toBeVisible();
    await page.getByLabel('New PIN', { exact: true }).fill(newPin);
    await page.getByLabel('New PIN once more').fill(newPin);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'My bookshelf' })).toBeVisible({ timeout: 30_000 });

    await openAssignment(page, world);
    await expect(page.getByLabel('Your answer')).toHaveValue(draft);
    await page.getByRole('button', { name: 'Lock' }).click();
    await page.getByLabel('PIN', { exact: true }).fill(pin);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(page.getByText('This is not the right PIN.')).toBeVisible();
    await page.getByLabel('PIN', { exact: true }).fill(newPin);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(page.getByLabel('Your answer')).toHaveValue(draft);
    await page.evaluate(() => {
      location.hash = '#/messages';
    });
    await expect(page.getByText('A new PIN was chosen')).toBeVisible();
    await dock(page);

    await desk.reload();
    await openDesk(desk, `devices/${deviceId}`, /of Robin$/);
    await expect(desk.getByText('New PIN: the learner has chosen one')).toBeVisible();
    await expect(desk.getByText('New PIN: the laptop got the key of the custodians')).toHaveCount(2);
    await expect(desk.getByText('New PIN: allowed at the desk')).toBeVisible();
    await page.context().close();
    await desk.context().close();
    await officer.close();
  } finally {
    await world.remove();
  }
});
