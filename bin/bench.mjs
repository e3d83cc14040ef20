import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureChromium, ensurePackages } from './setup.mjs';

const root = resolve(import.meta.dirname, '..');
ensurePackages();
ensureChromium();
const entry = resolve(root, 'dist/node/bench.js');
if (!existsSync(entry)) {
  const { build } = await import('./build.mjs');
  build();
}
await import(pathToFileURL(entry).href);
