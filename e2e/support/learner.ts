import { type Browser, expect, type Page } from '@playwright/test';
import { type Desk, list, text } from './desk.ts';
import type { World } from './station.ts';

export const pin = '284917';

/** A computer of its own: nothing of another one is in its browser. */
export async function freshPage(browser: Browser): Promise<Page> {
  return (await browser.newContext({ locale: 'en-GB' })).newPage();
}

/** Opens the learner app in English. */
export async function openApp(page: Page, world: World): Promise<void> {
  await page.goto(`${world.appUrl}/`);
}

/** Enrols the browser as a learner's device, as an officer and a learner do it: code, PIN, six words, confirmation. */
export async function enrol(
  page: Page,
  world: World,
  officer: Desk,
  options: { readonly access?: 'readOnly' | 'writing'; readonly scripts?: boolean } = {},
): Promise<{ readonly deviceId: string; readonly learnerId: string }> {
  const choices = await officer.get('/security/enrolment-choices');
  const learnerId = text(choices, 'learners', 0, 'id');
  const opened = await officer.post('/security/enrolments', {
    learner: { kind: 'existing', id: learnerId },
    access: options.access ?? 'writing',
    scripts: options.scripts ?? false,
    modules: ['*'],
  });
  const enrolment = `/security/enrolments/${text(opened, 'id')}`;
  await openApp(page, world);
  await page.getByLabel('Code from the officer').fill(text(opened, 'code'));
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('PIN', { exact: true }).fill(pin);
  await page.getByLabel('The same PIN once more').fill(pin);
  await page.getByRole('button', { name: 'Register laptop' }).click();
  const words = page.getByRole('list', { name: 'The six words' }).getByRole('listitem');
  await expect(words).toHaveCount(6, { timeout: 30_000 });
  const state = await officer.get(enrolment);
  expect(await words.allInnerTexts()).toEqual(list(state, 'words', 'en'));
  await officer.post(`${enrolment}/confirm`);
  await expect(page.getByRole('heading', { name: 'This laptop is yours' })).toBeVisible({ timeout: 30_000 });
  await page
    .getByRole('button', { name: 'Get course material' })
    .or(page.getByRole('link', { name: 'Get course material' }))
    .click();
  return { deviceId: text(await officer.get(enrolment), 'deviceId'), learnerId };
}

/** Docks and waits for the end of the sync. Fails the test when it does not end well. */
export async function dock(page: Page): Promise<void> {
  await startDocking(page);
  const end = page.getByText(/Done\. You may take out the cable\.|Connecting did not work completely/).first();
  await expect(end).toBeVisible({ timeout: 45_000 });
  await expect(end).toHaveText('Done. You may take out the cable.');
}

/** Goes to the docking screen and presses the button there. */
export async function startDocking(page: Page): Promise<void> {
  await page.evaluate(() => {
    location.hash = '#/docking';
  });
  await page.getByRole('button', { name: /^Connect (now|once more)$/ }).click();
}

/** Types the PIN on the unlock screen. */
export async function unlock(page: Page): Promise<void> {
  await page.getByLabel('PIN', { exact: true }).fill(pin);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
}

/** Switches the laptop off and on, and unlocks it. */
export async function restart(page: Page, world: World): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${world.appUrl}/#/`);
  await unlock(page);
}

/** Opens a module from the shelf, and its list of contents. */
export async function openContents(page: Page, world: World, module: RegExp): Promise<void> {
  await page.goto(`${world.appUrl}/#/`);
  await page.getByRole('link', { name: module }).first().click();
  await page.getByRole('button', { name: 'Contents' }).click();
}

/** Opens a part of a module from its contents. */
export async function openPart(page: Page, world: World, module: RegExp, part: string | RegExp): Promise<void> {
  await openContents(page, world, module);
  await page.getByRole('link', { name: part }).first().click();
}

/** Opens the assignment of the demo course. */
export async function openAssignment(page: Page, world: World): Promise<void> {
  await openContents(page, world, /Study on your own/);
  await page.getByRole('link', { name: 'Assignment: my study week' }).click();
}

/** Hands in what is in the editor, and waits until it shows as handed in. */
export async function handIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await page.getByRole('button', { name: 'Yes, hand in' }).click();
  await expect(page.getByText('The text you handed in')).toBeVisible();
}
