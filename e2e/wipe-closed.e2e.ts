import { expect, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { list, signIn } from './support/desk.ts';
import { openDesk, signInAtDesk } from './support/desk-page.ts';
import { dock, enrol, freshPage, handIn, openAssignment, startDocking } from './support/learner.ts';
import { demoCourse, makeWorld } from './support/station.ts';

test.describe.configure({ timeout: 180_000 });

test('a returned laptop whose PIN nobody knows is wiped by an order; what was sealed goes out first', async ({
  browser,
}) => {
  const world = await makeWorld([demoCourse]);
  try {
    await world.start();
    const officer = await signIn(world, 'officer');
    const page = await freshPage(browser);
    const { deviceId } = await enrol(page, world, officer);
    await dock(page);
    await openAssignment(page, world);
    await page.getByLabel('Your answer').fill('Nine to ten, every morning.');
    await expect(page.getByText(/^Saved at/)).toBeVisible();
    await handIn(page);
    // The work is sealed, and the cable comes out before it is sent.
    await page.route('**/dock/parcels/**', (route) => route.abort());
    await startDocking(page);
    await expect(page.getByText('Connecting did not work', { exact: false }).first()).toBeVisible({ timeout: 45_000 });
    await page.goto('about:blank');
    const tutor = await signIn(world, 'tutor');
    expect(list(await tutor.get('/tutor/hand-ins'), 'handIns')).toEqual([]);

    const desk = await freshPage(browser);
    await signInAtDesk(desk, world, 'officer');
    await openDesk(desk, `devices/${deviceId}`, /of Robin$/);
    await desk.getByRole('button', { name: 'Wipe without the PIN' }).click();
    await expect(desk.getByText(/^What was written after .* is lost\./)).toBeVisible();
    await expectAccessible(desk, 'the question before wiping without the PIN');
    await desk.getByRole('dialog').getByRole('button', { name: 'Wipe without the PIN' }).click();
    await expect(desk.getByText('The laptop may be wiped without the PIN')).toBeVisible();

    await page.goto(`${world.appUrl}/#/`);
    await page.getByRole('button', { name: 'Help at the desk' }).click();
    await page.getByRole('button', { name: 'Ask the station' }).click();
    await expect(page.getByText('The officer has ordered that this laptop is emptied')).toBeVisible();
    await expectAccessible(page, 'a laptop that may be emptied without the PIN');
    // Still no line for the sealed work: nothing is wiped.
    await page.getByRole('button', { name: 'Empty this laptop' }).click();
    await expect(page.getByText('Asking did not work')).toBeVisible();
    await expect(page.getByLabel('PIN', { exact: true })).toBeVisible();
    await page.unroute('**/dock/parcels/**');
    await page.getByRole('button', { name: 'Ask the station' }).click();
    await page.getByRole('button', { name: 'Empty this laptop' }).click();
    await expect(page.getByText(/^This laptop is empty, since/)).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText('It can go to the next learner.')).toBeVisible();
    expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([
      'leeslicht-device',
    ]);

    await expect.poll(async () => list(await tutor.get('/tutor/hand-ins'), 'handIns').length).toBe(1);
    await desk.reload();
    await expect(desk.getByText('The laptop has wiped itself without the PIN, in its own signed word')).toBeVisible();
    // Another learner's laptop from here on.
    expect((await enrol(page, world, officer)).deviceId).not.toBe(deviceId);
    await page.context().close();
    await desk.context().close();
    await Promise.all([officer.close(), tutor.close()]);
  } finally {
    await world.remove();
  }
});
