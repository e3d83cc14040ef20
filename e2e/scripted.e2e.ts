import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  chromium,
  expect,
  type FrameLocator,
  type Page,
  test,
} from '@playwright/test';
import { chromiumFlags, findChromium } from '../bin/chromium.mjs';
import { expectAccessible } from './support/axe.ts';
import { type Desk, list, signIn } from './support/desk.ts';
import { dock, enrol } from './support/learner.ts';
import { samples } from './support/processes.ts';
import { hostileFiles, scormPage, writeScorm } from './support/scripted-packages.ts';
import { makeWorld, type World } from './support/station.ts';

test.describe.configure({ mode: 'serial', timeout: 120_000 });

const hostilePages = ['index.html', 'fill.html', 'leave.html', 'lead-away.html', 'webrtc.html'];
let folder: string;
let world: World;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let officer: Desk;
let tutor: Desk;
let away: Server;
let stun: Socket;
/** What came to an address that is neither the app's nor the sandbox's. */
const arrived: string[] = [];
const requests: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(240_000);
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-scripted-'));
  away = createServer((socket) => {
    arrived.push('connection');
    socket.on('error', () => undefined);
    socket.destroy();
  });
  await new Promise<void>((done) => away.listen(0, '127.0.0.1', done));
  stun = createSocket('udp4');
  stun.on('message', () => arrived.push('datagram'));
  await new Promise<void>((done) => stun.bind(0, '127.0.0.1', done));
  const place = away.address();
  const awayPort = typeof place === 'object' && place !== null ? place.port : 0;
  const lesson = (version: '1.2' | '2004 4th Edition', title: string) =>
    writeScorm(join(folder, title), {
      version,
      title,
      items: [{ href: 'lesson.html', title }],
      files: { 'lesson.html': scormPage(version === '1.2' ? '1.2' : '2004') },
    });
  world = await makeWorld([
    { id: 'true-false', title: 'True or false', input: resolve(samples, 'h5p/true-false.h5p'), scripts: true },
    { id: 'twelve', title: 'Lesson twelve', input: lesson('1.2', 'Lesson twelve'), scripts: true },
    { id: 'later', title: 'Lesson later', input: lesson('2004 4th Edition', 'Lesson later'), scripts: true },
  ]);
  const elsewhere = { appUrl: world.appUrl, awayUrl: `http://127.0.0.1:${awayPort}`, udpPort: stun.address().port };
  const input = writeScorm(join(folder, 'hostile'), {
    version: '1.2',
    title: 'Hostile',
    items: hostilePages.map((href) => ({ href, title: `Try ${href}` })),
    files: hostileFiles(elsewhere),
  });
  world.addCourse({ id: 'hostile', title: 'Hostile', input, scripts: true });
  await world.start();
  const executablePath = findChromium();
  browser = await chromium.launch({ args: [...chromiumFlags], ...(executablePath ? { executablePath } : {}) });
  officer = await signIn(world, 'officer');
  tutor = await signIn(world, 'tutor');
  context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1366, height: 768 } });
  context.setDefaultTimeout(20_000);
  context.on('request', (request) => requests.push(request.url()));
  page = await context.newPage();
  await enrol(page, world, officer, { scripts: true });
  await dock(page);
});

