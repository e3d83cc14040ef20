import { signal } from '@preact/signals';
import { render } from 'preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '#ui/style.css';
import '../../shell/app.css';
import { pdfSelector } from '#core/annotation/fragment.ts';
import type { Manifest, ModuleFile } from '#core/module/manifest.ts';
import { buildIndex } from '#core/search/index-format.ts';
import { bringReadingTexts, showLanguage } from '../../i18n/texts.ts';
import type { DeviceState, Platform } from '../../platform/platform.ts';
import { memoryRecords, memoryStore } from '../../platform/records/memory-records.ts';
import type { NoteRecord, ProgressRecord } from '../../platform/records/records.ts';
import { lookAt, SCREEN_SIZES } from '../../shell/look-at.ts';
import { PlatformContext } from '../../shell/platform-context.ts';
import { setPreferences } from '../../shell/preferences.ts';
import { followLocation } from '../../shell/routes.ts';
import { TextSurface } from '../../shell/text-surface.ts';
import { noteAt } from './marks.ts';
import { ReaderScreen } from './reader.tsx';

const path = 'courses/study/start.json';

const paragraphs = Array.from(
  { length: 60 },
  (_, n) =>
    `<p>Alinea ${n + 1}: in een cel kun je goed studeren als je weet waar je begint en waar je ophoudt. Het woord nummer${n + 1} staat hier.</p>`,
).join('');
const pages: Record<string, string> = {
  'one.html': `<!doctype html><html lang="nl"><head><title>Waar begin je?</title></head><body><main><h1 id="top">Waar begin je?</h1>${paragraphs.replace('Alinea 30:', '</p><h2 id="half">Halverwege</h2><p>Alinea 30:')}</main></body></html>`,
  'two.html':
    '<!doctype html><html lang="nl"><head><title>Daarna</title></head><body><main><h1>Daarna</h1><p>Een korte bladzijde over licht.</p></main></body></html>',
  'plate.html':
    '<!doctype html><html lang="nl"><head><title>Plaat</title><meta name="viewport" content="width=1000, height=1400"><style>body { margin: 40px; width: 100%; background: #fdf3c8 } p { position: absolute; left: 700px; top: 1300px; width: 260px; margin: 0; font: 24px serif }</style></head><body><p>Rechts onder in de hoek.</p></body></html>',
};
const urls = new Map(
  Object.entries(pages).map(([href, html]) => [href, URL.createObjectURL(new Blob([html], { type: 'text/html' }))]),
);
const sections = [
  { href: 'one.html', title: 'Waar begin je?', text: paragraphs.replace(/<[^>]*>/g, ' ').slice(0, 2_000) },
  { href: 'two.html', title: 'Daarna', text: 'Een korte bladzijde over licht.' },
];
const index = buildIndex('nl', sections);

const file = (href: string, title: string, type = 'text/html', kind: ModuleFile['kind'] = 'page'): ModuleFile => ({
  href,
  type,
  title,
  sizeBytes: 1000,
  digest: '',
  kind,
  firstChunk: 0,
  chunkCount: 1,
  scripted: undefined,
  sheet: undefined,
});
const order = [file('one.html', 'Waar begin je?'), file('two.html', 'Daarna')];
const resources = [file('leeslicht/search.json', '', 'application/vnd.leeslicht.search+json', 'resource')];
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
  resources,
  files: [...order, ...resources],
  toc: [
    {
      title: 'Waar begin je?',
      href: 'one.html',
      children: [{ title: 'Halverwege', href: 'one.html#half', children: [] }],
    },
    { title: 'Daarna', href: 'two.html', children: [] },
  ],
  leaves: { sha256: 'a', length: 0 },
  sizeBytes: 3000,
};

function platformWith(notes: readonly NoteRecord[] = [], progress: readonly ProgressRecord[] = []) {
  const never = async (): Promise<never> => {
    throw new Error('not part of reading');
  };
  const platform: Platform = {
    state: signal<DeviceState>({
      phase: 'open',
      verdict: { kind: 'current', daysLeft: 20, expiresAtMs: 0 },
      hours: { kind: 'open' },
      capabilities: new Set(['read', 'write', 'messages']),
      updateReady: false,
    }),
    enrolment: { start: never, waitForConfirmation: never },
    vault: { unlock: never, lock: () => {}, changePin: never, askDesk: never, chooseNewPin: never, wipeClosed: never },
    modules: {
      list: signal([]),
      damage: signal(undefined),
      manifest: async () => manifest,
      urlOf: (_path, href) => urls.get(href.split('#')[0] ?? '') ?? '',
      readText: async (_path, href) => pages[href] ?? '',
      readBytes: async () => new Uint8Array(index),
      verifiedRange: never,
    },
    records: { ...memoryRecords(), notes: memoryStore(notes), progress: memoryStore(progress) },
    sync: { run: async function* () {} },
    updates: { apply: () => {} },
    presence: never,
    report: never,
    language: signal('nl'),
    setLanguage: async () => {},
  };
  return platform;
}

