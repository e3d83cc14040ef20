import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Builds both web faces, the service worker with its list of files to keep, and the Node programs into dist/. */
export function build() {
  for (const mode of ['app', 'service-worker', 'desk', 'node']) {
    const vite = resolve(root, 'node_modules/vite/bin/vite.js');
    const run = spawnSync(process.execPath, [vite, 'build', '--mode', mode, '--logLevel', 'warn'], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NODE_ENV: 'production' },
    });
    if (run.status !== 0) throw new Error(`The build of ${mode} failed.`);
  }
  console.log(`Built into dist/: the app keeps ${injectPrecacheList()} files offline.`);
}

if (process.argv[1] === import.meta.filename) build();
