import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import type { Reader } from '../support/reader.ts';

/** A quiz of a real cartridge in the reader. */
export function quizTests(reader: () => Reader): void {
  test('a question is found from anywhere; before the first try it leads to the beginning of its quiz', async () => {
    const { page, picture } = reader();
    await find(reader());
    await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
    await expect(page.getByText('Found in this quiz')).toBeVisible();
    await expectAccessible(page, 'a quiz in which a question was found');
    await picture('quiz-found');
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
    // A hit leads to its question in the try under way, which stays as it was
    await find(reader());
    await expect(page.getByText(/Question 1 of \d+/)).toBeVisible();
    await expect(page.locator('.ll-quiz').getByRole('radio').first()).toBeChecked();
    await page.getByRole('button', { name: 'Stop for now' }).click();
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
    await find(reader());
    await expect(page.getByText(/Question 1 of \d+/)).toBeVisible();
    await expect(page.getByRole('button', { name: 'To the result' })).toBeVisible();
  });
}

/** Searches all modules for the words of the first question, and follows the first hit. */
async function find({ page, world }: Reader): Promise<void> {
  await page.goto(`${world.appUrl}/#/search`);
  await page.getByLabel('Search in all your modules').fill('How many letters does the word');
  const module = page.getByRole('region', { name: 'XavierSchool' });
  await expect(module.locator('.ll-hit').first()).toBeVisible();
  await module.locator('.ll-hit').first().click();
}
