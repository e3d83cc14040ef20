import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../e2e/support/processes.ts';
import { makeRow, type Row } from './row.ts';

/** The files that a page loads before it can run, `index.html` first, and how long they are together under gzip. */
export interface Shell {
  readonly files: readonly string[];
  readonly sizeBytes: number;
}

/**
 * Follows what `index.html` names and what those scripts import at once. Dynamic imports are fetched when they are
 * needed and do not count, except two: the texts, of which the longer of the languages counts, and what stands behind
 * the first screen (`inside`), without which there is no shelf.
 * @param read gives a file of the built app
 */
export function shellOf(read: (name: string) => string): Shell {
  const html = read('index.html');
  const waiting = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].flatMap(([, name]) => name ?? []);
  const files = new Map([['index.html', gzipBytes(html)]]);
  const languages = new Map<string, number>();
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (files.has(name)) continue;
    const source = read(name);
    files.set(name, gzipBytes(source));
    if (!name.endsWith('.js')) continue;
    // `import("…")`, with a bracket, is a dynamic one.
    for (const [, other] of source.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)) {
      if (other) waiting.push(`assets/${other}`);
    }
    for (const [, other] of source.matchAll(/\bimport\(\s*["'`]\.\/((?:open-)?inside-[^"'`]+\.js)["'`]/g)) {
      if (other) waiting.push(`assets/${other}`);
    }
    for (const [, other] of source.matchAll(/\bimport\(\s*["'`]\.\/((?:nl|en)-[^"'`]+\.js)["'`]/g)) {
      if (other) languages.set(`assets/${other}`, gzipBytes(read(`assets/${other}`)));
    }
  }
  const [language] = [...languages].sort(([, a], [, b]) => b - a);
  if (language) files.set(...language);
  return { files: [...files.keys()], sizeBytes: [...files.values()].reduce((sum, one) => sum + one, 0) };
}

function gzipBytes(source: string): number {
  return gzipSync(source, { level: 9 }).length;
}

/** Row "app shell": all that the built app loads before the shelf can be drawn, gzipped. */
export function benchShellSize(): Row {
  const app = resolve(root, 'dist/app');
  const { files, sizeBytes } = shellOf((name) => readFileSync(join(app, name), 'utf8'));
  if (!files.some((name) => name.endsWith('.js'))) throw new Error('index.html names no script');
  if (!files.some((name) => /\/(open-)?inside-/.test(name)))
    throw new Error('what stands behind the first screen was not found');
  if (!files.some((name) => /\/(nl|en)-/.test(name))) throw new Error('the texts of the first screen were not found');
  return makeRow(
    { name: `app shell, gzip (${files.length} files)`, value: sizeBytes / 1000, unit: 'kB' },
    { kind: 'valueAtMost', limit: 60 },
  );
}
