import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { type Desk, list, signIn } from './support/desk.ts';
import { signInAtDesk } from './support/desk-page.ts';
import { type Laptop, makeLaptop } from './support/laptop.ts';
import { dock, enrol, openPart, unlock } from './support/learner.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';

/** Packed into the demo course: a lesson with three open questions. */
const LESSON = 'Read so that it stays';

test.describe.configure({ mode: 'serial', timeout: 240_000 });

let world: World;
let laptop: Laptop;
let page: Page;
let officer: Desk;
let tutorContext: BrowserContext;
let tutor: Page;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000);
  world = await makeWorld([demoCourse]);
  await world.start();
  officer = await signIn(world, 'officer');
  laptop = makeLaptop();
  page = await laptop.start();
  await enrol(page, world, officer);
  await dock(page);
  tutorContext = await browser.newContext({ locale: 'en-GB' });
  tutor = await tutorContext.newPage();
  await signInAtDesk(tutor, world, 'tutor');
});

test.afterAll(async () => {
  await tutorContext?.close();
  await laptop?.remove();
  await officer?.close();
  await world?.remove();
});

const answer = (n: number) => page.frameLocator('iframe').getByLabel(`Your answer to question ${n}`);

async function look(of: Page, name: string): Promise<void> {
  for (const [width, height] of [
    [1366, 768],
    [683, 384],
    [400, 800],
  ] as const) {
    await of.setViewportSize({ width, height });
    await of.screenshot({ path: test.info().outputPath(`${name}-${width}.png`) });
  }
  await of.setViewportSize({ width: 1366, height: 768 });
}

test('an answer is written in the lesson, by keyboard alone, and a battery taken out costs at most the last moment', async () => {
  await page.context().setOffline(true);
  await openPart(page, world, /Study on your own/, LESSON);
  await answer(1).fill('A place, a time, ');
  await expect(page.frameLocator('iframe').locator('[data-save-state="saved"]')).toBeVisible();
  const address = page.url();
  await answer(1).press('End');
  const typed: { readonly text: string; readonly atMs: number }[] = [];
  for (const letter of 'and paper to write on.') {
    await answer(1).press(letter === ' ' ? 'Space' : letter);
    typed.push({ text: await answer(1).inputValue(), atMs: Date.now() });
  }
  const killedMs = Date.now();
  await laptop.kill();

  page = await laptop.start();
  await page.goto(`${world.appUrl}/#/`);
  await unlock(page);
  await page.context().setOffline(true);
  await page.goto(address);
  await expect(answer(1)).toBeVisible({ timeout: 30_000 });
  const found = await answer(1).inputValue();
  expect(typed.at(-1)?.text.startsWith(found), found).toBe(true);
  const missing = typed.find(({ text }) => text.length > found.length);
  // A quarter of a second until the save begins, and room for encrypting and a strict write on a busy machine.
  expect(missing === undefined ? 0 : killedMs - missing.atMs).toBeLessThan(1500);

  await answer(1).fill('A place, a time, and paper to write on.');
  await answer(1).press('Tab');
  await page.keyboard.type('Why a fixed time helps.');
  await expect(answer(2)).toHaveValue('Why a fixed time helps.');
  await expect(page.getByText('2 of 3 answered')).toBeVisible();
  await answer(1).scrollIntoViewIfNeeded();
  await look(page, 'writing');
  await expectAccessible(page, 'a lesson with an answer sheet');
});

test('the sheet is handed in as one piece of work', async () => {
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('1 question has no answer yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Yes, hand in' }).click();
  await expect(page.getByText('Goes out when you connect')).toBeVisible();
  await expect(answer(1)).toBeHidden();
});

test('as long as nobody has marked it, a new version can be handed in, and the earlier one is kept', async () => {
  await page.getByRole('button', { name: 'Make a new version' }).click();
  await expect(answer(1)).toHaveValue('A place, a time, and paper to write on.');
  await page.getByRole('button', { name: 'Leave it as it is' }).click();
  await expect(answer(1)).toBeHidden();
  await page.getByRole('button', { name: 'Make a new version' }).click();
  await answer(2).fill('Why a fixed time helps me.');
  await expect(page.getByRole('button', { name: 'Leave it as it is' })).toBeHidden();
  await look(page, 'new-version');
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await page.getByRole('button', { name: 'Yes, hand in' }).click();
  await expect(answer(1)).toBeHidden();
  await expect(page.frameLocator('iframe').getByText('Why a fixed time helps me.')).toBeVisible();
  const back = page.url();
  await page.goto(`${world.appUrl}/#/work`);
  await page.getByText(LESSON).click();
  await page.getByText('Earlier version, handed in on').click();
  await expect(page.getByText('Why a fixed time helps.')).toBeVisible();
  await look(page, 'versions');
  await expectAccessible(page, 'work in two versions');
  await page.goto(back);
  await page.context().setOffline(false);
  await dock(page);
});

