import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeRepositoryVectors } from './make-vectors.ts';

const FOLDER = new URL('../../docs/formats/vectors/repository/', import.meta.url);

test('the published vectors are what this repository makes (WRITE_VECTORS=1 writes them)', async () => {
  const made = await makeRepositoryVectors();
  if (process.env['WRITE_VECTORS'] === '1') {
    mkdirSync(FOLDER, { recursive: true });
    for (const [name, text] of made) writeFileSync(new URL(name, FOLDER), text);
  }
  const published = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  expect(published.sort()).toEqual([...made.keys()].sort());
  for (const [name, text] of made) expect(readFileSync(new URL(name, FOLDER), 'utf8'), name).toBe(text);
});
