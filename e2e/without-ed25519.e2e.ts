import { join } from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Desk, list, signIn, text } from './support/desk.ts';
import { copyFaces, removeEd25519 } from './support/faces.ts';
import { dock, enrol, handIn } from './support/learner.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';
import { openWire, type Wire } from './support/wire.ts';

const essay = 'Nine to ten, every morning.';

test.describe.configure({ mode: 'serial', timeout: 120_000 });
test.use({ actionTimeout: 30_000 });

let world: World;
let wire: Wire;
let officer: Desk;
let tutor: Desk;
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  world = await makeWorld([demoCourse]);
  const faces = copyFaces(join(world.folder, 'faces'));
  removeEd25519(faces);
  await world.start({}, ['--faces', faces]);
  wire = await openWire();
  officer = await signIn(world, 'officer');
  tutor = await signIn(world, 'tutor');
  context = await browser.newContext({ locale: 'en-GB', proxy: { server: wire.server } });
  page = await context.newPage();
});

test.afterAll(async () => {
  await context?.close();
  await officer?.close();
  await tutor?.close();
  await wire?.close();
  await world?.remove();
});

/** What WebCrypto says in a page or a worker when it is asked for Ed25519. */
async function askFor(realm: { evaluate(script: string): Promise<unknown> } | undefined): Promise<unknown> {
  return realm?.evaluate(
    `crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']).then(() => 'made', (cause) => cause.name)`,
  );
}

test('a browser without Ed25519 is enrolled', async () => {
  await enrol(page, world, officer);
  expect(await askFor(page)).toBe('NotSupportedError');
  await expect.poll(() => context.serviceWorkers().length).toBe(1);
  expect(await askFor(context.serviceWorkers()[0])).toBe('NotSupportedError');
});

test('it docks, and nowhere does WebCrypto know Ed25519: page, import worker, service worker', async () => {
  let release = (): void => undefined;
  const until = new Promise<void>((done) => {
    release = done;
  });
  wire.treat(({ url }) => (url.includes('/repository/chunks/') ? { kind: 'hold', until } : { kind: 'pass' }));
  const importing = page.waitForEvent('worker', {
    predicate: (worker) => worker.url().includes('import-worker'),
    timeout: 60_000,
  });
  const docking = dock(page);
  // The import waits on the wire for its first chunk, so its worker is there to be asked.
  expect(await askFor(await importing)).toBe('NotSupportedError');
  release();
  await docking;
  wire.treat(undefined);
  await expect(page.getByText('New: Study on your own')).toBeVisible();
  // The app asked, and was told no: what follows was signed and verified without it.
  expect(await page.evaluate(() => Reflect.get(globalThis, 'ed25519Asked'))).toBeGreaterThan(0);
  await page.goto(`${world.appUrl}/#/settings`);
  await expect(page.getByText('Stored encrypted')).toBeVisible();
});

test('it reads offline, hands in, and reads the feedback', async () => {
  await context.setOffline(true);
  wire.cut();
  await page.goto(`${world.appUrl}/#/`);
  await page
    .getByRole('link', { name: /Study on your own/ })
    .first()
    .click();
  await expect(page.frameLocator('iframe').getByText('It is good that you are here.')).toBeVisible();
  await page.getByRole('button', { name: 'Contents' }).click();
  await page.getByRole('link', { name: 'Assignment: my study week' }).click();
  await page.getByLabel('Your answer').fill(essay);
  await handIn(page);

  await context.setOffline(false);
  wire.mend();
  await dock(page);
  await expect.poll(async () => list(await tutor.get('/tutor/hand-ins'), 'handIns').length).toBe(1);
  const id = text(await tutor.get('/tutor/hand-ins'), 'handIns', 0, 'id');
  expect(text(await tutor.get(`/tutor/hand-ins/${id}`), 'text')).toBe(essay);
  await tutor.post(`/tutor/hand-ins/${id}/feedback`, { text: 'A good plan. Start small.', mark: '8' });
  await dock(page);
  await page.goto(`${world.appUrl}/#/feedback`);
  await page.getByRole('link', { name: /^Read:/ }).click();
  await expect(page.getByText('A good plan. Start small.')).toBeVisible();
});
