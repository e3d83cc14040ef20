import { readFileSync } from 'node:fs';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { openDesk, signInAtDesk } from './support/desk-page.ts';
import { dock, openApp, openAssignment, pin } from './support/learner.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';

const essay = 'Every morning from nine to ten, before the noise begins.';

test.describe.configure({ mode: 'serial', timeout: 240_000 });
test.use({ actionTimeout: 30_000 });

/** Four people, each at a computer of their own: nothing here goes past the screens. */
let world: World;
const contexts: BrowserContext[] = [];
let officer: Page;
let tutor: Page;
let admin: Page;
let writing: Page;
let readOnly: Page;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  world = await makeWorld([demoCourse]);
  await world.start();
  const computer = async (): Promise<Page> => {
    const context = await browser.newContext({ locale: 'en-GB' });
    contexts.push(context);
    return context.newPage();
  };
  officer = await computer();
  tutor = await computer();
  admin = await computer();
  writing = await computer();
  readOnly = await computer();
});

test.afterAll(async () => {
  for (const context of contexts) await context.close();
  await world?.remove();
});

/** Officer and learner side by side: code, PIN, six words read on both screens, confirmation. */
async function enrolTogether(
  laptop: Page,
  learner: { readonly kind: 'known' | 'new'; readonly name: string },
  access: string,
): Promise<void> {
  // The same screens come again for the second laptop: looked at once.
  const check = learner.kind === 'known' ? expectAccessible : async () => undefined;
  await openDesk(officer, 'enrol', 'Enrol a laptop');
  if (learner.kind === 'known')
    await officer.getByLabel('Learner', { exact: true }).selectOption({ label: learner.name });
  else {
    await officer.getByLabel('Learner', { exact: true }).selectOption({ label: 'New learner' });
    await officer.getByLabel('Name of the learner').fill(learner.name);
  }
  await officer.getByText(access, { exact: true }).click();
  await officer.getByRole('button', { name: 'Make a code' }).click();
  await expect(officer.getByRole('heading', { name: 'Type this code on the laptop' })).toBeVisible();
  await check(officer, 'the enrolment code');
  const code = (await officer.locator('.desk-code').textContent()) ?? '';

  await openApp(laptop, world);
  await check(laptop, 'enrolling');
  await laptop.getByLabel('Code from the officer').fill(code);
  await laptop.getByRole('button', { name: 'Next' }).click();
  await laptop.getByLabel('PIN', { exact: true }).fill(pin);
  await laptop.getByLabel('The same PIN once more').fill(pin);
  await check(laptop, 'choosing a PIN');
  await laptop.getByRole('button', { name: 'Register laptop' }).click();
  const words = laptop.getByRole('list', { name: 'The six words' }).getByRole('listitem');
  await expect(words).toHaveCount(6, { timeout: 45_000 });
  await check(laptop, 'the six words on the laptop');

  await expect(officer.getByRole('heading', { name: 'Do both screens show these words?' })).toBeVisible();
  const shown = officer.locator('.desk-words').getByRole('listitem');
  expect(await shown.allInnerTexts()).toEqual(await words.allInnerTexts());
  await check(officer, 'the six words at the desk');
  await officer.getByRole('button', { name: 'The words are the same' }).click();
  await expect(officer.getByText(`Enrolled for ${learner.name}`)).toBeVisible();
  await check(officer, 'an enrolment that was confirmed');
  await expect(laptop.getByRole('heading', { name: 'This laptop is yours' })).toBeVisible({ timeout: 45_000 });
  await check(laptop, 'the laptop is enrolled');
  await laptop
    .getByRole('button', { name: 'Get course material' })
    .or(laptop.getByRole('link', { name: 'Get course material' }))
    .click();
}

test('staff sign in at their own pages', async () => {
  await officer.goto(`${world.deskUrl}/`);
  await expect(officer.getByLabel('Login name')).toBeVisible();
  await expectAccessible(officer, 'signing in');
  await signInAtDesk(officer, world, 'officer');
  await signInAtDesk(tutor, world, 'tutor');
  await signInAtDesk(admin, world, 'admin');
});

/** Goes to the form for another laptop. */
async function enrolAnother(): Promise<void> {
  await officer.getByRole('button', { name: 'Enrol another laptop' }).click();
  await expect(officer.getByRole('button', { name: 'Make a code' })).toBeVisible();
}

test('an officer enrols two laptops, one for writing and one for reading only', async () => {
  await enrolTogether(writing, { kind: 'known', name: 'Robin' }, 'Read and write');
  await dock(writing);
  await expect(writing.getByText('New: Study on your own')).toBeVisible();
  await enrolAnother();
  await enrolTogether(readOnly, { kind: 'new', name: 'Alex' }, 'Read only');
  await dock(readOnly);
  await expect(readOnly.getByText('New: Study on your own')).toBeVisible();
});

