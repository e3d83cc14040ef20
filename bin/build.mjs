import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { relative, resolve, sep } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const app = resolve(root, 'dist/app');

/** What the app keeps offline: all that a learner's day can ask for. */
const kept = /\.(html|js|mjs|css|woff2|svg|png|webmanifest|wasm|bcmap|pfb|ttf|icc)$/;

/**
 * Lists the built app for workbox-precaching. Names below assets/ carry their hash already and need no revision.
 * @returns {{url: string, revision: string | null}[]}
 */
function precacheList() {
  return readdirSync(app, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && kept.test(entry.name) && entry.name !== 'service-worker.js')
    .map((entry) => resolve(entry.parentPath, entry.name))
    .map((path) => ({ path, url: relative(app, path).split(sep).join('/') }))
    .sort((a, b) => (a.url < b.url ? -1 : 1))
    .map(({ path, url }) => ({
      url,
      revision: url.startsWith('assets/')
        ? null
        : createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16),
    }));
}

/** Writes the list into the service worker, in the place that workbox names `self.__WB_MANIFEST`. */
function injectPrecacheList() {
  const path = resolve(app, 'service-worker.js');
  const source = readFileSync(path, 'utf8');
  const parts = source.split('self.__WB_MANIFEST');
  if (parts.length !== 2) throw new Error('service-worker.ts must name self.__WB_MANIFEST exactly once.');
  const list = precacheList();
  writeFileSync(path, parts.join(JSON.stringify(list)));
  return list.length;
}

/**
 * Puts the sandbox together: the page as it stands, and page and player once more inside the worker, in the place that
 * it names `self.__PLAYER_FILES`: what the worker serves offline lies in no cache that content could write to.
 */
function finishSandbox() {
  const folder = resolve(root, 'dist/sandbox');
  const page = readFileSync(resolve(root, 'app/sandbox/index.html'), 'utf8');
  writeFileSync(resolve(folder, 'index.html'), page);
  const script = readFileSync(resolve(folder, 'player.js'), 'utf8');
  const path = resolve(folder, 'service-worker.js');
  const parts = readFileSync(path, 'utf8').split('self.__PLAYER_FILES');
  if (parts.length !== 2) throw new Error('sandbox/service-worker.ts must name self.__PLAYER_FILES exactly once.');
  writeFileSync(path, parts.join(JSON.stringify({ page, script })));
}

/**
 * @param {string} mode
 * @param {readonly string[]} options
 */
function buildFace(mode, ...options) {
  const vite = resolve(root, 'node_modules/vite/bin/vite.js');
  const run = spawnSync(process.execPath, [vite, 'build', '--mode', mode, '--logLevel', 'warn', ...options], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (run.status !== 0) throw new Error(`The build of ${mode} failed.`);
}

/**
 * Puts a programme's root beside the app (LEESLICHT_TRUSTED_ROOT names the file): devices of that image then enrol at
 * stations of that programme only.
 */
function shipRoot() {
  const root = process.env['LEESLICHT_TRUSTED_ROOT'];
  if (root) copyFileSync(root, resolve(app, 'trusted-root.json'));
}

/** Builds both web faces, the service worker with its list of files to keep, and the Node programs into dist/. */
export function build() {
  const faces = ['app', 'service-worker', 'sandbox-player', 'sandbox-worker', 'desk', 'studio', 'preview', 'node'];
  for (const mode of faces) buildFace(mode);
  finishSandbox();
  shipRoot();
  console.log(`Built into dist/: the app keeps ${injectPrecacheList()} files offline.`);
}

/**
 * Builds the conformance client. It is put in its place in one step: a suite may start it several times at once, and
 * each start finds the old program or the new one.
 */
export function buildTufClient() {
  const place = resolve(root, 'dist/tuf-client');
  mkdirSync(place, { recursive: true });
  const work = mkdtempSync(resolve(place, 'build-'));
  try {
    buildFace('tuf-client', '--outDir', work);
    renameSync(resolve(work, 'main.mjs'), resolve(place, 'main.mjs'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Builds the benchmarks, what they put into a page, and the bare pages that they compare with, into dist/bench/. */
export function buildBench() {
  for (const mode of ['bench', 'bench-pages', 'bench-probe']) buildFace(mode);
}

/** Builds the fuzzer and all parsers that it attacks, into dist/fuzz/. */
export function buildFuzz() {
  buildFace('fuzz');
}

if (process.argv[1] === import.meta.filename) build();