const root = document.createElement('div');
root.className = 'll-page';
document.body.append(root);
document.documentElement.lang = 'nl';
document.title = 'Leeslicht';
followLocation();

beforeEach(async () => {
  await showLanguage('nl');
  await bringReadingTexts();
  await page.viewport(1366, 768);
});
afterEach(() => {
  render(null, root);
  setPreferences({ theme: 'light', typeface: 'own', spacing: 'normal', ruler: 'off' });
});

function Screen({ platform, href }: { readonly platform: Platform; readonly href: string }) {
  return (
    <PlatformContext.Provider value={platform}>
      <main class="ll-main ll-main-full">
        <ReaderScreen path={path} href={href} renderPart={() => null} renderSheet={() => null} />
      </main>
    </PlatformContext.Provider>
  );
}

function show(platform: Platform, href: string): void {
  render(<Screen platform={platform} href={href} />, root);
}

/** The document in the frame, when it is there and dressed. */
async function opened(): Promise<Document> {
  let found: Document | undefined;
  await expect
    .poll(() => {
      const inside = root.querySelector('iframe')?.contentDocument;
      found = inside?.adoptedStyleSheets.length ? inside : undefined;
      return found !== undefined;
    })
    .toBe(true);
  if (!found) throw new Error('no frame');
  return found;
}

async function check(name: string): Promise<void> {
  for (const theme of ['light', 'sepia', 'dark'] as const) {
    setPreferences({ theme });
    for (const size of SCREEN_SIZES) await lookAt(root, `reader-${name}-${theme}`, size);
  }
  await page.viewport(1366, 768);
}

function select(inside: Document, words: string): void {
  const walker = inside.createTreeWalker(inside.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.textContent?.indexOf(words) ?? -1;
    if (at < 0) continue;
    const range = inside.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    inside.getSelection()?.removeAllRanges();
    inside.getSelection()?.addRange(range);
    return;
  }
  throw new Error(`no ${words}`);
}

test('reading goes on at the words where it stopped, also when other letters move them', async () => {
  const platform = platformWith();
  show(platform, 'one.html');
  const inside = await opened();
  inside.getElementById('half')?.scrollIntoView();
  await expect
    .poll(async () => (await platform.records.progress.all())[0]?.place?.[0])
    .toMatchObject({ type: 'TextQuoteSelector', exact: expect.stringContaining('Halverwege') });
  render(null, root);
  setPreferences({ textSize: 'largest' });
  show(platform, 'one.html');
  const again = await opened();
  await expect.poll(() => Math.abs(again.getElementById('half')?.getBoundingClientRect().top ?? 999)).toBeLessThan(80);
  setPreferences({ textSize: 'normal' });
});

test('the foot says where one is and how long the rest takes; the contents mark the heading', async () => {
  show(platformWith(), 'one.html#half');
  await opened();
  await expect.element(page.getByText(/Deel 1 van 2 · \d+/)).toBeVisible();
  await expect.element(page.getByText(/Nog \d+ min/)).toBeVisible();
  await page.getByRole('button', { name: 'Inhoud' }).click();
  await expect.element(page.getByRole('link', { name: 'Halverwege' })).toHaveAttribute('aria-current', 'location');
  await check('contents');
  await userEvent.keyboard('{Escape}');
  expect(root.querySelector('#reader-panel')?.hasAttribute('hidden')).toBe(true);
});

test('a page of fixed layout keeps its layout: scaled to the frame, larger with larger letters', async () => {
  const plates = [file('plate.html', 'Plaat')];
  const platform = platformWith();
  const modules = {
    ...platform.modules,
    manifest: async () => ({ ...manifest, readingOrder: plates, files: plates, toc: [] }),
  };
  show({ ...platform, modules }, 'plate.html');
  const inside = await opened();
  const sheet = () => inside.body.getBoundingClientRect();
  const words = () => inside.querySelector('p')?.getBoundingClientRect() ?? new DOMRect();
  const room = () => inside.documentElement.clientWidth;
  // As wide as paper where there is room, in the middle
  await expect.poll(() => Math.round(sheet().width)).toBe(800);
  expect(Math.round(sheet().height)).toBe(1120);
  expect(Math.abs(sheet().left - (room() - 800) / 2)).toBeLessThan(2);
  expect(Math.round(words().left - sheet().left)).toBe(560);
  expect(inside.documentElement.scrollHeight).toBe(1120);
  await check('fixed');
  setPreferences({ textSize: 'largest', theme: 'light' });
  await expect.poll(() => Math.round(sheet().width)).toBe(1600);
  expect(inside.documentElement.scrollWidth).toBe(1600);
  setPreferences({ textSize: 'normal' });
  await page.viewport(400, 800);
  await expect.poll(() => Math.abs(sheet().width - room())).toBeLessThan(2);
  expect(inside.documentElement.scrollWidth).toBe(room());
  expect(Math.round(((words().left - sheet().left) / sheet().width) * 1000)).toBe(700);
});

