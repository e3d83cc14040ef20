import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Desk, list, signIn, text } from './support/desk.ts';
import { dock, enrol, handIn, openContents, startDocking } from './support/learner.ts';
import { makeWorld, type World } from './support/station.ts';
import { openWire, type Wire } from './support/wire.ts';

/** The steps of taking in a parcel at which LEESLICHT_TEST_CRASH_AT stops the station. */
const steps = [
  'received',
  'verified',
  'object-written',
  'object-synced',
  'object-renamed',
  'object-folder-synced',
  'transaction-open',
  'transaction-filled',
  'committed',
  'answering',
] as const;

test.describe.configure({ mode: 'serial', timeout: 120_000 });
test.use({ actionTimeout: 30_000 });

const taskOf = (step: string) => `Task ${step}`;
/** Everything that was handed in so far. */
const handedIn: string[] = [];

let folder: string;
let world: World;
let wire: Wire;
let officer: Desk;
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-course-'));
  // One assignment for each step, because each is handed in once.
  const input = join(folder, 'tasks');
  mkdirSync(input);
  for (const name of [...steps.map(taskOf), 'Task cable']) {
    const id = name.toLowerCase().replaceAll(' ', '-');
    writeFileSync(join(input, `${id}.md`), `---\ntype: assignment\ntitle: ${name}\n---\nWrite one sentence.\n`);
  }
  world = await makeWorld([{ id: 'tasks', title: 'Ten tasks', input }]);
  await world.start();
  wire = await openWire();
  officer = await signIn(world, 'officer');
  context = await browser.newContext({ locale: 'en-GB', proxy: { server: wire.server } });
  page = await context.newPage();
  await enrol(page, world, officer);
  await dock(page);
});

test.afterAll(async () => {
  await context?.close();
  await officer?.close();
  await wire?.close();
  await world?.remove();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Hands in one of the assignments, by its name. */
async function handInTask(name: string): Promise<void> {
  await openTask(name);
  await page.getByLabel('Your answer').fill(answerTo(name));
  await handIn(page);
}

async function openTask(name: string): Promise<void> {
  await openContents(page, world, /Ten tasks/);
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { name, exact: true }).first()).toBeVisible();
}

const answerTo = (name: string) => `My answer to ${name}.`;

/** Connects, and waits until the app has said that it did not work. */
async function dockInVain(): Promise<void> {
  await startDocking(page);
  await expect(page.getByText('Connecting did not work completely')).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText('Nothing is lost. What has not been sent goes with you next time.')).toBeVisible();
}

/** The texts that the tutor's desk has got, each as often as it is there. */
async function atTheTutor(): Promise<readonly string[]> {
  const tutor = await signIn(world, 'tutor');
  try {
    const handIns = list(await tutor.get('/tutor/hand-ins'), 'handIns');
    const works = await Promise.all(handIns.map((one) => tutor.get(`/tutor/hand-ins/${text(one, 'id')}`)));
    return works.map((work) => text(work, 'text')).toSorted();
  } finally {
    await tutor.close();
  }
}

/** The parcels on the device: how far each is, and a fingerprint of the receipt's bytes. */
function outbox(): Promise<readonly { id: string; step: string; receipt: string | null }[]> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await done(indexedDB.open('leeslicht-device'));
    const parcels = await done(database.transaction('outbox').objectStore('outbox').getAll());
    database.close();
    return parcels.map((parcel) => ({
      id: String(parcel.id),
      step: String(parcel.step),
      receipt: parcel.receipt === null ? null : JSON.stringify(parcel.receipt),
    }));
  });
}

/** The parcels that were put to the station, with the bytes of its answers as they left it. */
function puts(): readonly { readonly url: string; readonly answer: string | undefined }[] {
  return wire.requests
    .filter(({ method, url }) => method === 'PUT' && new URL(url).pathname.startsWith('/dock/parcels/'))
    .map(({ url, answer }) => ({ url, answer: answer?.toString('latin1') }));
}

for (const step of steps) {
  test(`a station killed at "${step}" costs nothing, and the work counts once`, async () => {
    const name = taskOf(step);
    await handInTask(name);
    await world.stop();
    const running = await world.start({ LEESLICHT_TEST_CRASH_AT: step });
    await dockInVain();
    expect(await running.ended).toBe('SIGKILL');
    expect((await outbox()).filter((parcel) => parcel.step === 'sealed').length).toBe(1);
    handedIn.push(answerTo(name));

    await world.start();
    await dock(page);
    await expect(page.getByText('1 parcel arrived safely.')).toBeVisible();
    const parcels = await outbox();
    expect(parcels.filter((parcel) => parcel.step === 'sealed' || parcel.receipt === null)).toEqual([]);
    await expect.poll(atTheTutor, { timeout: 30_000 }).toEqual(handedIn.toSorted());
    await openTask(name);
    await expect(page.getByRole('list', { name: 'Where is your work?' }).getByRole('listitem').first()).toHaveText(
      /Handed in at the station \(done\)/,
    );
  });
}

test('a cable pulled between parcel and receipt: the same parcel again gives the same receipt', async () => {
  await handInTask('Task cable');
  handedIn.push(answerTo('Task cable'));
  wire.requests.length = 0;
  wire.treat(({ method, url }) =>
    method === 'PUT' && new URL(url).pathname.startsWith('/dock/parcels/') ? { kind: 'loseAnswer' } : { kind: 'pass' },
  );
  await dockInVain();
  wire.treat(undefined);
  // It is with the tutor already, and the laptop does not know.
  await expect.poll(atTheTutor, { timeout: 30_000 }).toEqual(handedIn.toSorted());
  expect((await outbox()).filter((parcel) => parcel.step === 'sealed').length).toBe(1);
  await dock(page);
  await expect(page.getByText('1 parcel arrived safely.')).toBeVisible();
  // At least once in vain and once for good. A browser may try again by itself when a connection breaks; that is
  // refused, for the signature under the request was good for one request.
  const receipts = puts().filter(({ answer }) => answer?.startsWith('{"receipt":'));
  expect(receipts.length).toBeGreaterThan(1);
  expect(new Set(receipts.map(({ url }) => url)).size).toBe(1);
  expect(new Set(receipts.map(({ answer }) => answer)).size).toBe(1);
  expect((await outbox()).filter((parcel) => parcel.step === 'sealed' || parcel.receipt === null)).toEqual([]);
  await expect.poll(atTheTutor, { timeout: 30_000 }).toEqual(handedIn.toSorted());
});
