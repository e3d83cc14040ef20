import { signal } from '@preact/signals';
import { deleteDB } from 'idb';
import { type JSX, render } from 'preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '#ui/style.css';
import './app.css';
import { ASSIGNMENT_TYPE } from '#core/module/assignment.ts';
import type { Manifest, ModuleFile } from '#core/module/manifest.ts';
import { WorkScreen } from '../features/assignments/work.tsx';
import { bringReadingTexts, showLanguage } from '../i18n/texts.ts';
import type { DeviceState, Platform } from '../platform/platform.ts';
import { type LearnerRecords, learnerRecords } from '../platform/records/learner-records.ts';
import { RECORDS_DATABASE } from '../platform/records/records-database.ts';
import type { OpenVault } from '../platform/vault/pin-vault.ts';
import { lookAt, SCREEN_SIZES } from './look-at.ts';
import { PlatformContext } from './platform-context.ts';
import { setPreferences } from './preferences.ts';
import { ReadingScreen } from './reading.tsx';
import { followLocation } from './routes.ts';
import { TextMap } from './text-map.ts';

const path = 'courses/study/start.json';
const questions = [
  { id: 'own-words', text: 'Wat staat hier in je eigen woorden?', title: 'Eigen woorden', wordLimit: 5, lines: 4 },
  { id: 'who', text: 'Wie helpt je?' },
];
const sheet = { id: 'lesson', title: 'Een les', question: '', due: '2027-06-30', questions };
const html = `<!doctype html><html lang="nl"><head><title>Een les</title>
  <style>textarea, div { display: none !important } body > * { border: 3px solid red }</style></head>
  <body><h1>Een les</h1><p>Lees eerst dit.</p>
  <section><p>Vraag 1</p><p>Wat staat hier in je eigen woorden?</p><p id="answer-own-words"></p></section>
  <p>Lees daarna dit.</p>
  <section><p>Vraag 2</p><p>Wie helpt je?</p><p id="answer-who"></p></section>${'<p>Alinea.</p>'.repeat(60)}
  <p id="later">Hier was je gebleven in deze les.</p>${'<p>Alinea.</p>'.repeat(60)}</body></html>`;
const pageUrl = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
const file = (href: string, change: Partial<ModuleFile>): ModuleFile => ({
  ...{ href, type: 'text/html', title: 'Een les', sizeBytes: 1000, digest: '', kind: 'page' },
  ...{ scripted: undefined, sheet: undefined, firstChunk: 0, chunkCount: 1, ...change },
});
const lesson = file('lesson.html', { sheet: 'made/sheet.json' });
const sheetFile = file('made/sheet.json', { type: ASSIGNMENT_TYPE, kind: 'resource' });
const manifest: Manifest = {
  ...{ courseId: 'study', moduleId: 'start', title: 'Zelf studeren', language: 'nl', version: '1.0.0' },
  ...{ author: undefined, description: undefined, direction: 'ltr', reflection: [], toc: [] },
  ...{ readingOrder: [lesson], resources: [sheetFile], files: [lesson, sheetFile] },
  ...{ leaves: { sha256: '', length: 0 }, sizeBytes: 2000 },
};

let vault: OpenVault;
let records: LearnerRecords;
const capabilities = signal<ReadonlySet<string>>(new Set());
const root = document.createElement('div');
root.className = 'll-page';
document.body.append(root);
document.documentElement.lang = 'nl';
document.title = 'Leeslicht';
followLocation();

async function openTheRecords(): Promise<void> {
  records = learnerRecords({ nowMs: () => Date.now(), allows: (name) => capabilities.value.has(name) });
  await records.open(vault);
}

beforeEach(async () => {
  await showLanguage('nl');
  await bringReadingTexts();
  await page.viewport(1366, 768);
  await deleteDB(RECORDS_DATABASE);
  vault = {
    dataKey: await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
    idKey: await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
  };
  capabilities.value = new Set(['read', 'write']);
  await openTheRecords();
});
afterEach(async () => {
  render(null, root);
  // What is saved on leaving is on its way
  await new Promise((done) => setTimeout(done, 200));
  records.close();
  setPreferences({ theme: 'light' });
});

