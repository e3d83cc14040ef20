import { fetchWhole, firstByteTimes } from './fetches.ts';
import { importFloor, importModule, prepareImport } from './imports.ts';
import { modulesHere } from './modules.ts';
import { postTexts, writeAnswer } from './posts.ts';
import { readTimes } from './reads.ts';
import { firstPage, turnPages } from './screens.ts';
import { syncTime } from './sync.ts';

/** What the benchmarks do inside a page. The built file is put into the page as it is and sets `probe` there. */
const inPage = {
  modulesHere,
  prepareImport,
  importModule,
  importFloor,
  readTimes,
  firstByteTimes,
  fetchWhole,
  turnPages,
  firstPage,
  syncTime,
  writeAnswer,
  postTexts,
};

/** The functions that the page has. */
export type Probe = typeof inPage;

declare global {
  var probe: Probe;
}

globalThis.probe = inPage;
