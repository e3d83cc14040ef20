import { signal } from '@preact/signals';
import { render } from 'preact';
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import '#ui/style.css';
import './app.css';
import type { Verdict } from '#core/licence/verdict.ts';
import type { FileKind, Manifest, ModuleFile } from '#core/module/manifest.ts';
import { showLanguage } from '../i18n/texts.ts';
import type { DeviceState, Platform } from '../platform/platform.ts';
import { memoryStore } from '../platform/records/memory-records.ts';
import type { FeedbackRecord, MessageRecord, SubmissionRecord } from '../platform/records/records.ts';
import type { SyncEvent } from '../platform/sync/sync-event.ts';
import { App, type Inside } from './app.tsx';
import { insideOf } from './inside.tsx';
import { lookAt, SCREEN_SIZES } from './look-at.ts';
import { followLocation } from './routes.ts';

const DAY = 24 * 3600_000;
const NOW = Date.UTC(2026, 10, 24, 12);

const file = (href: string, title: string, kind: FileKind, sizeBytes = 1000): ModuleFile => ({
  href,
  type: 'text/html',
  title,
  sizeBytes,
  digest: '',
  kind,
  scripted: undefined,
  sheet: undefined,
  firstChunk: 0,
  chunkCount: 1,
});

function tinyPdf(pages: number): Uint8Array<ArrayBuffer> {
  const kids = Array.from({ length: pages }, (_, index) => `${index * 2 + 4} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  for (let index = 0; index < pages; index += 1) {
    const text = `BT /F1 24 Tf 72 720 Td (Page ${index + 1} of the reader) Tj ET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${index * 2 + 5} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    );
    objects.push(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`);
  }
  let out = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const at = out.length;
    out += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const xref = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
  return new TextEncoder().encode(out);
}

const pdf = tinyPdf(40);
const order = [
  file('one.html', 'Waar begin je?', 'page'),
  file('book.pdf', 'Het boek', 'pdf', pdf.length),
  file('task.json', 'Jouw plan', 'assignment'),
];
const manifest: Manifest = {
  courseId: 'study',
  moduleId: 'start',
  title: 'Zelf studeren',
  language: 'nl',
  version: '1.0.0',
  author: undefined,
  description: undefined,
  direction: 'ltr',
  readingOrder: order,
  resources: [],
  files: order,
  toc: [],
  leaves: { sha256: '', length: 0 },
  sizeBytes: 3000,
};
const html =
  '<!doctype html><html lang="nl"><title>Waar begin je?</title><h1>Waar begin je?</h1><p>Studeren in je eentje kun je leren. <a href="#">Verder</a></p>';
const pageUrl = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
const assignment = {
  id: 'plan',
  title: 'Jouw plan',
  question: '<p>Wat wil je <strong>deze week</strong> leren?</p><img src=x onerror=alert(1)>',
  due: '2026-12-01',
  wordLimit: 200,
};
const path = 'courses/study/start.json';
const submission: SubmissionRecord = {
  id: 's1',
  assignmentId: 'other',
  modulePath: path,
  title: 'Eerste stap',
  text: 'Ik begin op maandag.\nElke dag een half uur.',
  words: 9,
  createdAtMs: NOW - 3 * DAY,
  step: 'received',
  receiptId: 'ab12cd34ef',
};
const feedback: FeedbackRecord = {
  id: 'f1',
  submissionId: 's1',
  text: 'Mooi begin!\nMaak je plan nog wat kleiner.',
  mark: '7,5',
  tutor: 'Anna',
  createdAtMs: NOW - DAY,
};
const message: MessageRecord = {
  id: 'm1',
  kind: 'message',
  direction: 'in',
  from: 'Anna',
  text: 'Tot dinsdag in het computerlokaal.',
  createdAtMs: NOW - DAY,
  step: 'received',
};

async function* someSync(): AsyncIterable<SyncEvent> {
  yield { step: 'time' };
  yield { step: 'up', done: 1, total: 1 };
  yield {
    step: 'done',
    report: {
      parcelsUp: 1,
      itemsDown: 2,
      problems: [],
      newExpiresAtMs: NOW + 30 * DAY,
      receipts: [{ parcelId: 'ab12cd34ef', step: 'stored', receivedAtMs: NOW }],
      modules: [
        { title: 'Zelf studeren', change: 'updated' },
        { title: 'Vals boek', change: 'refused', code: 'BAD_SIGNATURE' },
      ],
    },
  };
}

function stubPlatform(verdict: Verdict, change: Partial<DeviceState> = {}): Platform {
  const saved = new Map<string, string>();
  return {
    state: signal<DeviceState>({
      phase: 'open',
      verdict,
      hours: { kind: 'open' },
      capabilities: new Set(['read', 'write', 'messages']),
      siteName: 'Dijkzicht',
      whereToSync: 'lokaal 2',
      learnerLabel: 'Sam',
      keyLevel: 'non-extractable',
      updateReady: false,
      storage: { usageBytes: 4e8, quotaBytes: 2e9 },
      ...change,
    }),
    enrolment: {
      start: async () => ({ words: ['appel', 'brug', 'maan', 'stoel', 'fiets', 'regen'] }),
      waitForConfirmation: (stop) =>
        new Promise((_, reject) => stop.addEventListener('abort', () => reject(stop.reason))),
    },
    vault: {
      unlock: async () => ({ kind: 'wrong', waitMs: 30_000 }),
      lock: () => {},
      changePin: async () => {},
      askDesk: async () => 'nothing',
      chooseNewPin: async () => undefined,
      wipeClosed: async () => undefined,
    },
    modules: {
      list: signal([
        {
          path,
          title: 'Zelf studeren',
          language: 'nl',
          version: '1.0.0',
          sizeBytes: 4_200_000,
          state: 'ready',
          progressFraction: 1,
        },
        {
          path: 'courses/x/moby.json',
          title: 'Moby-Dick; or, The Whale',
          language: 'en',
          version: '2.0.0',
          sizeBytes: 900_000,
          state: 'damaged',
          progressFraction: 1,
        },
        {
          path: 'courses/x/free.json',
          title: 'Free Culture',
          language: 'en',
          version: '1.0.0',
          sizeBytes: 2_500_000,
          state: 'importing',
          progressFraction: 0.4,
        },
      ]),
      damage: signal(undefined),
      manifest: async () => manifest,
      urlOf: () => pageUrl,
      readText: async () => '',
      readBytes: async () => new TextEncoder().encode(JSON.stringify(assignment)),
      verifiedRange: async (_path, _href, begin, end) => pdf.slice(begin, end),
    },
    records: {
      drafts: { ...memoryStore([]), save: async (key, text) => void saved.set(key, text) },
      notes: memoryStore([]),
      progress: memoryStore([
        { id: `${path}#one.html`, modulePath: path, href: 'one.html', fraction: 1, updatedAtMs: NOW },
      ]),
      submissions: memoryStore([submission]),
      feedback: memoryStore([feedback]),
      messages: memoryStore([message]),
      attempts: memoryStore([]),
      reflections: memoryStore([]),
      pace: memoryStore([]),
      startAttempt: async () => {
        throw new Error('no quiz on these screens');
      },
      finishAttempt: async (attempt) => attempt,
      submitSheet: async () => submission,
      submitDraft: async () => submission,
      sendMessage: async () => message,
      file: async () => undefined,
    },
    sync: { run: someSync },
    updates: { apply: () => {} },
    report: async () => {
      throw new Error('no report here');
    },
    presence: async () => ({ roomCode: '482913', minutes: 10 }),
    language: signal('nl'),
    setLanguage: async () => {},
  };
}