function show(screen: JSX.Element = <ReadingScreen path={path} href="lesson.html" />): void {
  const never = async (): Promise<never> => {
    throw new Error('not part of reading');
  };
  const state: DeviceState = {
    ...{ phase: 'open', verdict: { kind: 'current', daysLeft: 20, expiresAtMs: 0 }, hours: { kind: 'open' } },
    ...{ capabilities: capabilities.value, updateReady: false },
  };
  const platform: Platform = {
    ...{ state: signal(state), enrolment: { start: never, waitForConfirmation: never } },
    vault: { unlock: never, askDesk: never, chooseNewPin: never, wipeClosed: never, lock: () => {}, changePin: never },
    modules: {
      ...{ list: signal([]), damage: signal(undefined), manifest: async () => manifest, urlOf: () => pageUrl },
      readText: async () => html,
      readBytes: async () => new TextEncoder().encode(JSON.stringify(sheet)),
      verifiedRange: never,
    },
    ...{ records, sync: { run: async function* () {} }, updates: { apply: () => {} }, presence: never, report: never },
    ...{ language: signal('nl'), setLanguage: async () => {} },
  };
  render(
    <PlatformContext.Provider value={platform}>
      <main class="ll-main ll-main-full">{screen}</main>
    </PlatformContext.Provider>,
    root,
  );
}

/** The document in the frame, and the app's own place below a question in it. */
function inside(): Document {
  const found = root.querySelector('iframe')?.contentDocument;
  if (!found) throw new Error('no page');
  return found;
}
function place(id: string): ShadowRoot | undefined {
  return inside().getElementById(`answer-${id}`)?.firstElementChild?.shadowRoot ?? undefined;
}
async function field(id: string): Promise<HTMLTextAreaElement> {
  await expect.poll(() => place(id)?.querySelector('textarea') ?? null).not.toBeNull();
  const found = place(id)?.querySelector('textarea');
  if (!found) throw new Error('no field');
  return found;
}
function type(area: HTMLTextAreaElement, text: string): void {
  area.value = text;
  area.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
}

async function look(name: string): Promise<void> {
  for (const theme of ['light', 'dark', 'sepia'] as const) {
    setPreferences({ theme });
    for (const size of SCREEN_SIZES) await lookAt(root, `sheet-${name}-${theme}`, size);
  }
}

test('an answer is written in the page, saved as it is typed, and there again after the page was closed', async () => {
  show();
  const area = await field('own-words');
  const before = new TextMap(inside().body).text;
  type(area, 'Je leert het best ’s ochtends vroeg.');
  await expect.poll(() => place('own-words')?.querySelector('[data-save-state]')?.textContent).toMatch(/^Bewaard om/);
  expect(place('own-words')?.textContent).toContain('7 van 5 woorden: 2 woorden te veel');
  await expect.element(page.getByText('1 van 2 beantwoord')).toBeVisible();
  expect(new TextMap(inside().body).text, 'what is written is no text of the page').toBe(before);
  await look('open');
  // Nothing of the page is asked: the records are read again from the disk
  render(null, root);
  records.close();
  await openTheRecords();
  expect(await records.drafts.get(`${path}#lesson#own-words`)).toMatchObject({
    text: 'Je leert het best ’s ochtends vroeg.',
  });
  show();
  expect((await field('own-words')).value).toBe('Je leert het best ’s ochtends vroeg.');
});

test('the page’s own style sheets do not reach a field, and no key in it turns the page', async () => {
  show();
  const area = await field('who');
  expect(area.getBoundingClientRect().height).toBeGreaterThan(80);
  area.focus();
  const arrow = new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, composed: true, cancelable: true });
  expect(area.dispatchEvent(arrow), 'nobody took the key').toBe(true);
  await userEvent.keyboard('Mijn zus');
  await expect.poll(() => area.value).toBe('Mijn zus');
});

