import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { findChromium } from './chromium.mjs';

const root = resolve(import.meta.dirname, '..');

/**
 * Runs a program and stops with a plain sentence when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} whatFailed
 */
export function run(command, args, whatFailed) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) throw new Error(whatFailed);
}

/** Installs the packages of the lock file where they are missing or older than it. */
export function ensurePackages() {
  const installed = resolve(root, 'node_modules/.package-lock.json');
  const lock = resolve(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing packages (once; better-sqlite3 builds from source, about a minute) …');
  run('npm', ['ci'], 'npm ci failed: see its message above.');
}

/** Makes sure that the `age` command is there, which parcels are proved against: Debian's package, if this is Debian. */
export function ensureAge() {
  if (!spawnSync('age', ['--version']).error) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing age with apt-get …');
    spawnSync('apt-get', ['update'], { stdio: 'inherit' });
    spawnSync('apt-get', ['install', '-y', 'age', 'unzip'], { stdio: 'inherit' });
    if (!spawnSync('age', ['--version']).error) return;
  }
  throw new Error('The proofs need age: install it (apt-get install age) and try again.');
}

/** Makes sure that a Chromium is there: the system's, Debian's package, or Playwright's own download. */
export function ensureChromium() {
  if (findChromium()) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium with apt-get …');
    spawnSync('apt-get', ['update'], { stdio: 'inherit' });
    spawnSync('apt-get', ['install', '-y', 'chromium'], { stdio: 'inherit' });
    if (findChromium()) return;
  }
  console.log('Installing Chromium with Playwright …');
  run(
    'npx',
    ['playwright', 'install', 'chromium'],
    'No Chromium: install it (apt-get install chromium) and try again.',
  );
}