const current: Verdict = { kind: 'current', daysLeft: 24, expiresAtMs: NOW + 24 * DAY };
const root = document.createElement('div');
document.body.append(root);
document.documentElement.lang = 'nl';
document.title = 'Leeslicht';
followLocation();
await showLanguage('nl');

afterEach(() => render(null, root));

async function show(hash: string, platform: Platform): Promise<void> {
  location.hash = hash;
  await new Promise((resolve) => setTimeout(resolve, 50));
  render(<App inside={insideOf(platform)} />, root);
}

async function check(name: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 400));
  for (const size of SCREEN_SIZES.slice(0, 2)) await lookAt(root, name, size);
}

const places = {
  shelf: '#/',
  work: '#/work',
  feedback: '#/feedback',
  'feedback-one': '#/feedback/f1',
  messages: '#/messages',
  docking: '#/docking',
  settings: '#/settings',
  status: '#/status',
};
for (const [name, hash] of Object.entries(places)) {
  test(`the ${name} screen passes axe, wide and narrow`, async () => {
    await show(hash, stubPlatform(current));
    await check(name);
  });
}

const module = (href: string) => `#/module/${encodeURIComponent(path)}/${href}`;

test('a page is shown in a frame that runs no script, in the reader’s own letters', async () => {
  await show(module('one.html'), stubPlatform(current));
  await expect.element(page.getByTitle('Lesstof: Waar begin je?')).toBeVisible();
  await check('reader');
  const frame = root.querySelector('iframe');
  expect(frame?.getAttribute('sandbox')).toBe('allow-same-origin');
  expect(frame?.contentDocument?.adoptedStyleSheets.length).toBe(1);
});

