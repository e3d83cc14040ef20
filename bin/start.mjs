import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '..');
const SOURCES = [
  'core',
  'ui',
  'app',
  'sync-station',
  'content-packager',
  'demo/make-demo.ts',
  'bin/build.mjs',
  'vite.config.ts',
  'package-lock.json',
  'tsconfig.json',
];
const START_SECONDS = 60;

function stop(message) {
  console.error(message);
  process.exit(1);
}

/** One digest over path, size and change time of every source: a change means that a build is needed. */
function sourcesStamp() {
  const hash = createHash('sha256');
  const visit = (path) => {
    if (!existsSync(path)) return;
    const stat = statSync(path);
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else if (!/\.test\.tsx?$/.test(path)) hash.update(`${relative(root, path)}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  for (const source of SOURCES) visit(join(root, source));
  return hash.digest('hex');
}

async function buildWhenChanged() {
  const stampFile = join(root, 'dist', '.sources');
  const stamp = sourcesStamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  console.log('Building …');
  const { build } = await import('./build.mjs');
  await build();
  writeFileSync(stampFile, stamp);
}

async function answers(address) {
  try {
    return (await fetch(address, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    // Not listening yet: the caller asks again until its time is up.
    return false;
  }
}

async function waitFor(addresses, station) {
  const until = Date.now() + START_SECONDS * 1000;
  for (const address of addresses) {
    while (!(await answers(address))) {
      if (station.exitCode !== null) stop('The station stopped: see its message above.');
      if (Date.now() > until) {
        station.kill('SIGTERM');
        stop(`${address} does not answer after ${START_SECONDS} seconds.`);
      }
      await new Promise((done) => setTimeout(done, 150));
    }
  }
}

function printWelcome(desk, learner, folder) {
  const password = (user) => readFileSync(join(folder, 'secrets', `${user}-password.txt`), 'utf8').trim();
  console.log(`
Leeslicht runs. Two addresses:

  Desk (staff)   ${desk}
  Learner app    ${learner}

  who             user      password
  tutor           tutor     ${password('tutor')}
  officer         officer   ${password('officer')}
  administrator   admin     ${password('admin')}

Next:
  1. Open the desk, log in as officer, and enrol a device for the learner Robin: you get a one-time code.
  2. Open the learner app, type the code, choose a PIN of six digits, and compare the six words on both screens.
  3. Confirm at the desk. Then dock in the learner app: the two courses arrive. Read, write, dock, and mark as tutor.

The demo's programme folder: ${join(folder, 'programme')}
Ctrl-C stops the station. Delete ${folder} to start afresh.
`);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
  stop(`Leeslicht needs Node 20.19 or later; this is ${process.version}.`);
const { values } = parseArgs({
  options: { port: { type: 'string', default: '8080' }, data: { type: 'string', default: join(root, 'demo-data') } },
});
const deskPort = Number(values.port);
if (!Number.isInteger(deskPort) || deskPort < 1 || deskPort > 65534)
  stop('--port must be a number from 1 to 65534; the learner app gets the next port.');
const folder = resolve(values.data);

const { ensurePackages } = await import('./setup.mjs');
ensurePackages();
await buildWhenChanged();
console.log('Looking after the demo …');
const made = spawnSync(process.execPath, [join(root, 'dist/node/demo.js'), root, folder], {
  cwd: root,
  stdio: 'inherit',
});
if (made.status !== 0) stop('The demo could not be made: see the message above.');

const station = spawn(
  process.execPath,
  [
    join(root, 'bin/leeslicht-station.mjs'),
    'run',
    '--data',
    join(folder, 'station'),
    '--repository',
    join(folder, 'programme/repository'),
    '--desk-port',
    String(deskPort),
    '--app-port',
    String(deskPort + 1),
    '--passphrase-file',
    join(folder, 'secrets/passphrase.txt'),
  ],
  // A group of its own: a Ctrl-C in the terminal reaches only this process, which then ends the station once.
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => station.kill('SIGTERM'));
station.once('exit', (code) => process.exit(code ?? 0));
const desk = `http://127.0.0.1:${deskPort}/`;
const learner = `http://127.0.0.1:${deskPort + 1}/`;
await waitFor([desk, learner], station);
printWelcome(desk, learner, folder);
