import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import type { Reader } from '../support/reader.ts';

/** The PDF view: real paper of others, and one with links, a form and scripts. */
export function pdfTests(reader: () => Reader): void {
  const shown = (page: Page) => page.getByLabel('Page', { exact: true });
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

  test('a PDF: text that can be selected and marked, chapters, small pages, turning, fitting', async () => {
    const { page, open, marked, panel, picture } = reader();
    await open('free-culture', 'freeculture.pdf#page=21');
    await expect(shown(page)).toHaveValue('21');
    const layer = page.locator('.ll-pdf-page[data-page="21"] .textLayer');
    await expect(layer.locator('span').first()).toBeAttached();
    // What pdf.js measures letters in lies outside of every landmark
    await expect(page.locator('.hiddenCanvasElement').first()).toBeHidden();
    await expectAccessible(page, 'a PDF');
    await page.keyboard.press('Escape');
    const words = await selectLine(page, 21);
    expect(words.length).toBeGreaterThan(20);
    await press(page, 'Mark blue');
    await expect.poll(() => marked('ll-blue')).toBeGreaterThan(0);
    await press(page, 'Bookmark this place');
    await panel('Notes');
    await expect(page.locator('.ll-note-blue').filter({ hasText: words.slice(0, 20) })).toHaveCount(1);
    await expect(page.locator('.ll-note-bookmark')).toHaveCount(1);
    await expectAccessible(page, 'notes on a PDF');
    await picture('pdf-notes');
    await page.keyboard.press('Escape');

    await press(page, 'Chapters');
    await expectAccessible(page, 'chapters of a PDF');
    await page
      .getByRole('navigation', { name: 'Chapters' })
      .getByRole('button', { name: /PREFACE/i })
      .click();
    await expect.poll(() => shown(page).inputValue()).not.toBe('21');
    const preface = await shown(page).inputValue();
    await press(page, 'Pages');
    const small = page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Page 1', exact: true });
    await small.scrollIntoViewIfNeeded();
    await expect.poll(() => isDrawn(page, '.ll-thumbnail-canvas')).toBe(true);
    await picture('pdf-pages');
    await small.click();
    await expect(shown(page)).toHaveValue('1');
    await press(page, 'Pages');
    await shown(page).fill(preface);
    await page.keyboard.press('Enter');
    await expect(shown(page)).toHaveValue(preface);

    const sheet = page.locator(`.ll-pdf-page[data-page="${preface}"]`);
    const size = async () => (await sheet.boundingBox()) ?? { width: 0, height: 0 };
    const upright = await size();
    await press(page, 'Rotate');
    await expect.poll(async () => (await size()).width > (await size()).height).toBe(true);
    await expect(shown(page)).toHaveValue(preface);
    await press(page, 'Fit page');
    await expect.poll(async () => (await size()).height).toBeLessThan(768 - 150);
    await picture('pdf-turned');
    for (let turn = 0; turn < 3; turn += 1) await press(page, 'Rotate');
    await press(page, 'Fit width');
    await expect.poll(async () => Math.round((await size()).width)).toBe(Math.round(upright.width));
    await press(page, 'Larger');
    await expect.poll(async () => (await size()).width).toBeGreaterThan(upright.width * 1.1);
    await expect(shown(page)).toHaveValue(preface);
    await press(page, 'Fit width');
  });

  test('a PDF is searched, the hit is marked on its page, and reading goes on there', async () => {
    const { page, open, panel, marked, picture } = reader();
    await open('free-culture', 'freeculture.pdf#page=1');
    await panel('Search');
    await page.getByLabel('Search in this module').fill('Causby chickens');
    await page.locator('.ll-hit').first().click();
    await expect.poll(() => marked('ll-found')).toBeGreaterThan(0);
    await picture('pdf-found');
    await page.keyboard.press('Escape');
    const number = await shown(page).inputValue();
    expect(Number(number)).toBeGreaterThan(1);
    const scroller = page.locator('.ll-pdf-scroll');
    await scroller.evaluate((element) => element.scrollBy(0, 300));
    const place = () =>
      scroller.evaluate((element) => {
        const sheet = [...element.querySelectorAll('.ll-pdf-page')].find(
          (one) => one.getBoundingClientRect().bottom > 200,
        );
        const above = element.getBoundingClientRect().top;
        return `${sheet?.getAttribute('data-page')} ${Math.round(((sheet?.getBoundingClientRect().top ?? 0) - above) / 20)}`;
      });
    // Pages that turn out to have another size move the text once more: it has to stand still for a while.
    let before = '';
    await expect
      .poll(
        async () => {
          const last = before;
          before = await place();
          return before === last;
        },
        { intervals: [1500] },
      )
      .toBe(true);
    await open('free-culture');
    await expect.poll(place).toBe(before);
  });

  test('links in a PDF lead to its pages; one that leads outside is only shown; nothing in it runs', async () => {
    const { page, world, open, picture } = reader();
    const requests: string[] = [];
    const dialogs: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await open('leaves');
    await expect(page.locator('.textLayer').first()).toContainText('Leaf number 1');
    await press(page, 'Address outside this laptop: https://example.org/outside');
    await expect(page.getByRole('status').filter({ hasText: 'https://example.org/outside' })).toBeVisible();
    await expectAccessible(page, 'a PDF with links');
    await picture('pdf-links');
    await press(page, 'To page 7');
    await expect(shown(page)).toHaveValue('7');
    expect(await page.locator('.ll-pdf-page input, .ll-pdf-page textarea').count()).toBe(0);
    expect(dialogs).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(world.appUrl) && !/^(blob|data):/.test(url))).toEqual([]);
    expect(page.url()).toContain(world.appUrl);
  });

  for (const [what, width, height, ratio, turned] of [
    ['a whole screen', 1366, 768, 1, false],
    ['200 %, turned', 683, 384, 2, true],
  ] as const) {
    test(`a book of 352 pages scrolls without a stall (${what})`, async () => {
      const { page, open } = reader();
      const session = await page.context().newCDPSession(page);
      await session.send('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: ratio,
        mobile: false,
      });
      await open('free-culture', 'freeculture.pdf#page=1');
      await expect(page.locator('.textLayer span').first()).toBeAttached();
      if (turned) await press(page, 'Rotate');
      const longestMs = await page.evaluate(scrollThrough);
      expect(longestMs).toBeLessThan(1000);
      // Where it stops, the page is there at once
      const last = page.locator('.ll-pdf-page').last();
      await expect(last.locator('.textLayer')).toBeAttached();
      await expect.poll(() => isDrawn(page, '.ll-pdf-canvas')).toBe(true);
      await session.send('Emulation.clearDeviceMetricsOverride');
      await session.detach();
      await page.setViewportSize({ width: 1366, height: 768 });
    });
  }
}