test('a damaged page says so in its place, and what to do', async () => {
  const whole = stubPlatform(current);
  const damage = signal({ path, href: 'one.html' });
  await show(module('one.html'), { ...whole, modules: { ...whole.modules, damage } });
  await expect.element(page.getByText('Deze bladzijde is beschadigd')).toBeVisible();
  expect(root.querySelector('iframe')).toBeNull();
  await check('damaged');
});

test('a PDF shows its page with text that can be selected, and jumps', async () => {
  await show(module('book.pdf'), stubPlatform(current));
  await expect.element(page.getByText('Page 1 of the reader')).toBeInTheDocument();
  await check('pdf');
  await page.getByLabelText('Bladzijde', { exact: true }).fill('30');
  root.querySelector<HTMLFormElement>('.ll-pdf-jump')?.requestSubmit();
  await expect.element(page.getByText('Page 30 of the reader')).toBeInTheDocument();
  expect(root.querySelectorAll('canvas').length).toBeLessThan(6);
});

test('the editor saves while typing and says when; the question carries no script', async () => {
  await show(module('task.json'), stubPlatform(current));
  await page.getByLabelText('Jouw antwoord').fill('Deze week leer ik plannen.');
  await expect.element(page.getByText(/Bewaard om/)).toBeVisible();
  expect(root.querySelector('.ll-question img')).toBeNull();
  await check('assignment');
  await page.getByRole('button', { name: 'Inleveren', exact: true }).click();
  await expect.element(page.getByRole('dialog')).toBeVisible();
  await check('assignment-dialog');
});

test('without the capability write there is no editor, but the way to the room', async () => {
  await show(module('task.json'), stubPlatform(current, { capabilities: new Set(['read']) }));
  await expect.element(page.getByText('Op deze laptop kun je alleen lezen')).toBeVisible();
  expect(root.querySelector('textarea')).toBeNull();
});

test('docking shows receipts, the new date, what was refused and, read-only, the room code', async () => {
  await show('#/docking', stubPlatform(current, { capabilities: new Set(['read']) }));
  await page.getByRole('button', { name: 'Nu koppelen' }).click();
  await expect.element(page.getByText('482913')).toBeVisible();
  await expect.element(page.getByText(/Vals boek/)).toBeVisible();
  // The button that was pressed has gone: what came of it has the focus.
  expect(document.activeElement?.textContent).toContain('Je mag de kabel eruit halen');
  await check('docked');
});

const closing: Verdict[] = [
  { kind: 'expired', sinceMs: NOW, by: 'time' },
  { kind: 'notYetValid', fromMs: NOW },
  { kind: 'suspended' },
  { kind: 'revoked' },
  { kind: 'outdated', what: 'app' },
  { kind: 'wrongDevice' },
  { kind: 'badSignature' },
  { kind: 'unreadable' },
  { kind: 'noLicence' },
];
for (const verdict of closing) {
  test(`verdict ${verdict.kind} shows the lock instead of the shelf, with the way out`, async () => {
    await show('#/', stubPlatform(verdict));
    await expect.element(page.getByText('Koppelen en werk inleveren')).toBeVisible();
    expect(root.textContent).not.toContain('Mijn boekenplank');
    if (verdict.kind === 'expired' || verdict.kind === 'revoked') await check(`locked-${verdict.kind}`);
  });
}