test('a sheet is handed in as a whole, its drafts go, and feedback stands beside the answers', async () => {
  show();
  type(await field('who'), 'Mijn zus.');
  await page.getByRole('button', { name: 'Inleveren' }).click();
  await expect.element(page.getByText('1 vraag heeft nog geen antwoord')).toBeVisible();
  await page.getByRole('button', { name: 'Ja, inleveren' }).click();
  await expect.element(page.getByText('Gaat mee bij het koppelen')).toBeVisible();
  const [work] = await records.submissions.all();
  expect(work).toMatchObject({
    ...{ assignmentId: 'lesson', modulePath: path, title: 'Een les', words: 2, step: 'outbox' },
    answers: [
      { id: 'own-words', question: 'Wat staat hier in je eigen woorden?', answer: '' },
      { id: 'who', question: 'Wie helpt je?', answer: 'Mijn zus.' },
    ],
    text: '1. Wat staat hier in je eigen woorden?\n\n–\n\n2. Wie helpt je?\n\nMijn zus.',
  });
  expect(await records.drafts.all()).toEqual([]);
  expect(place('who')?.querySelector('textarea')).toBeNull();
  expect(place('who')?.textContent).toContain('Mijn zus.');
  const said = { tutor: 'Anna', text: 'Goed begin.', mark: '7', remarks: [{ id: 'who', text: 'Vraag haar ook.' }] };
  await records.feedback.put({ id: 'f1', submissionId: work?.id ?? '', createdAtMs: Date.now(), ...said });
  await expect.poll(() => place('who')?.textContent).toContain('Vraag haar ook.');
  const end = inside().body.lastElementChild?.shadowRoot;
  expect(end?.textContent).toContain('Goed begin.');
  expect(end?.textContent).toContain('Beoordeling: 7');
  await expect.element(page.getByRole('link', { name: 'Lees de feedback' })).toBeVisible();
  expect(await records.feedback.get('f1'), 'it is out of sight at the end of the page').not.toHaveProperty('readAtMs');
  await look('given');
  inside().body.lastElementChild?.scrollIntoView();
  await expect.poll(async () => (await records.feedback.get('f1'))?.readAtMs).toBeGreaterThan(0);
});

test('what was written under a question that has changed since is shown, and stays when the sheet is handed in', async () => {
  await records.drafts.save(`${path}#lesson#old-words`, 'Dit schreef ik eerder.');
  show();
  type(await field('who'), 'Mijn zus.');
  const end = () => inside().body.lastElementChild?.shadowRoot?.textContent;
  await expect.poll(end).toContain('Je eerdere antwoord');
  expect(end()).toContain('Dit schreef ik eerder.');
  inside().body.lastElementChild?.scrollIntoView();
  await look('stray');
  await page.getByRole('button', { name: 'Inleveren' }).click();
  await page.getByRole('button', { name: 'Ja, inleveren' }).click();
  await expect.element(page.getByText('Gaat mee bij het koppelen')).toBeVisible();
  await expect.poll(() => place('who')?.querySelector('textarea') ?? null).toBeNull();
  expect(end()).toContain('Dit schreef ik eerder.');
});

test('what was written for a sheet that is gone stands among the work', async () => {
  await records.drafts.save(`${path}#gone#who`, 'Mijn tekst zonder les.');
  show(<WorkScreen />);
  await expect.element(page.getByText('Bij een opdracht die er niet meer is')).toBeVisible();
  await page.getByText('4 woorden').click();
  await expect.element(page.getByText('Mijn tekst zonder les.')).toBeVisible();
});

test('reading goes on where it was, although fields come into the page above', async () => {
  const place = [
    { type: 'TextQuoteSelector' as const, exact: 'Hier was je gebleven in deze les.', prefix: '', suffix: '' },
  ];
  await records.progress.put({
    ...{ id: `${path}#lesson.html`, modulePath: path, href: 'lesson.html' },
    ...{ fraction: 0.5, place, updatedAtMs: 1 },
  });
  show();
  await field('who');
  const top = () => Math.round(inside().getElementById('later')?.getBoundingClientRect().top ?? Number.NaN);
  await expect.poll(top).toBeLessThan(60);
  expect(top()).toBeGreaterThan(-60);
});

test('without the editor there is nothing to write in, and the bar says what to do', async () => {
  capabilities.value = new Set(['read']);
  show();
  await expect.element(page.getByText('Schrijf je antwoorden op papier')).toBeVisible();
  expect(place('who')?.querySelector('textarea')).toBeNull();
  await look('read-only');
});
