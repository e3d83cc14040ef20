import { expect, type Page } from '@playwright/test';
import type { World } from './station.ts';

/** Signs in at the desk's own page, in English. */
export async function signInAtDesk(page: Page, world: World, user: 'tutor' | 'officer' | 'admin'): Promise<void> {
  await page.goto(`${world.deskUrl}/`);
  await page.getByLabel('Login name').fill(user);
  await page.getByLabel('Password', { exact: true }).fill(world.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Computer room', level: 1 })).toBeVisible();
}

/** Opens a page of the desk by its place in the address. */
export async function openDesk(page: Page, place: string, heading: string | RegExp): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);
  await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
}
