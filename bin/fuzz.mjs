import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensurePackages } from './setup.mjs';

ensurePackages();
const { buildFuzz } = await import('./build-when-changed.mjs');
await buildFuzz();
await import(pathToFileURL(resolve(import.meta.dirname, '../dist/fuzz/main.js')).href);
