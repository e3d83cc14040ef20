import { test as base, expect } from '@playwright/test';
import { list, signIn, text } from './support/desk.ts';
import { dock, enrol, handIn, openAssignment } from './support/learner.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';

/** Every test has a programme, a station and a device of its own, so that none meets another's clock. */
const test = base.extend<{ world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are asked for from this pattern
  world: async ({}, use) => {
    const world = await makeWorld([demoCourse]);
    await use(world);
    await world.remove();
  },
});

test.use({ locale: 'en-GB' });
test.describe.configure({ timeout: 120_000 });

test('a device that may only read shows no editor, and its room code books a file', async ({ page, world }) => {
  await world.start();
  const officer = await signIn(world, 'officer');
  const tutor = await signIn(world, 'tutor');
  const { learnerId } = await enrol(page, world, officer, { access: 'readOnly' });
  await dock(page);
  await openAssignment(page, world);
  await expect(page.getByText('You can only read on this laptop')).toBeVisible();
  await expect(page.getByRole('textbox')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Hand in', exact: true })).toHaveCount(0);

  await dock(page);
  const shown = page.getByRole('status').filter({ hasText: /^\d{6}$/ });
  await expect(shown).toBeVisible();
  const roomCode = (await shown.textContent()) ?? '';
  const choices = await tutor.get('/room/assignments');
  const handIn = {
    roomCode,
    assignmentId: text(choices, 'assignments', 0, 'assignmentId'),
    modulePath: text(choices, 'assignments', 0, 'modulePath'),
    file: { name: 'my week.txt', base64: Buffer.from('Nine to ten, every morning.').toString('base64') },
  };
  const booked = await tutor.post('/room/hand-ins', handIn);
  expect(text(booked, 'learner', 'id')).toBe(learnerId);
  expect(text(booked, 'fileName')).toBe('my week.txt');
  await expect.poll(async () => list(await tutor.get('/tutor/hand-ins'), 'handIns').length).toBe(1);
  // A code is good for one file.
  await expect(tutor.post('/room/hand-ins', handIn)).rejects.toThrow(/CODE_UNKNOWN/);
  await officer.close();
  await tutor.close();
});

test('a revoked device hands over its work, says that it is blocked, and reads no more', async ({ page, world }) => {
  await world.start();
  const officer = await signIn(world, 'officer');
  const admin = await signIn(world, 'admin');
  const { deviceId } = await enrol(page, world, officer);
  await dock(page);
  await openAssignment(page, world);
  await expect(page.getByLabel('Your answer')).toBeVisible();
  await page.getByLabel('Your answer').fill('Nine to ten, every morning.');
  await handIn(page);
  const reading = page.url();

  await officer.post(`/security/devices/${deviceId}/revoke`, { reason: 'Lost' });
  world.cli('programme', 'revoke', world.programme, '--device', deviceId, '--reason', 'Lost');
  await admin.post('/administrator/mirror/refresh');
  await page.evaluate(() => {
    location.hash = '#/docking';
  });
  await page.getByRole('button', { name: 'Connect now' }).click();
  await expect(page.getByText(/This laptop is blocked\. Go to the officer/)).toBeVisible({ timeout: 45_000 });

  const tutor = await signIn(world, 'tutor');
  await expect.poll(async () => list(await tutor.get('/tutor/hand-ins'), 'handIns').length).toBe(1);
  await tutor.close();
  for (const screen of [reading, `${world.appUrl}/#/`]) {
    await page.goto(screen);
    await expect(page.getByRole('heading', { name: 'This laptop is blocked' })).toBeVisible();
    await expect(page.getByLabel('Your answer')).toHaveCount(0);
    await expect(page.getByRole('link', { name: /Study on your own/ })).toHaveCount(0);
  }
  await officer.close();
  await admin.close();
});

test('a licence of 30 days holds to its last second, and docking brings everything back', async ({
  page,
  context,
  world,
}) => {
  const enrolledMs = Date.now();
  const endMs = enrolledMs + 30 * 24 * 60 * 60_000;
  world.setNow(enrolledMs);
  await page.clock.setFixedTime(enrolledMs);
  await world.start();
  const officer = await signIn(world, 'officer');
  await enrol(page, world, officer);
  await dock(page);

  await context.setOffline(true);
  await openAssignment(page, world);
  await page.getByLabel('Your answer').fill('Nine to ten, every morning.');
  await expect(page.getByText(/^Saved at/)).toBeVisible();
  await handIn(page);

  // 29 days, 23:59:59: the last second is a second of reading.
  await page.clock.setFixedTime(endMs - 1000);
  await expect(page.getByRole('link', { name: 'Reading time: Connect today' })).toBeVisible();
  await openAssignment(page, world);
  await expect(page.getByText('The text you handed in')).toBeVisible();

  await page.clock.setFixedTime(endMs);
  await expect(page.getByRole('heading', { name: 'The laptop is locked' })).toBeVisible();
  await expect(page.getByText(/^You have not connected for too long\. Your work is not lost\./)).toBeVisible();
  await expect(page.getByText(/You have 1 piece of work that has not gone out/)).toBeVisible();
  await expect(page.getByText('The text you handed in')).toHaveCount(0);

  await context.setOffline(false);
  world.setNow(endMs);
  await dock(page);
  await expect(page.getByText('1 parcel arrived safely.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Reading time: 30 days left' })).toBeVisible();
  await openAssignment(page, world);
  await expect(page.getByText('The text you handed in')).toBeVisible();
  const tutor = await signIn(world, 'tutor');
  await expect.poll(async () => list(await tutor.get('/tutor/hand-ins'), 'handIns').length).toBe(1);
  await officer.close();
  await tutor.close();
});
