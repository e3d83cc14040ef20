import { resolve } from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { type Desk, list, signIn, text } from './support/desk.ts';
import { dock, enrol, handIn, openAssignment, openPart, unlock } from './support/learner.ts';
import { samples } from './support/processes.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';
import { openWire, type Wire } from './support/wire.ts';

const essay = 'I want to study every morning from nine to ten, before the noise begins.';

test.describe.configure({ mode: 'serial', timeout: 180_000 });
test.use({ actionTimeout: 30_000 });

let world: World;
let wire: Wire;
let officer: Desk;
let tutor: Desk;
let context: BrowserContext;
let page: Page;

/** One learner's device that has been to the station: modules, work that was marked, a message. Then the cable is cut. */
test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000);
  world = await makeWorld([
    { id: 'moby-dick', title: 'Moby-Dick', input: resolve(samples, 'epub/moby-dick.epub') },
    { id: 'free-culture', title: 'Free Culture', input: resolve(samples, 'pdf/freeculture.pdf') },
    demoCourse,
  ]);
  await world.start();
  wire = await openWire();
  officer = await signIn(world, 'officer');
  tutor = await signIn(world, 'tutor');
  context = await browser.newContext({ locale: 'en-GB', proxy: { server: wire.server } });
  page = await context.newPage();
  const { learnerId } = await enrol(page, world, officer);
  await dock(page);
  await openAssignment(page, world);
  await page.getByLabel('Your answer').fill(essay);
  await handIn(page);
  await dock(page);
  await expect.poll(async () => list(await tutor.get('/tutor/hand-ins'), 'handIns').length).toBe(1);
  const id = text(await tutor.get('/tutor/hand-ins'), 'handIns', 0, 'id');
  await tutor.post(`/tutor/hand-ins/${id}/feedback`, { text: 'A good plan. Start small.', mark: '8' });
  await tutor.post(`/tutor/learners/${learnerId}/messages`, { text: 'See you on Thursday.' });
  await dock(page);
});

test.afterAll(async () => {
  await context?.close();
  await officer?.close();
  await tutor?.close();
  await wire?.close();
  await world?.remove();
});

const frame = () => page.frameLocator('iframe');

test('the wire sees what leaves the origin, from the page and from the worker', async () => {
  // The app's own policy stops such a request before it starts, so a page without one asks.
  const probe = await context.newPage();
  await probe.setContent('<img src="http://elsewhere.invalid/from-a-page">');
  await expect.poll(() => wire.requests.some(({ url }) => url.includes('elsewhere.invalid'))).toBe(true);
  await probe.close();
  const worker = context.serviceWorkers()[0];
  expect(worker, 'the service worker is there').toBeDefined();
  await worker?.evaluate((url) => fetch(url), `${world.appUrl}/manifest.webmanifest?from-the-worker`);
  expect(wire.requests.some(({ url }) => url.includes('from-the-worker'))).toBe(true);
});

test('the app starts without a network', async () => {
  wire.requests.length = 0;
  wire.cut();
  await page.goto('about:blank');
  await page.goto(`${world.appUrl}/#/`);
  await expect(page.getByRole('heading', { name: /^Welcome back/ })).toBeVisible();
  await expectAccessible(page, 'unlock');
  await unlock(page);
  await expect(page.getByRole('heading', { name: 'My bookshelf' })).toBeVisible();
  for (const title of ['Moby-Dick', 'Free Culture', 'Study on your own']) {
    await expect(page.getByRole('heading', { name: new RegExp(title) }).first()).toBeVisible();
  }
  await expectAccessible(page, 'shelf');
});

test('the book and the course are read without a network', async () => {
  await openPart(page, world, /Moby-Dick/, /Loomings/);
  await expect(frame().getByText(/Call me Ishmael/)).toBeVisible();
  await expectAccessible(page, 'a chapter of the book');
  await openPart(page, world, /Study on your own/, 'A place and a time');
  await expect(frame().getByText('You cannot choose your room.')).toBeVisible();
  await expectAccessible(page, 'a page of the course');
  await page.getByRole('link', { name: 'Next', exact: true }).click();
  await page.getByRole('button', { name: 'Contents' }).click();
  await expectAccessible(page, 'contents');
});

