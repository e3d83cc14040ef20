import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import type { Reader } from '../support/reader.ts';
import { finishSpeaking, spokenBy } from '../support/speech.ts';

/** What helps to read: notes in place, words that are explained, large pictures, formulas, a voice, one's own letters. */
export function aidsTests(reader: () => Reader): void {
  test('a footnote opens in place, and the focus comes back to its mark', async () => {
    const { page, open, frame, picture } = reader();
    await open('light');
    await expect(frame().locator('img[tabindex="0"]')).toBeAttached();
    const address = page.url();
    const mark = frame().locator('[role=doc-noteref]');
    await mark.focus();
    await page.keyboard.press('Enter');
    const note = page.getByRole('dialog', { name: 'Footnote' });
    await expect(note).toContainText('Unless something heavy bends the way.');
    await expect(note).not.toContainText('↩');
    await expectAccessible(page, 'a footnote');
    await picture('footnote');
    await page.keyboard.press('Escape');
    await expect(note).toBeHidden();
    await expect(mark).toBeFocused();
    expect(page.url()).toBe(address);
    await open('footnotes');
    // Until the reader listens, a mark is a plain link
    await expect(async () => {
      await frame().locator('[role=doc-noteref]').first().click();
      await expect(note).toContainText(/\w/, { timeout: 1000 });
    }).toPass();
    await page.keyboard.press('Escape');
  });

  test('a word of the glossary is explained where it stands', async () => {
    const { page, open, frame, marked, picture } = reader();
    await open('light');
    // Asked before the page is there, its window would keep the marks of the empty page before it
    await expect(frame().locator('img[tabindex="0"]')).toBeAttached();
    await expect.poll(() => marked('ll-term')).toBe(1);
    const place = await frame()
      .getByText('A photon has no mass.')
      .evaluate((element) => {
        const text = element.firstChild;
        const range = document.createRange();
        if (!text) throw new Error('no text');
        range.setStart(text, 3);
        range.setEnd(text, 6);
        const { left, top, width, height } = range.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      });
    const box = await page.locator('iframe').boundingBox();
    await page.mouse.click((box?.x ?? 0) + place.x, (box?.y ?? 0) + place.y);
    await expect(page.getByRole('dialog', { name: 'photon' })).toContainText('the smallest piece of light');
    await expectAccessible(page, 'an explained word');
    await picture('glossary');
    await page.keyboard.press('Escape');
  });

  test('a picture is enlarged with the keyboard alone', async () => {
    const { page, open, frame, picture } = reader();
    await open('light');
    await frame().locator('img[alt^="A chart of energy"][tabindex="0"]').focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'A chart of energy over the day' });
    const image = dialog.locator('img');
    const width = async () => (await image.boundingBox())?.width ?? 0;
    const before = await width();
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await expect(dialog.getByText('200%')).toBeVisible();
    await expect.poll(width).toBeGreaterThan(before * 1.9);
    const view = page.locator('.ll-zoom');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => view.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
    await expectAccessible(page, 'a large picture');
    await picture('zoom');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  test('a formula stays MathML with words for who does not see it', async () => {
    const { open, frame } = reader();
    await open('light');
    const formula = frame().locator('math');
    await expect(formula.locator('mfrac mi').first()).toHaveText('d');
    expect(await formula.evaluate((element) => element.getAttribute('alttext'))).toBe('t equals d over c');
    // On a line of its own its parts still stand beside each other
    const lefts = await formula.evaluate((element) => {
      element.setAttribute('display', 'block');
      const found = [...element.children].map((part) => Math.round(part.getBoundingClientRect().left));
      element.removeAttribute('display');
      return found;
    });
    expect(lefts).toEqual([...new Set(lefts)].sort((a, b) => a - b));
  });

  test('a voice reads sentence by sentence, marks what it says, and can be led', async () => {
    const { page, open, marked, picture } = reader();
    await open('light');
    await page.getByRole('button', { name: 'Read aloud', exact: true }).click();
    const said = async () => (await spokenBy(page)).map(({ text }) => text);
    await expect.poll(said).toEqual(['How light travels']);
    await expect.poll(() => marked('ll-spoken')).toBe(1);
    await finishSpeaking(page);
    await finishSpeaking(page);
    await page.getByRole('button', { name: 'Next sentence' }).click();
    await expect
      .poll(said)
      .toEqual([
        'How light travels',
        'A photon has no mass.',
        'It travels in a straight line until it meets a wall.',
        'How long that takes follows from t equals d over c.',
      ]);
    await page.getByLabel('Speed').selectOption('1.25');
    await expect.poll(async () => (await spokenBy(page)).at(-1)?.rate).toBe(1.25);
    await page.getByRole('button', { name: 'Pause' }).click();
    const count = (await said()).length;
    await finishSpeaking(page);
    expect(await said()).toHaveLength(count);
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(said).toHaveLength(count + 1);
    await expectAccessible(page, 'reading aloud');
    await picture('read-aloud');
    await page.getByRole('button', { name: 'Stop reading aloud' }).click();
    await expect.poll(() => marked('ll-spoken')).toBe(0);
  });

  test('a language without a voice offers no reading aloud', async () => {
    const { page, open, frame } = reader();
    await open('arabic');
    await expect(frame().locator('body')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Read aloud', exact: true })).toHaveCount(0);
  });

  test('letters, room, width, typeface, colours and the ruler are the learner’s own, and stay', async () => {
    const { page, open, frame, panel, picture } = reader();
    await open('light');
    const style = () =>
      frame()
        .getByText('A photon has no mass.')
        .evaluate((element) => {
          const own = getComputedStyle(element);
          const body = getComputedStyle(document.body);
          return {
            size: Number.parseFloat(own.fontSize),
            room: Number.parseFloat(own.letterSpacing) || 0,
            width: Number.parseFloat(body.maxWidth),
            face: own.fontFamily,
            paper: getComputedStyle(document.documentElement).backgroundColor,
            ink: own.color,
          };
        });
    const before = await style();
    await panel('Text');
    const choose = (group: string, name: string) =>
      page.getByRole('group', { name: group }).getByLabel(name, { exact: true }).click();
    await choose('Size of the letters', 'Largest');
    await choose('Room between letters and lines', 'Very wide');
    await choose('Width of the text', 'Narrow');
    await choose('Typeface', 'For dyslexia');
    await choose('Colours', 'Sepia');
    await choose('Reading ruler', 'On');
    await expect.poll(async () => (await style()).face).toContain('OpenDyslexic');
    const sepia = await style();
    expect(sepia.size).toBeGreaterThan(before.size * 1.3);
    expect(sepia.room).toBeGreaterThan(1);
    expect(sepia.width).toBeLessThan(before.width * 1.1);
    expect(sepia.paper).not.toBe(before.paper);
    await expect(page.locator('.ll-ruler')).toBeVisible();
    await expectAccessible(page, 'text settings in sepia');
    await picture('settings-sepia');
    await choose('Colours', 'Dark');
    await expect.poll(async () => (await style()).ink).toBe('rgb(236, 234, 228)');
    await expectAccessible(page, 'text settings in the dark');
    await picture('settings-dark');
    await open('moby-dick');
    await expect
      .poll(() =>
        frame()
          .locator('body')
          .evaluate((body) => getComputedStyle(body).fontFamily),
      )
      .toContain('OpenDyslexic');
    await panel('Text');
    await choose('Size of the letters', 'Normal');
    await choose('Room between letters and lines', 'Normal');
    await choose('Width of the text', 'Normal');
    await choose('Typeface', 'As the author chose');
    await choose('Colours', 'Same as the laptop');
    await choose('Reading ruler', 'Off');
  });
}
