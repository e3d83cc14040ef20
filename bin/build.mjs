import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { injectManifest } from 'workbox-build';

const root = resolve(import.meta.dirname, '..');

/** Builds both web faces, the service worker with its list of files to keep, and the Node programs into dist/. */
export async function build() {
  for (const mode of ['app', 'service-worker', 'desk', 'node']) {
    const vite = resolve(root, 'node_modules/vite/bin/vite.js');
    const run = spawnSync(process.execPath, [vite, 'build', '--mode', mode, '--logLevel', 'warn'], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NODE_ENV: 'production' },
    });
    if (run.status !== 0) throw new Error(`The build of ${mode} failed.`);
  }
  const { count, size, warnings } = await injectManifest({
    swSrc: resolve(root, 'dist/app/service-worker.js'),
    swDest: resolve(root, 'dist/app/service-worker.js'),
    globDirectory: resolve(root, 'dist/app'),
    globPatterns: ['**/*.{html,js,mjs,css,woff2,svg,png,webmanifest,wasm,bcmap,pfb,ttf}'],
    globIgnores: ['service-worker.js'],
    maximumFileSizeToCacheInBytes: 8 * 1024 * 1024,
    dontCacheBustURLsMatching: /assets\//,
  });
  for (const warning of warnings) console.warn(warning);
  console.log(`The app keeps ${count} files offline (${(size / 1024).toFixed(0)} kB).`);
}

if (process.argv[1] === import.meta.filename) await build();
