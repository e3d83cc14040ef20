import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import type { Reader } from '../support/reader.ts';

/** Real books of others, page by page. */
export function bookTests(reader: () => Reader): void {
  test('Moby-Dick: the exact place, a search with its hit, a highlight and a note', async () => {
    const { page, open, openPart, frame, marked, picture } = reader();
    await openPart('moby-dick', /Loomings/);
    await expect(frame().getByText(/Call me Ishmael/)).toBeVisible();
    await expect(page.getByText(/Part \d+ of \d+ · \d+%/)).toBeVisible();
    await expect(page.getByText(/hours? .*in all/)).toBeVisible();
    await expectAccessible(page, 'a chapter');

    const line = frame().getByText(/Yes, as every one knows, meditation and water/);
    await line.evaluate((element) => element.scrollIntoView());
    // Left at once: the place is kept all the same
    await open('moby-dick');
    await expect
      .poll(() => line.evaluate((element) => Math.abs(element.getBoundingClientRect().top)))
      .toBeLessThan(160);

    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByLabel('Search in this module').fill('quadrant trampled');
    const hit = page.locator('.ll-hit').first();
    await expect(hit.locator('mark').first()).toBeVisible();
    await expectAccessible(page, 'search');
    await picture('moby-dick-search');
    await hit.click();
    await expect(frame().locator('body')).toContainText('quadrant');
    await expect.poll(() => marked('ll-found')).toBeGreaterThan(0);

    await openPart('moby-dick', /Loomings/);
    await frame()
      .getByText(/Call me Ishmael/)
      .evaluate((element) => {
        const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        for (let node = text.nextNode(); node; node = text.nextNode()) {
          const at = node.textContent?.indexOf('Call me Ishmael') ?? -1;
          if (at >= 0) document.getSelection()?.setBaseAndExtent(node, at, node, at + 15);
        }
      });
    await page.getByRole('button', { name: 'Mark green' }).click();
    await page.getByRole('button', { name: 'Bookmark this place' }).click();
    await expect.poll(() => marked('ll-green')).toBe(1);
    await page.getByRole('button', { name: 'Notes' }).click();
    await expect(page.getByText('Call me Ishmael', { exact: true })).toBeVisible();
    await expectAccessible(page, 'notes');
    await picture('moby-dick-notes');
  });

  test('the keyboard reaches a page without links, which then has a ring and scrolls', async () => {
    const { page, openPart, frame } = reader();
    await openPart('moby-dick', /Loomings/);
    await expect(frame().getByText(/Call me Ishmael/)).toBeVisible();
    await page.getByRole('button', { name: 'Text', exact: true }).focus();
    await page.keyboard.press('Tab');
    const ring = () => page.locator('iframe').evaluate((element) => getComputedStyle(element).outlineStyle);
    await expect.poll(ring).toBe('solid');
    await page.keyboard.press('ArrowDown');
    await expect
      .poll(() =>
        frame()
          .locator('body')
          .evaluate(() => scrollY),
      )
      .toBeGreaterThan(0);
    await frame().locator('body').click();
    await expect.poll(ring).toBe('none');
  });

  test('all modules are searched at once', async () => {
    const { page, world, marked, picture } = reader();
    await page.goto(`${world.appUrl}/#/search`);
    await page.getByLabel('Search in all your modules').fill('copyright');
    await expect(page.getByRole('heading', { name: 'Free Culture' })).toBeVisible();
    await expect(page.locator('.ll-hit mark').first()).toHaveText(/^copyright/i);
    await expectAccessible(page, 'search in all modules');
    await picture('search-everywhere');
    await page.getByRole('region', { name: 'Moby-Dick' }).locator('.ll-hit').first().click();
    await expect.poll(() => marked('ll-found')).toBeGreaterThan(0);
  });

  test('Children’s literature: contents, and the lights', async () => {
    const { page, open, picture } = reader();
    await open('children');
    await page.getByRole('button', { name: 'Contents' }).click();
    await expectAccessible(page, 'contents');
    await page.getByRole('navigation', { name: 'Contents' }).getByRole('link').nth(3).click();
    await page.getByRole('button', { name: 'Text', exact: true }).click();
    await page.getByLabel('Sepia').click();
    await page.getByLabel('For dyslexia').click();
    await expectAccessible(page, 'text settings in sepia');
    await picture('children-sepia');
    await page.getByLabel('As the author chose').click();
    await page.getByLabel('Same as the laptop').click();
  });

  test('an Arabic book reads from right to left, and its keys turn that way', async () => {
    const { page, openPart, frame, picture } = reader();
    await openPart('arabic', 'Couverture');
    await expect(frame().locator('html')).toHaveAttribute('dir', 'rtl');
    const before = page.url();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.url()).not.toBe(before);
    await page.waitForTimeout(500);
    await expectAccessible(page, 'an Arabic page');
    await picture('arabic');
  });

  test('Linear algebra: formulas stay MathML, for a screen reader too', async () => {
    const { page, open, frame, picture } = reader();
    await open('algebra');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByLabel('Search in this module').fill('eigenvalue');
    await page.locator('.ll-hit').first().click();
    await expect.poll(() => frame().locator('math').count()).toBeGreaterThan(0);
    await picture('algebra');
  });
}
