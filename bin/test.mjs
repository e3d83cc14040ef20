import { mkdirSync, rmSync } from 'node:fs';
import { ensureChromium, ensurePackages } from './setup.mjs';
import { conclude, results, suite, vitest, vitestCount } from './suite.mjs';

const playwrightCount = (/** @type {any} */ json) => ({
  passed: json.stats.expected + json.stats.flaky,
  failed: json.stats.unexpected + json.errors.length,
  second: json.stats.flaky,
  skipped: json.stats.skipped,
});

ensurePackages();
ensureChromium();
const { build } = await import('./build.mjs');
build();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
conclude([
  suite('Unit tests', vitest('unit', 'unit.json', ['--maxWorkers=100%']), 'unit.json', vitestCount),
  suite('System tests', vitest('system', 'system.json'), 'system.json', vitestCount),
  suite('Browser tests', vitest('browser', 'browser.json'), 'browser.json', vitestCount),
  suite('End-to-end tests', ['playwright', 'test'], 'e2e.json', playwrightCount),
]);
