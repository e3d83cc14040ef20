import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { type Running, samples, startProgram } from './support/processes.ts';
import { copyDemoCourse, makeWorld, type World } from './support/station.ts';

test.use({ locale: 'en-GB' });
test.describe.configure({ mode: 'serial', timeout: 180_000 });

let folder: string;
let course: string;
let world: World;
let studio: Running;
let address: string;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-studio-e2e-'));
  course = copyDemoCourse(folder);
  world = await makeWorld([]);
  world.cli('programme', 'add-course', world.programme, 'study', '--title', 'Study');
  world.cli('programme', 'add-tutor', world.programme, 'study', 'Anna de Wit');
  studio = startProgram('leeslicht', ['studio'], {});
  await expect.poll(() => /http:\/\/127\S+/.exec(studio.output())?.[0], { timeout: 30_000 }).toBeDefined();
  address = /http:\/\/127\S+/.exec(studio.output())?.[0] ?? '';
});

test.afterAll(async () => {
  studio.process.kill('SIGTERM');
  await studio.ended;
  await world.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('a tutor opens a folder, sees what is wrong, mends it, and publishes what the learner will see', async ({
  page,
}) => {
  const lesson = join(course, '02-a-place-and-a-time.md');
  const good = readFileSync(lesson, 'utf8');
  writeFileSync(lesson, `${good}\n\n[click here](https://example.org/)\n`);
  await page.goto(address);
  await expectAccessible(page, 'studio, choosing');
  await page.getByLabel('Or type where it is on this computer').fill(course);
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Study on your own' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('links to the internet became plain text')).toBeVisible();
  await expect(page.getByText(/02-a-place-and-a-time\.md:\d+/).first()).toBeVisible();

  // The learner's own reader, on the bundle that was just made.
  const reader = page.frameLocator('iframe[title="As the learner sees it"]');
  await expect(reader.getByRole('button', { name: 'Contents' })).toBeVisible({ timeout: 30_000 });
  await expect(reader.frameLocator('iframe').getByText('It is good that you are here.')).toBeVisible();
  await expectAccessible(page, 'studio, looking over');

  // Live: the file is mended in an editor, and the page follows.
  writeFileSync(lesson, good);
  await expect(page.getByText('Everything works in the cell as well.')).toBeVisible({ timeout: 60_000 });

  const first = join(course, '01-start-where-you-are.md');
  writeFileSync(
    first,
    readFileSync(first, 'utf8').replace('It is good that you are here.', 'How good that you are here.'),
  );
  await expect(reader.frameLocator('iframe').getByText('How good that you are here.')).toBeVisible({ timeout: 60_000 });

  // Open questions have their fields here too, to be tried
  await reader.getByRole('button', { name: 'Contents' }).click();
  await reader.getByRole('link', { name: 'Read so that it stays' }).click();
  await reader.frameLocator('iframe').getByLabel('Your answer to question 1').fill('Three things.');
  await expect(reader.getByText('1 of 3 answered')).toBeVisible();

  await page.getByLabel('Course id').fill('study');
  await page.getByRole('button', { name: 'Use these' }).click();
  await expect(page.getByLabel('Course id')).toHaveValue('study', { timeout: 60_000 });
  await page.getByLabel('Folder of the programme').fill(world.programme);
  await page.getByRole('button', { name: 'Look' }).click();
  await expect(page.getByLabel('Who signs')).toHaveValue('Anna de Wit');
  await page.getByLabel('Passphrase of your key').fill('not this one');
  await page.getByRole('button', { name: 'Sign and publish' }).click();
  await expect(page.getByText('That did not work')).toBeVisible({ timeout: 60_000 });
  const passphrase = readFileSync(join(world.folder, 'passphrase.txt'), 'utf8').trim();
  await page.getByLabel('Passphrase of your key').fill(passphrase);
  await page.getByRole('button', { name: 'Sign and publish' }).click();
  await expect(page.getByText('Published', { exact: true })).toBeVisible({ timeout: 60_000 });
  expect(world.cli('programme', 'status', world.programme, '--json')).toContain('study');
  expect(readFileSync(join(world.repository, 'metadata', 'timestamp.json'), 'utf8')).toContain('"signatures"');
});

test('a book is dropped on the page; what a learner would miss can be accepted', async ({ page }) => {
  await page.goto(address);
  await page.getByRole('button', { name: 'Another course' }).click();
  await page.getByLabel('Choose a file').setInputFiles(resolve(samples, 'epub/childrens-literature.epub'));
  await expect(page.getByRole('heading', { level: 1, name: /Children/ })).toBeVisible({ timeout: 60_000 });
  const reader = page.frameLocator('iframe[title="As the learner sees it"]');
  await expect(reader.getByRole('button', { name: 'Contents' })).toBeVisible({ timeout: 60_000 });
});

test('another page on this computer, without the token, gets no answer', async ({ request }) => {
  const origin = new URL(address).origin;
  const answer = await request.get(`${origin}/api/state`);
  expect(answer.status()).toBe(403);
});
