import { expect, type Page } from '@playwright/test';
import { type Desk, list, text } from './desk.ts';
import type { World } from './station.ts';

export const pin = '284917';

/** Opens the learner app in English. */
export async function openApp(page: Page, world: World): Promise<void> {
  await page.goto(`${world.appUrl}/`);
}

/** Enrols the browser as a learner's device, as an officer and a learner do it: code, PIN, six words, confirmation. */
export async function enrol(
  page: Page,
  world: World,
  officer: Desk,
  options: { readonly access?: 'readOnly' | 'writing' } = {},
): Promise<{ readonly deviceId: string; readonly learnerId: string }> {
  const choices = await officer.get('/security/enrolment-choices');
  const learnerId = text(choices, 'learners', 0, 'id');
  const opened = await officer.post('/security/enrolments', {
    learner: { kind: 'existing', id: learnerId },
    access: options.access ?? 'writing',
    modules: ['*'],
  });
  const enrolment = `/security/enrolments/${text(opened, 'id')}`;
  await openApp(page, world);
  await page.getByLabel('Code from the member of staff').fill(text(opened, 'code'));
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
  await page.evaluate(() => {
    location.hash = '#/docking';
  });
  await page.getByRole('button', { name: /^Connect (now|once more)$/ }).click();
  const end = page.getByText(/Done\. You may take out the cable\.|Connecting did not work completely/).first();
  await expect(end).toBeVisible({ timeout: 45_000 });
  await expect(end).toHaveText('Done. You may take out the cable.');
}

/** Types the PIN on the unlock screen. */
export async function unlock(page: Page): Promise<void> {
  await page.getByLabel('PIN', { exact: true }).fill(pin);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
}