test('the film plays with captions and is sought in through verified ranges', async () => {
  const ranges: { status: number; range: string | undefined }[] = [];
  page.on('response', (response) => {
    if (!response.url().endsWith('.webm')) return;
    ranges.push({ status: response.status(), range: response.headers()['content-range'] });
  });
  await openPart(page, world, /Study on your own/, 'Plan one week');
  const video = frame().locator('video');
  await video.scrollIntoViewIfNeeded();
  await video.evaluate((element) => {
    if (!(element instanceof HTMLVideoElement)) throw new Error('no video');
    element.muted = true;
    return element.play();
  });
  const moment = () => video.evaluate((element) => (element instanceof HTMLVideoElement ? element.currentTime : -1));
  await expect.poll(moment, { timeout: 30_000 }).toBeGreaterThan(0.6);
  const cue = () =>
    video.evaluate((element) => {
      const track = element instanceof HTMLVideoElement ? element.textTracks[0] : undefined;
      const active = track?.activeCues?.[0];
      return { mode: track?.mode, text: active instanceof VTTCue ? active.text : '' };
    });
  await expect.poll(cue).toEqual({ mode: 'showing', text: 'This is an empty week. It is yours to plan.' });

  await video.evaluate((element) => {
    if (element instanceof HTMLVideoElement) element.currentTime = 20;
  });
  await expect.poll(moment, { timeout: 30_000 }).toBeGreaterThan(20.1);
  await expect.poll(cue).toEqual({ mode: 'showing', text: 'Give each block one small task that you can finish.' });
  const seen = await video.evaluate((element) => (element instanceof HTMLVideoElement ? element.videoWidth : 0));
  expect(seen).toBeGreaterThan(0);
  expect(ranges.length).toBeGreaterThan(0);
  expect(ranges.every(({ status, range }) => status === 206 && /^bytes \d+-\d+\/\d+$/.test(range ?? ''))).toBe(true);
  const address = await video.evaluate((element) => (element instanceof HTMLVideoElement ? element.currentSrc : ''));
  const middle = await page.evaluate(async (url) => {
    const answer = await fetch(url, { headers: { range: 'bytes=100000-100099' } });
    return { status: answer.status, size: (await answer.arrayBuffer()).byteLength };
  }, address);
  expect(middle).toEqual({ status: 206, size: 100 });
  await video.evaluate((element) => (element instanceof HTMLVideoElement ? element.pause() : undefined));
  await expectAccessible(page, 'a page with a film');
});

test('the sound plays', async () => {
  await openPart(page, world, /Study on your own/, 'Noise and a busy head');
  const audio = frame().locator('audio');
  await audio.evaluate((element) => {
    if (!(element instanceof HTMLAudioElement)) throw new Error('no audio');
    element.muted = true;
    return element.play();
  });
  await expect
    .poll(() => audio.evaluate((element) => (element instanceof HTMLAudioElement ? element.currentTime : -1)), {
      timeout: 30_000,
    })
    .toBeGreaterThan(0.5);
  await audio.evaluate((element) => (element instanceof HTMLAudioElement ? element.pause() : undefined));
  await expectAccessible(page, 'a page with sound');
});