test('page down scrolls to the end and then turns the page, from inside the frame too', async () => {
  show(platformWith(), 'one.html');
  const inside = await opened();
  await userEvent.keyboard('{PageDown}');
  expect(inside.defaultView?.scrollY).toBeGreaterThan(200);
  inside.defaultView?.scrollTo(0, 1e6);
  inside.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true, cancelable: true }));
  await expect.poll(() => location.hash).toContain('two.html');
});

test('selected words can be marked and written about, and the frame’s document stays as it was', async () => {
  const platform = platformWith();
  show(platform, 'one.html');
  const inside = await opened();
  const before = inside.body.innerHTML;
  select(inside, 'goed studeren');
  await page.getByRole('button', { name: 'Markeer groen' }).click();
  await expect.poll(() => inside.defaultView?.CSS.highlights.get('ll-green')?.size).toBe(1);
  select(inside, 'waar je begint');
  await page.getByRole('button', { name: 'Notitie', exact: true }).click();
  await page.getByLabelText('Wat wil je onthouden?').fill('Hier begin ik morgen.');
  await check('note-dialog');
  await page.getByRole('button', { name: 'Bewaren', exact: true }).click();
  await page.getByRole('button', { name: 'Bladwijzer op deze plek' }).click();
  const notes = await platform.records.notes.all();
  expect(notes.map(({ motivation, text, quote }) => [motivation, text, quote?.slice(0, 14)])).toEqual([
    ['bookmarking', '', 'Waar begin je?'],
    ['commenting', 'Hier begin ik morgen.', 'waar je begint'],
    ['highlighting', '', 'goed studeren'],
  ]);
  await page.getByRole('button', { name: 'Notities' }).click();
  await expect.element(page.getByText('Hier begin ik morgen.')).toBeVisible();
  await check('notes');
  expect(inside.body.innerHTML).toBe(before);
});

test('a note whose words are gone stays in the list and marks nothing', async () => {
  const note: NoteRecord = {
    ...{ id: 'n', modulePath: path, href: 'one.html', quote: 'walvis', text: 'oud', motivation: 'commenting' },
    ...{ createdAtMs: 1, updatedAtMs: 1 },
    selectors: [{ type: 'TextQuoteSelector', exact: 'een witte walvis in zee', prefix: 'aa', suffix: 'bb' }],
  };
  show(platformWith([note]), 'one.html');
  const inside = await opened();
  await page.getByRole('button', { name: 'Notities' }).click();
  await expect.element(page.getByText('oud', { exact: true })).toBeVisible();
  expect(inside.defaultView?.CSS.highlights.size).toBe(0);
});

test('searching finds while one types, and a hit is marked in the page', async () => {
  show(platformWith(), 'one.html');
  await opened();
  await page.getByRole('button', { name: 'Zoeken' }).click();
  await page.getByLabelText('Zoek in deze module').fill('studeer');
  await expect.element(page.getByText('1 plek gevonden')).toBeVisible();
  await check('search');
  const hit = root.querySelector<HTMLAnchorElement>('.ll-hit');
  expect(hit?.querySelector('mark')?.textContent).toBe('studeren');
  show(platformWith(), decodeURIComponent(hit?.hash.split('/')[3] ?? ''));
  const inside = await opened();
  await expect.poll(() => inside.defaultView?.CSS.highlights.get('ll-found')?.size ?? 0).toBeGreaterThan(10);
});

test('settings reach the page: room, colours, and letters that the page’s own policy never fetches', async () => {
  show(platformWith(), 'one.html');
  const inside = await opened();
  await page.getByRole('button', { name: 'Tekst', exact: true }).click();
  await page.getByLabelText('Voor dyslexie').click();
  await page.getByLabelText('Heel ruim').click();
  await page.getByLabelText('Aan', { exact: true }).click();
  await expect.poll(() => [...inside.fonts].filter(({ family }) => family.includes('OpenDyslexic')).length).toBe(3);
  const style = () => inside.defaultView?.getComputedStyle(inside.querySelector('p') ?? inside.body);
  expect(style()?.fontFamily).toContain('OpenDyslexic');
  expect(Number.parseFloat(style()?.letterSpacing ?? '')).toBeGreaterThan(1);
  expect(root.querySelector('.ll-ruler')).not.toBeNull();
  await check('text');
});

test('a note in a PDF names its page', () => {
  const layer = document.createElement('section');
  layer.textContent = 'Some words of a page';
  const note = noteAt(
    { surface: new TextSurface(layer, 7), span: { start: 5, end: 10 } },
    { modulePath: path, href: 'book.pdf' },
    'highlighting',
    'blue',
  );
  expect(note.quote).toBe('words');
  expect(note.selectors?.[0]).toEqual(pdfSelector({ page: 7, top: 0 }));
});