test.afterAll(async () => {
  await browser?.close();
  await officer?.close();
  await tutor?.close();
  await world?.remove();
  away?.close();
  stun?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Opens a part of a module as its address says it; answers the frame in which content runs. */
async function open(path: string, href: string): Promise<FrameLocator> {
  for (const hash of ['#/', `#/module/${encodeURIComponent(`courses/${path}.json`)}/${encodeURIComponent(href)}`]) {
    await page.evaluate((next) => {
      location.hash = next;
    }, hash);
  }
  return page.frameLocator('iframe').frameLocator('iframe');
}

async function resultsOf(title: string): Promise<readonly unknown[]> {
  const all = list(await tutor.get('/tutor/results'), 'results');
  return all.filter((one) => typeof one === 'object' && one !== null && 'title' in one && one.title === title);
}

test('an H5P exercise is answered offline, and its score reaches the tutor', async () => {
  await context.setOffline(true);
  const content = await open('true-false/true-false', 'leeslicht/h5p/index.html');
  await content.getByText('False', { exact: true }).click();
  await page.screenshot({ path: 'test-results/scripted-h5p.png' });
  await content.getByRole('button', { name: /Check/ }).click();
  await expect(page.getByText('Your result is kept.')).toBeVisible();
  await page.screenshot({ path: 'test-results/scripted-h5p-done.png' });
  await context.setOffline(false);
  await dock(page);
  await expect
    .poll(() => resultsOf('True or false'), { timeout: 15_000 })
    .toMatchObject([{ score: 1, maxScore: 1, passed: true }]);
});

test('the app around an exercise is accessible, and the keyboard gets in and out', async () => {
  const content = await open('true-false/true-false', 'leeslicht/h5p/index.html');
  await expect(content.getByText('False', { exact: true })).toBeVisible();
  await content.getByRole('radio').first().focus();
  const seen: string[] = [];
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press('Tab');
    seen.push(await page.evaluate(() => document.activeElement?.tagName ?? ''));
  }
  expect(seen).toContain('A');
  await page.keyboard.press('Shift+Tab');
});

for (const [course, title, expected] of [
  ['twelve/lesson-twelve', 'Lesson twelve', { score: 80, maxScore: 100, passed: true }],
  ['later/lesson-later', 'Lesson later', { score: 25, maxScore: 100, passed: false }],
] as const) {
  test(`${title}: SCORM goes on where it was left, and reports status and score`, async () => {
    let content = await open(course, 'lesson.html');
    await expect(content.getByText('Left: nothing')).toBeVisible();
    await content.getByRole('button', { name: 'Leave off' }).click();
    await expect(content.getByText('Saved: true')).toBeVisible();
    content = await open(course, 'lesson.html');
    await expect(content.getByText('Left: page 7')).toBeVisible();
    await content.getByRole('button', { name: 'Finish' }).click();
    await expect(content.getByText('Ended: true')).toBeVisible();
    await expect(page.getByText('Your result is kept.')).toBeVisible();
    await dock(page);
    await expect.poll(() => resultsOf(title), { timeout: 15_000 }).toMatchObject([expected]);
  });
}

test('a hostile module reaches neither the app nor any address, and opens nothing', async () => {
  const opened: string[] = [];
  context.on('page', () => opened.push('page'));
  page.on('download', () => opened.push('download'));
  page.on('dialog', (dialog) => {
    opened.push('dialog');
    void dialog.dismiss();
  });
  requests.length = 0;
  const content = await open('hostile/hostile', 'index.html');
  await expect(content.locator('#report')).toContainText('{', { timeout: 60_000 });
  const report: Record<string, string> = JSON.parse((await content.locator('#report').textContent()) ?? '');
  expect(Object.keys(report).length).toBeGreaterThan(30);
  expect(Object.entries(report).filter(([, end]) => end !== 'refused')).toEqual([]);
  expect(opened).toEqual([]);
  expect(page.url()).toContain(world.appUrl);
  expect(arrived).toEqual([]);
});

for (const href of ['leave.html', 'lead-away.html']) {
  test(`content that leads its frame away ends there (${href})`, async () => {
    await open('hostile/hostile', href);
    await page.waitForTimeout(2_000);
    expect(arrived).toEqual([]);
    expect(page.url()).toContain(world.appUrl);
  });
}

test('content that fills the disk is stopped, and what it stored is gone', async () => {
  await open('hostile/hostile', 'fill.html');
  await expect(page.getByText('It tried to fill the disk.', { exact: false })).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page, 'a part that was stopped');
  const session = await context.newCDPSession(page);
  const usage = async () => (await session.send('Storage.getUsageAndQuota', { origin: world.sandboxUrl })).usage;
  await expect.poll(usage, { timeout: 20_000 }).toBeLessThan(8 * 1024 * 1024);
});

test('WebRTC reaches no address', async () => {
  await open('hostile/hostile', 'webrtc.html');
  // Chromium may end the page of content that tries: nothing is asked of it, only of who would have been reached.
  await new Promise((done) => setTimeout(done, 4_000));
  expect(arrived).toEqual([]);
});

test('without the capability the learner reads why it does not run', async () => {
  const other = await browser.newContext({ locale: 'en-GB' });
  const second = await other.newPage();
  await enrol(second, world, officer);
  await dock(second);
  await second.evaluate(
    (hash) => {
      location.hash = hash;
    },
    `#/module/${encodeURIComponent('courses/true-false/true-false.json')}`,
  );
  await expect(second.getByText('This part does not run on this laptop')).toBeVisible();
  expect(await second.locator('iframe').count()).toBe(0);
  await expectAccessible(second, 'a part that may not run');
  await second.screenshot({ path: 'test-results/scripted-not-allowed.png' });
  await other.close();
});

test('no request of all this left app and sandbox', () => {
  const own = (url: string) => url.startsWith(world.appUrl) || url.startsWith(world.sandboxUrl);
  expect(requests.length).toBeGreaterThan(20);
  // What a policy stops is told to the test before it is stopped: what counts is what arrived.
  expect(arrived).toEqual([]);
  expect(requests.filter((url) => !own(url) && !/^(blob|data|about):/.test(url) && !url.startsWith(awayOf()))).toEqual(
    [],
  );
});

function awayOf(): string {
  const place = away.address();
  return `http://127.0.0.1:${typeof place === 'object' && place !== null ? place.port : 0}`;
}
