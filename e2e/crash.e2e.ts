import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type Desk, signIn } from './support/desk.ts';
import { type Laptop, makeLaptop } from './support/laptop.ts';
import { dock, enrol, openAssignment, startDocking, unlock } from './support/learner.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';
import { openWire, type Wire } from './support/wire.ts';

/** The import writes in steps of 16 MiB, so this course takes three. */
const SOUND_BYTES = 40 * 1024 * 1024;

test.describe.configure({ mode: 'serial', timeout: 240_000 });

let folder: string;
let world: World;
let wire: Wire;
let laptop: Laptop;
let officer: Desk;
let admin: Desk;
let page: Page;
let sounds: string;

/** A page and a long sound: its bytes are random, which no player will play, and every chunk is another. */
function writeSounds(words: string): void {
  mkdirSync(sounds, { recursive: true });
  writeFileSync(
    join(sounds, '01-listen.md'),
    `---\ntitle: Listen\n---\n# Listen\n\n${words}\n\n[The sound](long.wav)\n`,
  );
  writeFileSync(join(sounds, 'long.wav'), Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), randomBytes(SOUND_BYTES)]));
}

test.beforeAll(async () => {
  test.setTimeout(240_000);
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-course-'));
  sounds = join(folder, 'sounds');
  writeSounds('The first version.');
  world = await makeWorld([demoCourse, { id: 'sounds', title: 'Sounds', input: sounds }]);
  await world.start();
  wire = await openWire();
  laptop = makeLaptop(wire.server);
  officer = await signIn(world, 'officer');
  admin = await signIn(world, 'admin');
  page = await laptop.start();
  await enrol(page, world, officer);
  await dock(page);
});

test.afterAll(async () => {
  await laptop?.remove();
  await officer?.close();
  await admin?.close();
  await wire?.close();
  await world?.remove();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Takes the battery out and starts again, as far as the open shelf. */
async function crash(): Promise<void> {
  await laptop.kill();
  page = await laptop.start();
  await page.goto(`${world.appUrl}/#/`);
  await unlock(page);
  await expect(page.getByRole('heading', { name: 'My bookshelf' })).toBeVisible({ timeout: 30_000 });
}

/** The chunks that were asked for and came whole, in order. */
function fetchedChunks(): readonly string[] {
  return wire.requests
    .filter(({ url, answer }) => answer !== undefined && url.includes('/repository/chunks/'))
    .map(({ url }) => url.slice(url.lastIndexOf('/') + 1));
}

/** The hashes of all chunks on the device. */
function storedChunks(): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await done(indexedDB.open('leeslicht-device'));
    const keys = await done(database.transaction('chunks').objectStore('chunks').getAllKeys());
    database.close();
    return keys.map(String);
  });
}

async function expectSounds(words: string): Promise<void> {
  await page.goto(`${world.appUrl}/#/`);
  await page
    .getByRole('link', { name: /Sounds/ })
    .first()
    .click();
  await expect(page.frameLocator('iframe').getByText(words)).toBeVisible();
}

test('a browser killed in the middle of an import keeps the old version and goes on at the first missing chunk', async () => {
  writeSounds('The second version.');
  world.publish({ id: 'sounds', title: 'Sounds', input: sounds }, { version: '2.0.0' });
  await admin.post('/administrator/mirror/refresh');
  const before = new Set(await storedChunks());
  wire.requests.length = 0;
  // 20 chunks come; the others wait on the wire, so that one step of 16 MiB is on disk and the next is not.
  let passed = 0;
  const never = new Promise<void>(() => undefined);
  wire.treat(({ url }) => {
    if (!url.includes('/repository/chunks/')) return { kind: 'pass' };
    passed += 1;
    return passed > 20 ? { kind: 'hold', until: never } : { kind: 'pass' };
  });
  await startDocking(page);
  await expect.poll(() => fetchedChunks().length, { timeout: 60_000 }).toBe(20);
  await expect
    .poll(async () => (await storedChunks()).filter((hash) => !before.has(hash)).length, { timeout: 60_000 })
    .toBeGreaterThan(0);
  const fetched = fetchedChunks();

  await crash();
  wire.treat(undefined);
  const kept = (await storedChunks()).filter((hash) => !before.has(hash));
  expect(kept.length).toBeGreaterThanOrEqual(16);
  expect(kept.filter((hash) => !fetched.includes(hash))).toEqual([]);
  await expectSounds('The first version.');

  wire.requests.length = 0;
  await dock(page);
  await expect(page.getByText('New version: Sounds')).toBeVisible();
  const second = fetchedChunks();
  // Nothing that was on the device came again, and nothing came twice.
  expect(second.filter((hash) => kept.includes(hash) || before.has(hash))).toEqual([]);
  expect(new Set(second).size).toBe(second.length);
  const all = new Set(await storedChunks());
  expect(new Set([...kept, ...second]).size).toBe(kept.length + second.length);
  expect([...kept, ...second].every((hash) => all.has(hash))).toBe(true);
  await expectSounds('The second version.');
});

