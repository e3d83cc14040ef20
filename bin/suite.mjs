import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** Where suites leave their reports. */
export const results = resolve(root, 'test-results');

/** @typedef {{passed: number, failed: number, skipped: number, second?: number}} Tally `second`: of those that passed, how many only when tried again. */

/**
 * Runs one suite and reads its own report; a suite that leaves no report counts as one failure.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {string} report
 * @param {(json: any) => Tally} count
 */
export function suite(name, args, report, count) {
  console.log(`\n== ${name}`);
  const path = resolve(results, report);
  const run = spawnSync('npx', args, { cwd: root, stdio: 'inherit' });
  /** @type {Tally} */
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

/**
 * Arguments that run a vitest project and leave its report.
 * @param {string} project
 * @param {string} report
 * @param {readonly string[]} files
 */
export function vitest(project, report, files = []) {
  const output = `--outputFile.json=${resolve(results, report)}`;
  return ['vitest', 'run', '--project', project, ...files, '--reporter=default', '--reporter=json', output];
}

/**
 * Counts a vitest report; a file that does not load counts as a failure.
 * @param {any} json
 */
export function vitestCount(json) {
  const broken = json.testResults.filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  return {
    passed: json.numPassedTests,
    failed: json.numFailedTests + broken,
    skipped: json.numPendingTests + json.numTodoTests,
  };
}

/**
 * Prints the sum of all suites and sets the exit code. Nothing that passed is a failure too.
 * @param {readonly Tally[]} tallies
 */
export function conclude(tallies) {
  const total = (/** @type {keyof Tally} */ key) => tallies.reduce((sum, tally) => sum + (tally[key] ?? 0), 0);
  const failed = total('failed');
  const skipped = total('skipped');
  const second = total('second');
  const counts = [`${total('passed')} passed`, `${failed} failed`];
  if (skipped > 0) counts.push(`${skipped} skipped`);
  if (second > 0) counts.push(`${second} of the passed only at the second try`);
  console.log(`\n${counts.join(', ')}`);
  process.exitCode = failed > 0 || total('passed') === 0 ? 1 : 0;
}
