import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { shellOf } from './shell-size.ts';

const files: Readonly<Record<string, string>> = {
  'index.html':
    '<link rel="stylesheet" href="/assets/shell-1.css"><link rel="icon" href="/icons/a.svg"><script type="module" src="/assets/shell-1.js"></script>',
  'assets/shell-1.js':
    'import{a}from"./runtime-1.js";import"./side-1.js";const x=()=>import("./reader-1.js"),w=()=>p(()=>import(`./inside-1.js`)),y=()=>p(()=>import(`./nl-1.js`)),z=()=>p(()=>import(`./en-1.js`));',
  'assets/shell-1.css': 'p{margin:0}',
  'assets/runtime-1.js': 'import"./side-1.js";export const a=1;',
  'assets/side-1.js': 'import"./runtime-1.js";globalThis.b=2;',
  'assets/inside-1.js': 'import"./side-1.js";const shelf=()=>import("./module-1.js");',
  'assets/nl-1.js': 'export const nl={dag:"Goedendag, dit is de langste van de twee"};',
  'assets/en-1.js': 'export const en={dag:"Hello"};',
};

function read(name: string): string {
  const source = files[name];
  if (source === undefined) throw new Error(`read ${name}, which no start needs`);
  return source;
}

test('counts what a start loads, each file once: imports of imports, the longer language, and what is behind the first screen', () => {
  const shell = shellOf(read);
  const scripts = ['shell-1.js', 'runtime-1.js', 'side-1.js', 'inside-1.js', 'nl-1.js'];
  const counted = ['index.html', ...['shell-1.css', ...scripts].map((name) => `assets/${name}`)];
  expect([...shell.files].sort()).toEqual(counted.sort());
  const sizes = shell.files.map((name) => gzipSync(read(name), { level: 9 }).length);
  expect(shell.sizeBytes).toBe(sizes.reduce((sum, one) => sum + one, 0));
});

test('leaves out what is fetched when it is needed', () => {
  expect(shellOf(read).files).not.toContain('assets/reader-1.js');
});
