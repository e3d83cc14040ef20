import { mkdirSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { ensureAge, ensureChromium, ensurePackages } from './setup.mjs';
import { conclude, results, suite, vitest, vitestCount } from './suite.mjs';

// The slow proofs: published vectors on every back end, simulated years, protocol models. Numbers can be raised by
// the variables that each proof names.
ensurePackages();
ensureChromium();
ensureAge();
mkdirSync(results, { recursive: true });
const tallies = [
  suite(
    'Published vectors',
    vitest('unit', 'trust-vectors.json', ['core/vectors.test.ts']),
    'trust-vectors.json',
    vitestCount,
  ),
  // The histories of parcels lie in two files: both cores work on them.
  suite('Proofs in Node', vitest('trust', 'trust.json', ['--maxWorkers=2']), 'trust.json', vitestCount),
  suite(
    'Proofs in Chromium',
    vitest('browser', 'trust-browser.json', ['wycheproof']),
    'trust-browser.json',
    vitestCount,
  ),
];

/** @type {Map<string, number>} */
const proved = new Map();
/** @param {string} kind @param {number} times */
const add = (kind, times) => void proved.set(kind, (proved.get(kind) ?? 0) + times);
/** @type {string[]} */
const files = [];
for (const report of ['trust-vectors.json', 'trust.json', 'trust-browser.json']) {
  const { testResults } = JSON.parse(readFileSync(resolve(results, report), 'utf8'));
  for (const { name, assertionResults, startTime, endTime } of testResults) {
    for (const { status, meta } of assertionResults) {
      if (status !== 'passed') continue;
      const counted = Object.entries(meta.proved ?? {});
      // A proof that counts nothing of its own is one of a kind.
      if (counted.length === 0) add(report === 'trust-vectors.json' ? 'published vectors' : 'proofs one by one', 1);
      for (const [kind, times] of counted) add(kind, Number(times));
    }
    const seconds = ((endTime - startTime) / 1000).toFixed(1);
    files.push(`${seconds.padStart(9)}  ${relative(resolve(import.meta.dirname, '..'), name)}`);
  }
}
console.log('\n    count  what was proved');
for (const [kind, times] of proved) console.log(`${String(times).padStart(9)}  ${kind}`);
console.log('\n  seconds  where');
for (const line of files) console.log(line);
conclude(tallies);