test('the PDF shows its pages, zooms, jumps, and its words can be selected', async () => {
  await page.goto(`${world.appUrl}/#/`);
  await page
    .getByRole('link', { name: /Free Culture/ })
    .first()
    .click();
  await expect(page.getByText('of 352')).toBeVisible({ timeout: 30_000 });
  await page.getByLabel('Page', { exact: true }).fill('20');
  await page.getByLabel('Page', { exact: true }).press('Enter');
  const leaf = page.locator('[data-page="20"]');
  await expect(leaf.locator('canvas')).toBeVisible();
  await expect.poll(async () => ((await leaf.textContent()) ?? '').length, { timeout: 30_000 }).toBeGreaterThan(400);
  await expect(page.getByLabel('Page', { exact: true })).toHaveValue('20');
  const before = await leaf.evaluate((element) => element.getBoundingClientRect().width);
  await page.getByRole('button', { name: 'Larger' }).click();
  await expect
    .poll(() => leaf.evaluate((element) => element.getBoundingClientRect().width))
    .toBeGreaterThan(before * 1.1);
  await expect(page.getByLabel('Page', { exact: true })).toHaveValue('20');
  const selected = await leaf.evaluate((element) => {
    const selection = getSelection();
    selection?.selectAllChildren(element);
    const words = selection?.toString() ?? '';
    selection?.removeAllRanges();
    return words;
  });
  expect(selected.split(/\s+/).length).toBeGreaterThan(50);
  // The page is drawn, not white: at least one spot of the canvas is dark.
  const isDrawn = () =>
    leaf.locator('canvas').evaluate((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) return false;
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return pixels.some((value, index) => index % 4 === 0 && value < 90);
    });
  await expect.poll(isDrawn, { timeout: 30_000 }).toBe(true);
  await expectAccessible(page, 'the PDF');
});

test('the editor, the feedback and every other screen work without a network', async () => {
  await openAssignment(page, world);
  await expect(page.getByText('The text you handed in')).toBeVisible();
  await expectAccessible(page, 'work that was handed in');
  const screens: readonly (readonly [string, string])[] = [
    ['#/work', 'My assignments'],
    ['#/feedback', 'Feedback'],
    ['#/messages', 'Messages'],
    ['#/settings', 'Settings'],
    ['#/status', 'Your reading time'],
    ['#/docking', 'Connect the laptop'],
  ];
  for (const [hash, heading] of screens) {
    await page.goto(`${world.appUrl}/${hash}`);
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
    if (hash === '#/messages') await expect(page.getByText('See you on Thursday.')).toBeVisible();
    await expectAccessible(page, hash);
  }
  await page.goto(`${world.appUrl}/#/messages`);
  await page.getByLabel('Write to your tutor').fill('May I have another book?');
  await page.getByRole('button', { name: 'Make ready to send' }).click();
  await expect(page.getByText('Your message is ready.')).toBeVisible();
  await page.goto(`${world.appUrl}/#/feedback`);
  await page.getByRole('link', { name: /^Read:/ }).click();
  await expect(page.getByText('A good plan. Start small.')).toBeVisible();
  await expectAccessible(page, 'feedback');
});

test('docking without a cable fails plainly, and nothing is lost', async () => {
  await page.goto(`${world.appUrl}/#/docking`);
  await page.getByRole('button', { name: 'Connect now' }).click();
  await expect(page.getByText('Connecting did not work completely')).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText(/The laptop cannot find the station\. Is the cable in firmly\?/)).toBeVisible();
  await expect(page.getByText('Nothing is lost. What has not been sent goes with you next time.')).toBeVisible();
  await expectAccessible(page, 'a docking that failed');
});

test('of the whole day no request left the origin', () => {
  const origins = new Set(wire.requests.map(({ url }) => (URL.canParse(url) ? new URL(url).origin : url)));
  // The docking that failed is there, so the record is not empty for want of looking.
  expect([...origins]).toEqual([world.appUrl]);
  const asked = wire.requests.map(({ url }) => new URL(url).pathname);
  expect(asked.filter((path) => path.startsWith('/m/'))).toEqual([]);
  expect(asked.some((path) => path.startsWith('/dock'))).toBe(true);
});

test('the message of that day goes out when the cable is back', async () => {
  wire.mend();
  await dock(page);
  await expect(page.getByText('1 parcel arrived safely.')).toBeVisible();
});
