import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { JUDGES, parseVectors } from './judges.ts';
import {
  canonicalCases,
  clockCases,
  dsseCases,
  licenceCases,
  type MadeVector,
  moduleCases,
  writeCases,
} from './make-cases.ts';
import { evidenceCases } from './make-evidence-cases.ts';
import { enrolmentCases, parcelCases, policyCases, quizCases, statusCases } from './make-more-cases.ts';
import { orderCases } from './make-order-cases.ts';

const FOLDER = new URL('../../docs/formats/vectors/', import.meta.url);
const ABOUT = 'Test vectors. All keys in them are test keys: everybody knows their secrets.';
const MAKERS: Readonly<Record<string, () => readonly MadeVector[] | Promise<readonly MadeVector[]>>> = {
  'canonical-json': canonicalCases,
  dsse: dsseCases,
  module: moduleCases,
  licence: licenceCases,
  clock: clockCases,
  parcel: parcelCases,
  enrolment: enrolmentCases,
  evidence: evidenceCases,
  orders: orderCases,
  status: statusCases,
  policy: policyCases,
  quiz: quizCases,
};

test('every format that is judged is made', () => {
  expect(Object.keys(MAKERS).sort()).toEqual(Object.keys(JUDGES).sort());
});

test.each(Object.entries(MAKERS))(
  'the cases of %s are what is published (WRITE_VECTORS=1 writes them)',
  async (format, make) => {
    const cases = await make();
    const file = new URL(`${format}/cases.json`, FOLDER);
    if (process.env['WRITE_VECTORS'] === '1') {
      mkdirSync(new URL(`${format}/`, FOLDER), { recursive: true });
      writeFileSync(file, writeCases(format, ABOUT, cases));
    }
    const published = parseVectors(readFileSync(file)).cases;
    expect(published.map(({ name }) => name)).toEqual(cases.map(({ name }) => name));
    // Sealing is random (formats/parcel.md 4.3): what is published there is one making of many.
    if (format !== 'parcel') expect(readFileSync(file, 'utf8')).toBe(writeCases(format, ABOUT, cases));
  },
);