test('the room shows a laptop while it docks, and what it brought', async () => {
  await openAssignment(writing, world);
  await writing.getByLabel('Your answer').fill(essay);
  await expect(writing.getByText(/^Saved at/)).toBeVisible();
  await expectAccessible(writing, 'the editor');
  await writing.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expectAccessible(writing, 'the question before handing in');
  await writing.getByRole('button', { name: 'Yes, hand in' }).click();
  await expect(writing.getByText('The text you handed in')).toBeVisible();
  await dock(writing);
  await expectAccessible(writing, 'a docking that went well');

  await openDesk(tutor, 'room', 'Computer room');
  await expect(tutor.getByRole('heading', { name: /Robin/ })).toBeVisible();
  await expect(tutor.getByText('Done. The laptop may be unplugged.').first()).toBeVisible();
  await expect(tutor.getByText('receipt given').first()).toBeVisible();
  await expectAccessible(tutor, 'the computer room');
});

test('a learner who may only read hands in a file on the room’s own computer', async () => {
  await dock(readOnly);
  const shown = readOnly.getByRole('status').filter({ hasText: /^\d{6}$/ });
  await expect(shown).toBeVisible();
  await expectAccessible(readOnly, 'the room code');
  const roomCode = (await shown.textContent()) ?? '';

  await openDesk(tutor, 'room', 'Computer room');
  await tutor.getByLabel('Room code').fill(roomCode);
  await tutor.getByRole('button', { name: 'Check the code' }).click();
  await expect(tutor.getByText('This is Alex.')).toBeVisible();
  await tutor.getByLabel('Assignment').selectOption({ index: 1 });
  await tutor
    .getByLabel('File', { exact: true })
    .setInputFiles({ name: 'my week.txt', mimeType: 'text/plain', buffer: Buffer.from('Nine to ten.') });
  await expectAccessible(tutor, 'handing in a file in the room');
  await tutor.getByRole('button', { name: 'Hand in' }).click();
  await expect(tutor.getByText('Handed in', { exact: true }).first()).toBeVisible();
  await expect(tutor.getByText('my week.txt')).toBeVisible();
  await expectAccessible(tutor, 'a file that was handed in');
});

/** Opens a learner's work at the desk and answers it with words, a mark and a file. */
async function answer(learner: string, words: string, mark: string): Promise<void> {
  await openDesk(tutor, 'hand-ins', 'Work');
  await expectAccessible(tutor, 'the list of work');
  await tutor.getByRole('row', { name: learner }).getByRole('link').click();
  await expect(tutor.getByRole('heading', { name: /my study week/i, level: 1 })).toBeVisible();
  await tutor.getByLabel('Feedback', { exact: true }).fill(words);
  await tutor.getByLabel('Mark', { exact: true }).fill(mark);
  await tutor
    .getByLabel('File with your feedback')
    .setInputFiles({ name: 'remarks.txt', mimeType: 'text/plain', buffer: Buffer.from(`${words} In full.`) });
  await expectAccessible(tutor, 'a piece of work');
  await tutor.getByRole('button', { name: 'Send feedback' }).click();
  await expect(tutor.getByText(`Mark: ${mark}`)).toBeVisible();
  await expectAccessible(tutor, 'work with feedback');
}

/** Docks, and reads the feedback with its mark and its file on the laptop. */
async function readFeedback(laptop: Page, words: string, mark: string): Promise<void> {
  await dock(laptop);
  await laptop.context().setOffline(true);
  await laptop.goto(`${world.appUrl}/#/feedback`);
  await laptop.getByRole('link', { name: /^Read:/ }).click();
  await expect(laptop.getByText(words)).toBeVisible();
  await expect(laptop.getByText(mark, { exact: true })).toBeVisible();
  const download = laptop.waitForEvent('download');
  await laptop.getByRole('link', { name: 'Save file: remarks.txt' }).click();
  expect(readFileSync(await (await download).path(), 'utf8')).toBe(`${words} In full.`);
  await laptop.context().setOffline(false);
}