/** Selects the first long line of a page's text layer, as a drag over it does. */
function selectLine(page: Page, number: number): Promise<string> {
  return page.evaluate((at) => {
    const spans = document.querySelectorAll(`.ll-pdf-page[data-page="${at}"] .textLayer span`);
    const line = [...spans].find((span) => (span.textContent?.length ?? 0) > 25);
    if (!line) throw new Error('no line');
    document.getSelection()?.selectAllChildren(line);
    return document.getSelection()?.toString() ?? '';
  }, number);
}

/** Whether a canvas in sight holds something else than one colour. */
function isDrawn(page: Page, selector: string): Promise<boolean> {
  return page.evaluate((canvases) => {
    const seen = [...document.querySelectorAll<HTMLCanvasElement>(canvases)].filter((canvas) => {
      const { top, bottom } = canvas.getBoundingClientRect();
      return canvas.width > 0 && bottom > 0 && top < innerHeight;
    });
    return seen.some((canvas) => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return new Set(new Uint32Array(data)).size > 1;
    });
  }, selector);
}

/** Scrolls from the first page to the last in steps of a window; the longest that a frame was waited for, in ms. */
async function scrollThrough(): Promise<number> {
  const element = document.querySelector('.ll-pdf-scroll');
  if (!element) throw new Error('no pages');
  const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
  let longest = 0;
  let last = await frame();
  const step = Math.max(element.clientHeight, element.scrollHeight / 240);
  while (element.scrollTop + element.clientHeight < element.scrollHeight - 4) {
    element.scrollBy(0, step);
    const now = await frame();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest;
}
