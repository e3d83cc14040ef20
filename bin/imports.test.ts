import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** docs/ARCHITECTURE.md, "Import rules": what each part may import of ours besides itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ui: ['core'],
  // Of the package it reads its own version.
  app: ['core', 'ui', 'package.json'],
  'sync-station': ['core', 'ui'],
  'content-packager': ['core', 'ui'],
  device: ['core'],
  trust: ['core', 'app', 'sync-station'],
  fuzz: ['core', 'content-packager'],
  e2e: [],
  bench: ['core', 'app', 'e2e', 'bin'],
  demo: [],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(folder: string): string[] {
  return readdirSync(resolve(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => relative(root, resolve(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('node_modules/'));
}

function importsOf(path: string): Import[] {
  const text = readFileSync(resolve(root, path), 'utf8');
  const found = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)(['"])((?:\.{1,2}\/|#)[^'"]+)\1/g);
  return [...found].flatMap(([, , name]) => {
    if (name === undefined) return [];
    const plain = name.split('?')[0] ?? name;
    const target = plain.startsWith('#') ? plain.slice(1) : relative(root, resolve(root, dirname(path), plain));
    return [{ from: path, to: target.split(sep).join('/') }];
  });
}

const imports = Object.keys(allowed).flatMap((part) => {
  try {
    return sources(part).flatMap(importsOf);
  } catch (error) {
    // A part that has no folder yet has no imports.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
});
const partOf = (path: string): string => path.split('/')[0] ?? '';
const featureOf = (path: string): string | undefined => /^app\/features\/([^/]+)\//.exec(path)?.[1];
const broken = (rule: (one: Import) => boolean): string[] =>
  imports.filter(rule).map((one) => `${one.from} → ${one.to}`);

test('every part imports only what the architecture allows', () => {
  expect(imports.length).toBeGreaterThan(50);
  expect(
    broken(({ from, to }) => {
      const own = partOf(from);
      const other = partOf(to);
      return other !== own && other in allowed && !(allowed[own] ?? []).includes(other);
    }),
  ).toEqual([]);
});

test('features of the app never import each other', () => {
  expect(
    broken(({ from, to }) => {
      const [own, other] = [featureOf(from), featureOf(to)];
      return own !== undefined && other !== undefined && own !== other;
    }),
  ).toEqual([]);
});

test('the desk never imports the server or the store', () => {
  expect(
    broken(
      ({ from, to }) => from.startsWith('sync-station/desk/') && /^sync-station\/(store|server|connectors)\//.test(to),
    ),
  ).toEqual([]);
});

test('core knows no Node, no DOM, no clock and no network', () => {
  const offenders = sources('core')
    .filter((path) => !path.includes('.test.'))
    .filter((path) =>
      /from ['"]node:|\bDate\.now\b|\bnew Date\b|Math\.random|\bfetch\(/.test(
        readFileSync(resolve(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''),
      ),
    );
  expect(offenders).toEqual([]);
});
