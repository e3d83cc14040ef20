import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../e2e/support/processes.ts';
import { makeRow, type Row } from './row.ts';

/** Row "app shell": what index.html names and what that imports at once, gzipped; lazy chunks do not count. */
export function benchShellSize(): Row {
  const app = resolve(root, 'dist/app');
  const html = readFileSync(join(app, 'index.html'), 'utf8');
  const wanted = [...html.matchAll(/(?:src|href)="\/?((?:assets\/)[^"]+\.(?:js|css))"/g)].flatMap(
    ([, name]) => name ?? [],
  );
  const seen = new Set<string>();
  let sizeBytes = gzipSync(html).length;
  for (let name = wanted.shift(); name !== undefined; name = wanted.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const source = readFileSync(join(app, name), 'utf8');
    sizeBytes += gzipSync(source, { level: 9 }).length;
    if (!name.endsWith('.js')) continue;
    // Static imports only: `import("…")` is fetched when it is needed.
    for (const [, other] of source.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)) {
      if (other) wanted.push(`assets/${other}`);
    }
  }
  if (seen.size === 0) throw new Error(`no script found in ${readdirSync(app).join(', ')}`);
  return makeRow(
    { name: `app shell, gzip (${seen.size} files)`, value: sizeBytes / 1000, unit: 'kB' },
    { kind: 'valueAtMost', limit: 60 },
  );
}
