import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BrowserContext, test } from '@playwright/test';
import { aidsTests } from './reader/aids.ts';
import { bookTests } from './reader/books.ts';
import { filmTests } from './reader/film.ts';
import { pdfTests } from './reader/pdf.ts';
import { quizTests } from './reader/quiz.ts';
import { sampleFiles, sampleTests } from './reader/samples.ts';
import { type Desk, signIn } from './support/desk.ts';
import { dock, enrol } from './support/learner.ts';
import { samples } from './support/processes.ts';
import { type Reader, readerIn } from './support/reader.ts';
import { writeAidsBook, writeLinkedPdf } from './support/reading-courses.ts';
import { giveVoice } from './support/speech.ts';
import { demoCourse, makeWorld, type World } from './support/station.ts';

// Each opens what it needs: one that fails costs only itself
test.describe.configure({ mode: 'default', timeout: 120_000 });
test.use({ actionTimeout: 30_000 });

let folder: string;
let world: World;
let officer: Desk;
let context: BrowserContext;
let reader: Reader;

/** One learner's laptop with every sample on it, and what samples do not have: links in a PDF, notes, a glossary, a film. */
test.beforeAll(async ({ browser }) => {
  test.setTimeout(360_000);
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-reader-'));
  world = await makeWorld([]);
  world.cli('programme', 'add-course', world.programme, 'samples', '--title', 'Samples');
  world.cli('programme', 'add-tutor', world.programme, 'samples', 'Anna de Wit');
  for (const { id, file, scripts } of sampleFiles)
    world.addModule('samples', resolve(samples, file), { id, ...(scripts ? { scripts } : {}) });
  world.addModule('samples', writeAidsBook(join(folder, 'light')), { id: 'light' });
  world.addModule('samples', writeLinkedPdf(join(folder, 'leaves.pdf')), { id: 'leaves' });
  world.addModule('samples', demoCourse.input, { id: 'study' });
  await world.start();
  officer = await signIn(world, 'officer');
  context = await browser.newContext({ locale: 'en-GB' });
  await giveVoice(context, 'en-GB');
  const page = await context.newPage();
  await enrol(page, world, officer, { scripts: true });
  await dock(page);
  reader = readerIn(page, world);
});

test.afterAll(async () => {
  await context?.close();
  await officer?.close();
  await world?.remove();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const here = (): Reader => reader;
sampleTests(here);
bookTests(here);
pdfTests(here);
filmTests(here);
aidsTests(here);
quizTests(here);