test('a crash in the middle of typing costs at most the last moment, and nothing that was called saved', async () => {
  await openAssignment(page, world);
  const editor = page.getByLabel('Your answer');
  await expect(editor).toBeVisible();
  const address = page.url();
  let text = '';
  const measured: string[] = [];
  for (const words of ['Nine to ten, ', 'before the noise begins, ', 'each day but Sunday, with paper and a pen.']) {
    const editing = page.getByLabel('Your answer');
    await editing.focus();
    await editing.press('End');
    // When each letter was in the editor, by the clock of this process: what is older than the promise must be there.
    const typed: { text: string; atMs: number }[] = [];
    for (const letter of words) {
      await editing.press(letter === ' ' ? 'Space' : letter);
      text += letter;
      typed.push({ text, atMs: Date.now() });
    }
    const killedMs = Date.now();
    await crash();
    await page.goto(address);
    await expect(page.getByLabel('Your answer')).toBeVisible({ timeout: 30_000 });
    const found = await page.getByLabel('Your answer').inputValue();
    expect(text.startsWith(found), `"${found}" is the beginning of "${text}"`).toBe(true);
    const missing = typed.find((one) => one.text.length > found.length);
    const lostMs = missing === undefined ? 0 : killedMs - missing.atMs;
    measured.push(`${text.length - found.length} letters, ${lostMs} ms`);
    // A quarter of a second until the save begins, and room for encrypting and a strict write on a busy machine.
    expect(lostMs).toBeLessThan(1500);
    text = found;
  }
  test.info().annotations.push({ type: 'lost at each crash', description: measured.join('; ') });

  // What the editor calls saved is saved.
  const editing = page.getByLabel('Your answer');
  await editing.focus();
  await editing.press('End');
  await editing.pressSequentially(' The end.');
  await expect(page.locator('[data-save-state="saved"]')).toBeVisible();
  await crash();
  await page.goto(address);
  await expect(page.getByLabel('Your answer')).toHaveValue(`${text} The end.`);
});

test('a battery taken out while the clock is written, again and again, costs no time', async () => {
  for (let time = 0; time < 4; time += 1) {
    const writes = await page.evaluate(async () => {
      // As if the learner went away and came back all the time: each time the clock is kept.
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
      setInterval(() => document.dispatchEvent(new Event('visibilitychange')), 1);
      await new Promise((done) => setTimeout(done, 500));
      const database = await new Promise<IDBDatabase>((done) => {
        const opening = indexedDB.open('leeslicht-device');
        opening.onsuccess = () => done(opening.result);
      });
      const reading = database.transaction('meta').objectStore('meta').get('clockA');
      const slot = await new Promise((done) => {
        reading.onsuccess = () => done(reading.result);
      });
      database.close();
      return slot instanceof Uint8Array ? Number(/"writes":(\d+)/.exec(new TextDecoder().decode(slot))?.[1]) : 0;
    });
    expect(writes).toBeGreaterThan(10 * (time + 1));
    await crash();
    await expect(page.getByRole('link', { name: 'Reading time: 30 days left' })).toBeVisible();
    await expect(page.getByText('The clock was turned back')).toHaveCount(0);
  }
});
