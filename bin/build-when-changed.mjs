import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** What every build depends on. */
const BASE = ['core', 'ui', 'app', 'bin/build.mjs', 'vite.config.ts', 'package-lock.json', 'tsconfig.json'];

/** What the product is built from. */
const PRODUCT = [...BASE, 'sync-station', 'content-packager', 'demo/make-demo.ts'];

/** What the conformance client is built from. */
const TUF_CLIENT = [
  'core',
  'content-packager/tuf-client',
  'content-packager/writer/programme',
  'bin/build.mjs',
  'vite.config.ts',
  'package-lock.json',
];

/** What the benchmarks are built from. */
const BENCH = [...BASE, 'bench', 'e2e/support', 'bin/chromium.mjs'];

/** What the fuzzer is built from. */
const FUZZ = ['core', 'content-packager', 'fuzz', 'bin/build.mjs', 'vite.config.ts', 'package-lock.json'];

/** What benchmarks and fuzzer write among their sources. */
const written = new Set(['bench/work', 'bench/results.json', 'fuzz/findings']);

/**
 * One digest over path, size and change time of every source: a change means that a build is needed.
 * @param {readonly string[]} sources
 */
function stampOf(sources) {
  const hash = createHash('sha256');
  const visit = (/** @type {string} */ path) => {
    if (!existsSync(path) || written.has(relative(root, path))) return;
    const stat = statSync(path);
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else if (!/\.test\.tsx?$/.test(path)) hash.update(`${relative(root, path)}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  for (const source of sources) visit(join(root, source));
  return hash.digest('hex');
}

/**
 * @param {string} name of the file in dist/ that keeps the digest
 * @param {readonly string[]} sources
 * @param {(build: typeof import('./build.mjs')) => void} act
 */
async function buildWhenChanged(name, sources, act, message = 'Building …') {
  const file = join(dist, name);
  const stamp = stampOf(sources);
  if (existsSync(file) && readFileSync(file, 'utf8') === stamp) return;
  if (message !== '') console.log(message);
  await act(await import('./build.mjs'));
  writeFileSync(file, stamp);
}

/** Builds the app, the desk and the programs into dist/ if a source has changed since the last build. */
export function buildProduct() {
  return buildWhenChanged('.sources', PRODUCT, ({ build }) => build());
}

/** Builds the conformance client into dist/tuf-client/, without a word, if a source has changed since the last build. */
export function buildTufClient() {
  return buildWhenChanged('tuf-client/.sources', TUF_CLIENT, ({ buildTufClient: build }) => build(), '');
}

/** Builds the benchmarks and the bare pages they compare with, into dist/bench/, if a source has changed. */
export function buildBench() {
  return buildWhenChanged('.bench-sources', BENCH, ({ buildBench: build }) => build());
}

/** Builds the fuzzer with the parsers into dist/fuzz/ if a source has changed. */
export function buildFuzz() {
  return buildWhenChanged('fuzz/.sources', FUZZ, ({ buildFuzz: build }) => build());
}
