import type { BenchPlace } from './bench-place.ts';
import { addProbe, goTo } from './learner-laptop.ts';
import { makeRow, median, medianRow, percentile, type Row, type Sample } from './row.ts';

const MEBIBYTE = 1024 * 1024;
const SEEKS = 12;
const ROUNDS = 3;
const READS = 60;
const TURNS = 40;

/** Rows "verified read", "seek" and "whole video": chunks, and the service worker against plain HTTP. */
export async function benchVideo(place: BenchPlace): Promise<readonly Row[]> {
  const { page, context } = await place.laptop();
  const plain = await place.plain();
  const film = await filmOf(place);
  const plainPage = await context.newPage();
  await plainPage.goto(`${plain.url}/bare-pdf.html`);
  await addProbe(plainPage);
  const plainUrl = `/${place.media().filmName}`;

  const count = Math.min(READS, Math.floor(place.megabytes / 2) - 2);
  const reads = await page.evaluate(([path, href, n]) => probe.readTimes(path, href, n), [
    film.path,
    film.href,
    count,
  ] as const);
  const seeks: Sample[] = [];
  const wholes: Sample[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const offsets = Array.from({ length: SEEKS }, (_, index) =>
      Math.floor((((index * 7 + round * 3) % 19) / 19) * (place.media().sizeBytes - 4 * MEBIBYTE)),
    );
    const here = await page.evaluate(([url, at]) => probe.firstByteTimes(url, at), [film.url, offsets] as const);
    const there = await plainPage.evaluate(([url, at]) => probe.firstByteTimes(url, at), [plainUrl, offsets] as const);
    seeks.push(...here.map((value, index) => ({ value, floor: there[index] ?? Number.NaN })));
    const [worker, server] = [
      await page.evaluate((url) => probe.fetchWhole(url), film.url),
      await plainPage.evaluate((url) => probe.fetchWhole(url), plainUrl),
    ];
    const [value = 0, floor = 0] = [worker, server].map(
      ({ sizeBytes, tookMs }) => sizeBytes / MEBIBYTE / (tookMs / 1000),
    );
    wholes.push({ value, floor });
  }
  await plainPage.close();
  return [
    makeRow(
      {
        name: 'verified read of a 1 MiB chunk, p50',
        value: median(reads.verified),
        floor: median(reads.bare),
        unit: 'ms',
      },
      { kind: 'ratioAtMost', limit: 1.4 },
    ),
    medianRow('seek in a video, time to first byte', 'ms', seeks, { kind: 'ratioAtMost', limit: 2 }),
    medianRow('whole video, verified', 'MiB/s', wholes, { kind: 'ratioAtLeast', limit: 0.3 }),
  ];
}

/** Row "page turn": the reader's own button, on a book. */
export async function benchPageTurns(place: BenchPlace): Promise<readonly Row[]> {
  const { page } = await place.laptop();
  const book = await moduleCalled(place, 'Moby-Dick');
  const first = book.files.find(({ type }) => type.includes('html'));
  await goTo(page, `#/module/${encodeURIComponent(book.path)}/${encodeURIComponent(first?.href ?? '')}`);
  const times = await page.evaluate((turns) => probe.turnPages(turns), TURNS);
  await goTo(page, '#/');
  return [
    makeRow(
      { name: 'page turn inside a module, p95', value: percentile(times, 0.95), unit: 'ms' },
      { kind: 'valueAtMost', limit: 100 },
    ),
  ];
}

/** Row "first page of a PDF": the app against pdf.js alone, each in a page that was just loaded. */
export async function benchPdf(place: BenchPlace): Promise<readonly Row[]> {
  const laptop = await place.laptop();
  const plain = await place.plain();
  const { page, context } = laptop;
  const module = await moduleCalled(place, 'Free Culture');
  const samples: Sample[] = [];
  for (let run = 0; run < ROUNDS + 2; run += 1) {
    await laptop.reopen();
    const shown = await page.evaluate(
      (hash) =>
        probe.firstPage(() => {
          location.hash = hash;
        }),
      `#/module/${encodeURIComponent(module.path)}`,
    );
    const bare = await context.newPage();
    await bare.goto(`${plain.url}/bare-pdf.html`);
    await addProbe(bare);
    const alone = await bare.evaluate(
      (width) => probe.firstPage(() => void showFirstPage?.('/freeculture.pdf', width)),
      shown.widthPixels,
    );
    await bare.close();
    // The first of each fills the caches of scripts.
    if (run > 0) samples.push({ value: shown.tookMs, floor: alone.tookMs });
  }
  await goTo(page, '#/');
  return [medianRow('first page of a 350-page PDF', 'ms', samples, { kind: 'ratioAtMost', limit: 1.3 })];
}

async function moduleCalled(place: BenchPlace, wanted: string) {
  const { page } = await place.laptop();
  const modules = await page.evaluate(() => probe.modulesHere());
  const module = modules.find(({ title }) => title.includes(wanted));
  if (!module) throw new Error(`${wanted} is not among ${modules.map(({ title }) => title).join(', ')}`);
  return module;
}

async function filmOf(place: BenchPlace): Promise<{ path: string; href: string; url: string }> {
  const { path, files } = await moduleCalled(place, 'Film');
  const film = files.find(({ type }) => type.startsWith('video/'));
  if (!film) throw new Error('the module has no film');
  return { path, href: film.href, url: film.url };
}