test('a tutor reads both pieces of work and answers; both learners read it', async () => {
  await openDesk(tutor, 'hand-ins', 'Work');
  await tutor.getByRole('row', { name: 'Robin' }).getByRole('link').click();
  await expect(tutor.getByText(essay)).toBeVisible();
  await answer('Robin', 'A good plan.', '8');

  await openDesk(tutor, 'hand-ins', 'Work');
  await tutor.getByRole('row', { name: 'Alex' }).getByRole('link').click();
  const file = tutor.waitForEvent('download');
  await tutor.getByRole('link', { name: 'Download my week.txt' }).click();
  expect(readFileSync(await (await file).path(), 'utf8')).toBe('Nine to ten.');
  await answer('Alex', 'Short and clear.', '7');

  await readFeedback(writing, 'A good plan.', '8');
  await readFeedback(readOnly, 'Short and clear.', '7');
});

test('a message from the tutor arrives', async () => {
  await openDesk(tutor, 'messages', 'Messages');
  await expectAccessible(tutor, 'the list of messages');
  await tutor.getByRole('link', { name: 'Robin' }).click();
  await tutor.getByLabel('New message').fill('See you on Thursday.');
  await tutor.getByRole('button', { name: 'Send' }).click();
  await expect(tutor.getByText('See you on Thursday.')).toBeVisible();
  await expectAccessible(tutor, 'a conversation');
  await dock(writing);
  await writing.goto(`${world.appUrl}/#/messages`);
  await expect(writing.getByText('See you on Thursday.')).toBeVisible();
});

test('every other page of the desk opens for whom it is, and passes axe', async () => {
  for (const [place, heading] of [
    ['trouble', 'Needs a look'],
    ['recovery', 'Recovery'],
    ['audit', 'Audit log'],
  ] as const) {
    await openDesk(officer, place, heading);
    await expectAccessible(officer, heading);
  }
  await officer.getByRole('button', { name: 'Check the chain' }).click();
  await expect(officer.getByText(/^The chain is whole:/)).toBeVisible();
  for (const [place, heading] of [
    ['staff', 'Staff'],
    ['station', 'Station'],
  ] as const) {
    await openDesk(admin, place, heading);
    await expectAccessible(admin, heading);
  }
});

test('an officer sees the days left and revokes a laptop; the next docking closes it', async () => {
  await openDesk(officer, 'devices', 'Laptops');
  const row = officer.getByRole('row', { name: /Robin/ });
  await expect(row.getByText('30 days left')).toBeVisible();
  await expectAccessible(officer, 'the list of devices');
  await row.getByRole('link').click();
  await expect(officer.getByRole('heading', { name: /of Robin$/, level: 1 })).toBeVisible();
  await expectAccessible(officer, 'one device');
  await officer.getByRole('link', { name: 'Why is this closed?' }).click();
  await expect(officer.getByRole('heading', { name: 'Why is this closed?', level: 1 })).toBeVisible();
  await expectAccessible(officer, 'why something is closed');
  await officer.goBack();
  await officer.getByRole('button', { name: 'Revoke' }).click();
  await officer.getByLabel('Reason').fill('Lost on the wing');
  await expectAccessible(officer, 'the question before revoking');
  await officer.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  // The password is asked again unless it was given just now.
  const again = officer.getByRole('dialog').getByLabel('Password', { exact: true });
  const revoked = officer.getByText('Revoked here; other stations do not know yet');
  await expect(again.or(revoked).first()).toBeVisible();
  if (await again.isVisible()) {
    await again.fill(world.password);
    await officer.getByRole('button', { name: 'Go on' }).click();
  }
  await expect(revoked).toBeVisible();
  await expectAccessible(officer, 'a device that was revoked');

  await writing.goto(`${world.appUrl}/#/docking`);
  await writing.getByRole('button', { name: /^Connect (now|once more)$/ }).click();
  await expect(writing.getByText(/This laptop is blocked\. Go to the officer/)).toBeVisible({ timeout: 45_000 });
  // A station alone renews nothing; what closes the laptop is the signed list of the authorities.
  const command = (await officer.locator('.desk-command').textContent()) ?? '';
  const words = command.trim().split(/\s+/);
  const deviceId = words[words.indexOf('--device') + 1] ?? '';
  world.cli('programme', 'revoke', world.programme, '--device', deviceId, '--reason', 'Lost on the wing');
  await openDesk(admin, 'station', 'Station');
  const fetched = admin.waitForResponse(/\/mirror\/refresh$/);
  await admin.getByRole('button', { name: 'Fetch news now' }).click();
  expect((await fetched).ok()).toBe(true);
  await dock(writing);
  await writing.goto(`${world.appUrl}/#/`);
  await expect(writing.getByRole('heading', { name: 'This laptop is blocked' })).toBeVisible();
  await expectAccessible(writing, 'a laptop that is blocked');
  await officer.reload();
  await expect(officer.getByText('Revoked, and published to every station')).toBeVisible();
});
