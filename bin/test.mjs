import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureChromium, ensurePackages } from './setup.mjs';

const root = resolve(import.meta.dirname, '..');
const results = resolve(root, 'test-results');

/**
 * Runs one suite and reads its own report; a suite that leaves no report counts as one failure.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {string} report
 * @param {(json: any) => {passed: number, failed: number, skipped: number}} count
 */
function suite(name, args, report, count) {
  console.log(`\n== ${name}`);
  const path = resolve(results, report);
  const run = spawnSync('npx', args, { cwd: root, stdio: 'inherit' });
  let tally = { passed: 0, failed: 1, skipped: 0 };
  try {
    tally = count(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    console.error(`${name} left no report: ${cause}`);
  }
  // A suite may fail outside of any test (a file that does not load, an unhandled rejection).
  if (run.status !== 0 && tally.failed === 0) tally.failed = 1;
  return tally;
}

const vitestCount = (json) => ({
  passed: json.numPassedTests,
  failed:
    json.numFailedTests +
    json.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length,
  skipped: json.numPendingTests + json.numTodoTests,
});
const playwrightCount = (json) => ({
  passed: json.stats.expected,
  failed: json.stats.unexpected + json.stats.flaky + json.errors.length,
  skipped: json.stats.skipped,
});

ensurePackages();
ensureChromium();
const { build } = await import('./build.mjs');
build();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const vitest = (project) => [
  'vitest',
  'run',
  '--project',
  project,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${resolve(results, `${project}.json`)}`,
];
const tallies = [
  suite('Unit tests', vitest('unit'), 'unit.json', vitestCount),
  suite('Browser tests', vitest('browser'), 'browser.json', vitestCount),
  suite('End-to-end tests', ['playwright', 'test'], 'e2e.json', playwrightCount),
];
const total = (key) => tallies.reduce((sum, tally) => sum + tally[key], 0);
const failed = total('failed');
const skipped = total('skipped');
console.log(`\n${total('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || total('passed') === 0 ? 1 : 0;
