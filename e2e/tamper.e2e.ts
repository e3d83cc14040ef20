import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Desk, signIn } from './support/desk.ts';
import { dock, enrol, openPart, restart } from './support/learner.ts';
import { samples } from './support/processes.ts';
import { type CourseInput, copyDemoCourse, demoCourse, makeWorld, type World } from './support/station.ts';
import { flipStored } from './support/stored.ts';

const words = 'You cannot choose your room.';
const newWords = 'Nobody chooses a room.';
const olderWords = 'Anybody may choose a room.';
const unsignedWords = 'Somebody else chose the room.';
const forgedTitle = 'Moby-Duck';

test.describe.configure({ mode: 'serial' });

let world: World;
let officer: Desk;
let admin: Desk;
let context: BrowserContext;
let page: Page;
let folder: string;
let study: CourseInput;
/** The programme as it was when the first versions came out. */
let oldProgramme: string;
const book: CourseInput = { id: 'moby-dick', title: 'Moby-Dick', input: resolve(samples, 'epub/moby-dick.epub') };

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-course-'));
  study = { ...demoCourse, input: copyDemoCourse(folder) };
  world = await makeWorld([book, study]);
  oldProgramme = join(world.folder, 'old-programme');
  cpSync(world.programme, oldProgramme, { recursive: true });
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
  await openPart(page, world, /Study on your own/, 'A place and a time');
  await expect(page.frameLocator('iframe').getByText(words)).toBeVisible();
  expect(await flipStored(page, words)).toBe(1);

  await context.setOffline(true);
  const notice = page.getByRole('heading', { name: 'This page is damaged' }).or(page.getByText('This page is damaged'));
  for (const time of ['found', 'known']) {
    await restart(page, world);
    await expect(page.getByRole('heading', { name: 'My bookshelf' })).toBeVisible();
    await openPart(page, world, /Study on your own/, 'A place and a time');
    await expect(notice.first(), time).toBeVisible();
    expect(await allTexts(), time).not.toContain(words);
  }
  await openPart(page, world, /Study on your own/, 'Start where you are');
  await expect(page.frameLocator('iframe').getByText('It is good that you are here.')).toBeVisible();

  await context.setOffline(false);
  await dock(page);
  await expect(page.getByText('Repaired: Study on your own')).toBeVisible();
  await openPart(page, world, /Study on your own/, 'A place and a time');
  await expect(page.frameLocator('iframe').getByText(words)).toBeVisible();
});

test('a chunk cut short at the station: the new version is refused by name, the old one stays', async () => {
  const lesson = join(study.input, '02-a-place-and-a-time.md');
  writeFileSync(lesson, readFileSync(lesson, 'utf8').replace(words, newWords));
  world.publish(study, { version: '1.1.0' });
  await admin.post('/administrator/mirror/refresh');
  // The search index has the words too; the page is what is cut, and at its source as well, else the station mends it.
  const isPage = (file: string): boolean => readFileSync(file, 'utf8').startsWith('<!doctype html>');
  const chunk = only(filesWith(join(world.station, 'mirror/repository/chunks'), newWords).filter(isPage));
  const atSource = only(filesWith(join(world.repository, 'chunks'), newWords).filter(isPage));
  const whole = readFileSync(chunk);
  for (const file of [chunk, atSource]) truncateSync(file, whole.length - 1);

  await dock(page);
  await expect(page.getByText(/^Refused: Study on your own\..*The old version stays\.$/)).toBeVisible();
  await openPart(page, world, /Study on your own/, 'A place and a time');
  await expect(page.frameLocator('iframe').getByText(words)).toBeVisible();
  expect(await allTexts()).not.toContain(newWords);

  for (const file of [atSource, chunk]) writeFileSync(file, whole);
  await dock(page);
  await expect(page.getByText('New version: Study on your own')).toBeVisible();
  await openPart(page, world, /Study on your own/, 'A place and a time');
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
  await openPart(page, world, /Moby-Dick/, /Loomings/);
  await expect(page.frameLocator('iframe').getByText(/Call me Ishmael/)).toBeVisible();
  await page.goto(`${world.appUrl}/#/`);
  await expect(page.getByRole('heading', { name: /Moby-Dick/ }).first()).toBeVisible();
  expect(await allTexts()).not.toContain(forgedTitle);
});

test('an unsigned version is refused by name, the signed one stays', async () => {
  const lesson = join(study.input, '02-a-place-and-a-time.md');
  writeFileSync(lesson, readFileSync(lesson, 'utf8').replace(newWords, unsignedWords));
  world.publish(study, { version: '1.3.0' });
  await admin.post('/administrator/mirror/refresh');
  const metadata = join(world.station, 'mirror/repository/metadata');
  const newest = readdirSync(metadata)
    .filter((name) => name.endsWith('.course-study.json'))
    .toSorted((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10))[0];
  if (newest === undefined) throw new Error('no list of the course in the mirror');
  const list = join(metadata, newest);
  const signed = readFileSync(list, 'utf8');
  const unsigned = signed.replace(/"signatures":\s*\[[^\]]*\]/, '"signatures":[]');
  expect(unsigned).not.toBe(signed);
  writeFileSync(list, unsigned);

  await dock(page);
  await expect(page.getByText(/^Refused: Study on your own\..*The old version stays\.$/)).toBeVisible();
  await openPart(page, world, /Study on your own/, 'A place and a time');
  await expect(page.frameLocator('iframe').getByText(newWords)).toBeVisible();
  expect(await allTexts()).not.toContain(unsignedWords);

  // With its signature back it comes in: nothing else was wrong with it.
  writeFileSync(list, signed);
  await dock(page);
  await expect(page.getByText('New version: Study on your own')).toBeVisible();
  await openPart(page, world, /Study on your own/, 'A place and a time');
  await expect(page.frameLocator('iframe').getByText(unsignedWords)).toBeVisible();
});

test('an older version is refused by name, the newer one stays', async () => {
  const lesson = join(study.input, '02-a-place-and-a-time.md');
  writeFileSync(lesson, readFileSync(lesson, 'utf8').replace(unsignedWords, olderWords));
  // Somebody with the tutor's key works on in a copy from before: every list is signed and newer than the device's,
  // and only the module's own version says that it is old. The packager would not publish it in the true folder.
  for (const version of ['1.0.1', '1.0.2', '1.0.3', '1.0.4', '1.0.5', '1.0.6']) {
    world.publish(study, { version, programme: oldProgramme });
  }
  for (const version of ['1.0.1', '1.0.2']) world.publish(book, { version, programme: oldProgramme });
  rmSync(world.repository, { recursive: true });
  cpSync(join(oldProgramme, 'repository'), world.repository, { recursive: true });
  await admin.post('/administrator/mirror/refresh');

  await dock(page);
  await expect(page.getByText(/^Refused: Study on your own\./)).toHaveText(
    'Refused: Study on your own. This is an older version than you have. The old version stays.',
  );
  await openPart(page, world, /Study on your own/, 'A place and a time');
  await expect(page.frameLocator('iframe').getByText(unsignedWords)).toBeVisible();
  expect(await allTexts()).not.toContain(olderWords);
});
