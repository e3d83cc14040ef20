import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import type { Reader } from '../support/reader.ts';

/** A quiz of a real cartridge in the reader. */
export function quizTests(reader: () => Reader): void {
  test('the questions of a quiz are found from anywhere, and lead to it', async () => {
    const { page, world } = reader();
    await page.goto(`${world.appUrl}/#/search`);
    await page.getByLabel('Search in all your modules').fill('multiple choice question');
    const module = page.getByRole('region', { name: 'XavierSchool' });
    await expect(module.locator('.ll-hit').first()).toBeVisible();
    await module.locator('.ll-hit').first().click();
    await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
  });

  test('a quiz goes on at the question where it was left, and ends with a result', async () => {
    const { page, open, picture } = reader();
    await open('questions');
    await expectAccessible(page, 'the beginning of a quiz');
    await picture('quiz-start');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(page.getByText(/Question 1 of \d+/)).toBeVisible();
    await page.locator('.ll-quiz').getByRole('radio').first().check();
    await expectAccessible(page, 'a question');
    await picture('quiz-question');
    await page.getByRole('button', { name: 'Check' }).click();
    await picture('quiz-checked');
    await expectAccessible(page, 'a checked question');
    await page.getByRole('button', { name: 'Next' }).click();
    await open('questions');
    await page.getByRole('button', { name: 'Go on where you were' }).click();
    await expect(page.getByText(/Question 2 of \d+/)).toBeVisible();
    const total = Number(/of (\d+)/.exec((await page.getByText(/Question 2 of \d+/).textContent()) ?? '')?.[1]);
    for (let at = 2; at < total; at += 1) {
      await picture(`quiz-question-${at}`);
      await page.locator('.ll-quiz').getByRole('button', { name: 'Next' }).click();
    }
    await page.getByRole('button', { name: 'Finish' }).click();
    await expect(page.getByRole('heading', { name: 'Your result' })).toBeVisible();
    await expectAccessible(page, 'the result of a quiz');
    await picture('quiz-result');
  });
}
