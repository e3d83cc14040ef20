import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import type { Reader } from '../support/reader.ts';

/** A film with captions, and a look back at the lesson. */
export function filmTests(reader: () => Reader): void {
  const film = () => reader().frame().locator('video');
  const moment = () => film().evaluate((element) => (element instanceof HTMLVideoElement ? element.currentTime : -1));

  test('what is said in a film follows it, leads to its moments, is searched, and goes at another speed', async () => {
    const { page, openPart, panel, picture } = reader();
    await openPart('study', 'Plan one week');
    await film().scrollIntoViewIfNeeded();
    await panel('What is said');
    const cues = page.locator('.ll-cue');
    await expect(cues).toHaveCount(6);
    await page.getByLabel('Speed').selectOption('1.5');
    await film().evaluate(async (element) => {
      if (!(element instanceof HTMLVideoElement)) throw new Error('no film');
      element.muted = true;
      element.currentTime = 5;
      await element.play();
    });
    await expect(cues.nth(1)).toHaveAttribute('aria-current', 'true', { timeout: 20_000 });
    const playing = await film().evaluate((element) =>
      element instanceof HTMLVideoElement
        ? { rate: element.playbackRate, captions: element.textTracks[0]?.mode, label: element.textTracks[0]?.label }
        : undefined,
    );
    expect(playing).toEqual({ rate: 1.5, captions: 'showing', label: 'English' });
    await film().evaluate((element) => element instanceof HTMLVideoElement && element.pause());
    await cues.last().click();
    await expect.poll(moment).toBeGreaterThan(30.3);
    await expect(cues.last()).toHaveAttribute('aria-current', 'true');
    await page.getByLabel('Search in what is said').fill('empty');
    await expect(cues).toHaveCount(1);
    await expectAccessible(page, 'a transcript');
    await picture('transcript');
  });

  test('a film goes on where it was left', async () => {
    const { open, openPart, panel } = reader();
    await openPart('study', 'Plan one week');
    await panel('What is said');
    await film().evaluate((element) => {
      if (element instanceof HTMLVideoElement) element.currentTime = 20;
    });
    // Left at once: the moment is kept all the same
    await open('study');
    await expect.poll(moment).toBeCloseTo(20, 0);
  });

  test('a search finds what is said in a film, and leads to the moment', async () => {
    const { page, open, panel, picture } = reader();
    await open('study');
    await panel('Search');
    // These words stand on no page
    await page.getByLabel('Search in this module').fill('five short blocks of twenty-five minutes');
    const hit = page.locator('.ll-hit').first();
    await expect(hit).toContainText('Then choose five short blocks of twenty-five minutes.');
    await hit.click();
    await expect.poll(moment).toBeCloseTo(12.4, 0);
    await picture('film-found');
    await page.goto(`${reader().world.appUrl}/#/search`);
    await page.getByLabel('Search in all your modules').fill('this is an empty week yours to plan');
    await page.locator('.ll-hit').filter({ hasText: 'It is yours to plan.' }).first().click();
    await expect.poll(moment).toBeCloseTo(0.4, 0);
    await expect(page.locator('.ll-cue[aria-current]')).toContainText('This is an empty week.');
  });

  test('a look back on the lesson is kept for the learner', async () => {
    const { page, openPart, frame, picture } = reader();
    await openPart('study', 'Plan one week');
    await frame()
      .locator('body')
      .evaluate(() => scrollTo(0, 1e6));
    await page.getByRole('button', { name: 'Look back on this lesson' }).click();
    await page.getByLabel('What did you learn in this lesson?').fill('That a week has room.');
    await page.getByRole('button', { name: 'Keep for me' }).click();
    await expect(page.getByText('Kept. You will find it here again.')).toBeVisible();
    await expectAccessible(page, 'a look back');
    await picture('look-back');
    await openPart('study', 'Plan one week');
    await frame()
      .locator('body')
      .evaluate(() => scrollTo(0, 1e6));
    await page.getByRole('button', { name: 'Look back on this lesson' }).click();
    await expect(page.getByLabel('What did you learn in this lesson?')).toHaveValue('That a week has room.');
  });

  test('on paper there is only the word where one can print', async () => {
    const { page } = reader();
    const word = page.getByText('You cannot print on this laptop.');
    await expect(word).toBeHidden();
    await page.emulateMedia({ media: 'print' });
    await expect(word).toBeVisible();
    await expect(page.getByRole('navigation', { name: 'Turn pages' })).toBeHidden();
    await expect(page.locator('iframe')).toBeHidden();
    await page.emulateMedia({ media: null });
  });
}
