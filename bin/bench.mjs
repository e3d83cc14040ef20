import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureChromium, ensurePackages } from './setup.mjs';

ensurePackages();
ensureChromium();
const { buildBench, buildProduct } = await import('./build-when-changed.mjs');
await buildProduct();
await buildBench();
await import(pathToFileURL(resolve(import.meta.dirname, '../dist/bench/node/bench.js')).href);
