import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chanceOf, mutate } from './mutate.ts';
import { attack } from './target.ts';
import { targets } from './targets.ts';

const corpus = resolve(import.meta.dirname, 'corpus');

test('every parser has a corpus, and every corpus a parser', () => {
  expect(readdirSync(corpus).sort()).toEqual(targets.map(({ name }) => name).sort());
});

describe.each(targets)('$name', (target) => {
  const folder = join(corpus, target.name);
  test.each(readdirSync(folder))('reads %s or refuses it as it should', async (file) => {
    expect(await attack(target, new Uint8Array(readFileSync(join(folder, file))))).toBeUndefined();
  });
});

test('a seed always gives the same inputs', () => {
  const seeds = [new TextEncoder().encode('{"a":[1,2,3]}')];
  const some = (seed: number) =>
    Array.from({ length: 50 }, (_, index) => mutate(seeds, ['"b"'], chanceOf(seed + index)));
  expect(some(1)).toEqual(some(1));
  expect(some(1)).not.toEqual(some(1000));
});

test('an error of another class is a finding', async () => {
  const target = { name: 't', errors: ['JsonError'], words: [], run: () => Number('x').toFixed(101) };
  expect(await attack(target, new Uint8Array())).toContain('RangeError');
});
