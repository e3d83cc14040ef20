import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeRepositoryVector, parseRepositoryVectors } from './repository/vectors.ts';
import { JUDGES, parseVectors } from './vectors/judges.ts';

const VECTORS = new URL('../docs/formats/vectors/', import.meta.url);

/** One case of `docs/formats/vectors/<folder>/*.json`: what this implementation says, and what it must say. */
interface Case {
  readonly name: string;
  readonly expected: unknown;
  readonly judge: () => Promise<unknown>;
}

/** How to read the files of each folder. A further format is one more line here. */
const FORMATS: Readonly<Record<string, (bytes: Uint8Array) => readonly Case[]>> = {
  repository: (bytes) => {
    const file = parseRepositoryVectors(bytes);
    return file.cases.map((vector) => ({
      name: `${vector.clause}: ${vector.name}`,
      expected: vector.steps.map(({ verdict }) => verdict),
      judge: () => judgeRepositoryVector(file, vector),
    }));
  },
  ...Object.fromEntries(
    Object.entries(JUDGES).map(([format, judge]) => [
      format,
      (bytes: Uint8Array) =>
        parseVectors(bytes).cases.map(({ name, clause, input, expected }) => ({
          name: `${clause}: ${name}`,
          expected,
          judge: () => judge(input),
        })),
    ]),
  ),
};

test('every folder of vectors has a reader', () => {
  const folders = readdirSync(VECTORS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(FORMATS).sort());
});

for (const [folder, read] of Object.entries(FORMATS)) {
  const place = new URL(`${folder}/`, VECTORS);
  for (const name of readdirSync(place).filter((file) => file.endsWith('.json'))) {
    describe(`vectors ${folder}/${name}`, () => {
      test.each(read(new Uint8Array(readFileSync(new URL(name, place)))))('$name', async ({ judge, expected }) => {
        expect(await judge()).toEqual(expected);
      });
    });
  }
}