for (const by of ['time', 'use', 'sessions'] as const) {
  test(`a licence that ended by ${by} says so in its own words`, async () => {
    await show('#/', stubPlatform({ kind: 'expired', sinceMs: NOW, by }));
    const words = { time: /te lang niet gekoppeld/, use: /alle leesuren/, sessions: /te vaak geopend/ };
    await expect.element(page.getByText(words[by])).toBeVisible();
  });
}

for (const what of ['app', 'lists', 'licence'] as const) {
  test(`a laptop that is out of date in its ${what} says what it needs`, async () => {
    await show('#/', stubPlatform({ kind: 'outdated', what }, { updateReady: what === 'app' }));
    const words = { app: /nieuwere versie van Leeslicht/, lists: /ouder dan mag/, licence: /telt niet meer/ };
    await expect.element(page.getByText(words[what])).toBeVisible();
    // The newer version that it needs can be taken from here.
    expect(page.getByRole('button', { name: 'Nu vernieuwen' }).elements()).toHaveLength(what === 'app' ? 1 : 0);
    await check(`outdated-${what}`);
  });
}

test('outside reading hours it says when it opens, and docking stays open', async () => {
  const hours = { kind: 'closed', opensAt: '07:30', closesAt: '22:00' } as const;
  await show('#/', stubPlatform(current, { hours }));
  await expect.element(page.getByText('Je kunt lezen van 07:30 tot 22:00.', { exact: false })).toBeVisible();
  expect(root.textContent).not.toContain('Mijn boekenplank');
  await check('closed-hours');
  await show('#/docking', stubPlatform(current, { hours }));
  await expect.element(page.getByRole('button', { name: 'Nu koppelen' })).toBeVisible();
});

test('on the last day chip and banner say to connect today, and the shelf says it once', async () => {
  await show('#/', stubPlatform({ kind: 'dueSoon', days: 1, expiresAtMs: NOW + DAY / 2 }));
  await expect.element(page.getByRole('link', { name: 'Leestijd: Koppel vandaag' })).toBeVisible();
  await expect.element(page.getByText('Koppel de laptop vandaag')).toBeVisible();
  expect(root.textContent).not.toContain('Ga op tijd naar');
  await check('last-day');
});

test('a wrong PIN counts down', async () => {
  await show('#/', stubPlatform(current, { phase: 'locked' }));
  await page.getByLabelText('Pincode').fill('123456');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect.element(page.getByText(/over 30 seconden|over 29 seconden/)).toBeVisible();
  await check('unlock');
});

test('the PIN is asked, and taken, before the device is proved', async () => {
  const state = signal<DeviceState>({ ...stubPlatform(current).state.value, phase: 'locked' });
  const platform: Platform = {
    ...stubPlatform(current),
    state,
    vault: {
      ...stubPlatform(current).vault,
      unlock: async () => {
        state.value = { ...state.value, phase: 'open' };
        return 'open';
      },
    },
  };
  let prove = (_: Inside): void => {};
  const inside = new Promise<Inside>((resolve) => {
    prove = resolve;
  });
  location.hash = '#/';
  render(<App learnerLabel="Sam" inside={inside} />, root);
  await expect.element(page.getByRole('heading', { name: 'Sam' })).toBeVisible();
  await expect.element(page.getByText('Nog 24 dagen')).not.toBeInTheDocument();
  await page.getByLabelText('Pincode').fill('28491');
  prove(insideOf(platform));
  render(<App learnerLabel="Sam" inside={await inside} />, root);
  await expect.element(page.getByText('Nog 24 dagen')).toBeVisible();
  await expect.element(page.getByLabelText('Pincode')).toHaveValue('28491');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect.element(page.getByRole('heading', { level: 1, name: 'Mijn boekenplank' })).toBeVisible();
});

test('enrolling asks code and PIN twice, then shows six words', async () => {
  await show('#/', stubPlatform(current, { phase: 'fresh' }));
  await page.getByLabelText('Code van de medewerker').fill('ABCDE-12345');
  await check('enrol-code');
  await page.getByRole('button', { name: 'Verder' }).click();
  await page.getByLabelText('Pincode', { exact: true }).fill('582914');
  await page.getByLabelText('Nog een keer dezelfde pincode').fill('582914');
  await check('enrol-pin');
  await page.getByRole('button', { name: 'Laptop aanmelden' }).click();
  await expect.element(page.getByText('fiets')).toBeVisible();
  await check('enrol-words');
});
