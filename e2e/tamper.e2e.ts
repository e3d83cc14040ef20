import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Desk, signIn } from './support/desk.ts';
import { dock, enrol, unlock } from './support/learner.ts';
import { samples } from './support/processes.ts';
import { type CourseInput, copyDemoCourse, makeWorld, type World } from './support/station.ts';

const words = 'You cannot choose your room.';
const newWords = 'Nobody chooses a room.';
const forgedTitle = 'Moby-Duck';

test.describe.configure({ mode: 'serial' });

let world: World;
let officer: Desk;
let admin: Desk;
let context: BrowserContext;
let page: Page;
let folder: string;
let study: CourseInput;
const book: CourseInput = { id: 'moby-dick', title: 'Moby-Dick', input: resolve(samples, 'epub/moby-dick.epub') };

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-course-'));
  study = { id: 'study', title: 'Study on your own', input: copyDemoCourse(folder) };
  world = await makeWorld([book, study]);
  await world.start();
  officer = await signIn(world, 'officer');
  admin = await signIn(world, 'admin');
  context = await browser.newContext({ locale: 'en-GB' });
  page = await context.newPage();
  await enrol(page, world, officer);
  await dock(page);
});

test.afterAll(async () => {
  await context?.close();
  await officer?.close();
  await admin?.close();
  await world?.remove();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Loads the app anew, as after a restart of the laptop. */
async function restart(): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${world.appUrl}/#/`);
  await unlock(page);
  await expect(page.getByRole('heading', { name: 'My bookshelf' })).toBeVisible();
}

/** Opens a part of a module from the contents. */
async function openPart(module: RegExp, part: string | RegExp): Promise<void> {
  await page.goto(`${world.appUrl}/#/`);
  await page.getByRole('link', { name: module }).first().click();
  await page.getByRole('button', { name: 'Contents' }).click();
  await page.getByRole('link', { name: part }).first().click();
}

/** Flips one bit of the stored chunk that holds `text`. Returns how many chunks held it. */
function flipStored(text: string): Promise<number> {
  return page.evaluate(async (wanted) => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await done(indexedDB.open('leeslicht-device'));
    const read = database.transaction('chunks').objectStore('chunks');
    const [keys, values] = await Promise.all([done(read.getAllKeys()), done<unknown[]>(read.getAll())]);
    let flipped = 0;
    for (const [index, value] of values.entries()) {
      const key = keys[index];
      if (key === undefined || !(value instanceof ArrayBuffer)) continue;
      const at = new TextDecoder('latin1').decode(value).indexOf(wanted);
      if (at < 0) continue;
      const bytes = new Uint8Array(value);
      // Outside the words, so that they would still be readable if the page were shown.
      bytes[at - 1] = (bytes[at - 1] ?? 0) ^ 1;
      await done(database.transaction('chunks', 'readwrite').objectStore('chunks').put(value, key));
      flipped += 1;
    }
    database.close();
    return flipped;
  }, text);
}

/** Every text in the window now, in all frames, also what is out of sight. */
async function allTexts(): Promise<string> {
  const texts = await Promise.all(page.frames().map((frame) => frame.locator('html').textContent()));
  return texts.join('\n');
}

/** The files below a folder whose bytes hold `text`. */
function filesWith(top: string, text: string): readonly string[] {
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

function only(files: readonly string[]): string {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) throw new Error(`one file expected: ${files.join(', ')}`);
  return file;
}

test('a page with one flipped bit is not shown; the next sync repairs it', async () => {
  await openPart(/Study on your own/, 'A place and a time');
  await expect(page.frameLocator('iframe').getByText(words)).toBeVisible();
  expect(await flipStored(words)).toBe(1);

  await context.setOffline(true);
  const notice = page.getByRole('heading', { name: 'This page is damaged' }).or(page.getByText('This page is damaged'));
  for (const time of ['found', 'known']) {
    await restart();
    await openPart(/Study on your own/, 'A place and a time');
    await expect(notice.first(), time).toBeVisible();
    expect(await allTexts(), time).not.toContain(words);
  }
  await openPart(/Study on your own/, 'Start where you are');
  await expect(page.frameLocator('iframe').getByText('It is good that you are here.')).toBeVisible();

  await context.setOffline(false);
  await dock(page);
  await expect(page.getByText('Repaired: Study on your own')).toBeVisible();
  await openPart(/Study on your own/, 'A place and a time');
  await expect(page.frameLocator('iframe').getByText(words)).toBeVisible();
});

test('a chunk cut short at the station: the new version is refused by name, the old one stays', async () => {
  const lesson = join(study.input, '02-a-place-and-a-time.md');
  writeFileSync(lesson, readFileSync(lesson, 'utf8').replace(words, newWords));
  world.publish(study, { version: '1.1.0' });
  await admin.post('/administrator/mirror/refresh');
  const chunk = only(filesWith(join(world.station, 'mirror/repository/chunks'), newWords));
  const whole = readFileSync(chunk);
  truncateSync(chunk, whole.length - 1);

  await dock(page);
  await expect(page.getByText(/^Refused: Study on your own\..*The old version stays\.$/)).toBeVisible();
  await openPart(/Study on your own/, 'A place and a time');
  await expect(page.frameLocator('iframe').getByText(words)).toBeVisible();
  expect(await allTexts()).not.toContain(newWords);

  writeFileSync(chunk, whole);
  await dock(page);
  await expect(page.getByText('New version: Study on your own')).toBeVisible();
  await openPart(/Study on your own/, 'A place and a time');
  await expect(page.frameLocator('iframe').getByText(newWords)).toBeVisible();
});

test('a forged manifest in the published repository never comes in', async () => {
  const targets = join(world.repository, 'targets');
  const before = new Set(filesWith(targets, book.title));
  world.publish(book, { version: '1.1.0' });
  const manifest = only(filesWith(targets, book.title).filter((file) => !before.has(file)));
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replaceAll(book.title, forgedTitle));
  await admin.post('/administrator/mirror/refresh');
  // The station does not keep it.
  expect(filesWith(join(world.station, 'mirror/repository/targets'), forgedTitle)).toEqual([]);

  const refused = page.getByText(/^Refused: Moby-Dick\..*The old version stays\.$/);
  await dock(page);
  await expect(refused).toBeVisible();

  // Somebody puts it into the station's folder: the laptop checks again.
  const name = manifest.slice(targets.length + 1);
  writeFileSync(join(world.station, 'mirror/repository/targets', name), readFileSync(manifest));
  await dock(page);
  await expect(refused).toContainText('The content was changed on the way.');
  await openPart(/Moby-Dick/, /Loomings/);
  await expect(page.frameLocator('iframe').getByText(/Call me Ishmael/)).toBeVisible();
  await page.goto(`${world.appUrl}/#/`);
  await expect(page.getByRole('heading', { name: /Moby-Dick/ }).first()).toBeVisible();
  expect(await allTexts()).not.toContain(forgedTitle);
});