test('the tutor sees question and answer side by side, and answers the sheet and one answer', async () => {
  await expect
    .poll(async () => {
      await tutor.goto(`${world.deskUrl}/#/room`);
      await tutor.goto(`${world.deskUrl}/#/hand-ins`);
      return tutor.getByRole('link', { name: LESSON }).count();
    })
    .toBe(1);
  await tutor.getByRole('link', { name: LESSON }).click();
  await tutor.getByRole('link', { name: /^Version 1,/ }).click();
  await expect(tutor.getByText('Why a fixed time helps.')).toBeVisible();
  await tutor.getByRole('link', { name: 'To the newest version' }).click();
  await expect(tutor.getByText('Why a fixed time helps me.')).toBeVisible();
  const first = tutor.getByRole('listitem').filter({ hasText: 'Which three things do you remember' });
  await expect(first).toContainText('A place, a time, and paper to write on.');
  await expect(tutor.getByRole('listitem').filter({ hasText: 'Turn one heading into a question' })).toContainText(
    'No answer',
  );
  await look(tutor, 'marking');
  await expectAccessible(tutor, 'an answer sheet at the desk');
  await tutor.getByLabel('Remark on answer 1').fill('Well remembered.');
  await tutor.getByLabel('Feedback', { exact: true }).fill('Two of three: fine.');
  await tutor.getByLabel('Mark', { exact: true }).fill('7');
  await tutor.getByLabel('Ask for a new version').check();
  await tutor.getByRole('button', { name: 'Send feedback' }).click();
  await expect(tutor.getByText('On answer 1')).toBeVisible();
});

test('the learner reads in the lesson, offline, what the tutor wrote', async () => {
  await dock(page);
  await page.context().setOffline(true);
  await openPart(page, world, /Study on your own/, LESSON);
  const lesson = page.frameLocator('iframe');
  await expect(lesson.getByText('A place, a time, and paper to write on.')).toBeVisible();
  await expect(lesson.getByText('Well remembered.')).toBeVisible();
  await expect(lesson.getByText('Two of three: fine.')).toBeVisible();
  await expect(page.getByText('Marked', { exact: true })).toBeVisible();
  await lesson.getByText('Two of three: fine.').scrollIntoViewIfNeeded();
  await look(page, 'marked');
  await expectAccessible(page, 'a marked answer sheet');
  await expect(page.getByText('Your tutor asks for a new version.')).toBeVisible();
  await page.getByRole('link', { name: 'Read the feedback' }).click();
  await expect(page.getByText('Well remembered.')).toBeVisible();
  await expect(page.getByText('Your tutor asks for a new version.')).toBeVisible();
  await page.goBack();
  await page.getByRole('button', { name: 'Make a new version' }).click();
  await expect(answer(2)).toHaveValue('Why a fixed time helps me.');
  await page.context().setOffline(false);
});

test('a laptop prints nothing of a lesson but where printing can be done', async () => {
  await openPart(page, world, /Study on your own/, LESSON);
  await expect(page.frameLocator('iframe').getByText('Four steps', { exact: true })).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText('You can print at the station in the computer room.')).toBeVisible();
  await expect(page.locator('iframe')).toBeHidden();
  await page.emulateMedia({ media: null });
});

test('the station prints the lesson with lines to write on, and a whole module, and knows who did', async () => {
  await tutor.goto(`${world.deskUrl}/#/room`);
  await tutor.getByRole('link', { name: 'Print' }).click();
  await expectAccessible(tutor, 'modules to print');
  await tutor.getByRole('link', { name: 'Study on your own' }).click();
  await look(tutor, 'parts-to-print');
  await expectAccessible(tutor, 'parts to print');
  await tutor.getByRole('button', { name: `Look and print: ${LESSON}` }).click();
  const view = tutor.frameLocator('iframe');
  await expect(view.getByText('Question 1: Three things')).toBeVisible();
  await expect(view.locator('.ll-line')).toHaveCount(14);
  await expect
    .poll(() =>
      view
        .locator('img')
        .evaluateAll((all) => all.every((one) => one instanceof HTMLImageElement && one.naturalWidth > 0)),
    )
    .toBe(true);
  await look(tutor, 'print-view');
  await expectAccessible(tutor, 'a view to print');
  const address = await tutor.locator('iframe').getAttribute('src');
  // The button prints the frame: the desk's own window is not asked
  const printed = tutor.evaluate(
    () =>
      new Promise((done) => {
        const frame = document.querySelector('iframe')?.contentWindow;
        frame?.addEventListener('beforeprint', () => done('the frame'));
        addEventListener('beforeprint', () => done('the desk'));
      }),
  );
  await tutor.getByRole('button', { name: 'Print', exact: true }).click();
  expect(await printed).toBe('the frame');

  const paper = await tutorContext.newPage();
  for (const [name, url] of [
    ['lesson', address ?? ''],
    ['module', (address ?? '').replace(/&part=\d+$/, '')],
  ] as const) {
    await paper.goto(`${world.deskUrl}${url}`);
    const path = test.info().outputPath(`${name}.pdf`);
    const pdf = await paper.pdf({ path, preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    // A4 in points
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox ?\[ ?0 0 59[45][.\d]* 84[12][.\d]* ?\]/);
  }
  await paper.close();
  const audit = await officer.get('/security/audit');
  const opened = list(audit, 'entries').filter((entry) => JSON.stringify(entry).includes('opened-to-print'));
  expect(opened).toHaveLength(3);

  // Signed out meanwhile: words, and nothing to print
  await tutorContext.clearCookies();
  await tutor.getByRole('button', { name: 'Another part' }).click();
  await tutor.getByRole('button', { name: 'The whole module' }).click();
  await expect(tutor.getByText('This cannot be shown.')).toBeVisible();
  await expect(tutor.getByRole('button', { name: 'Print', exact: true })).toBeDisabled();
});
