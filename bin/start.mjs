import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildProduct } from './build-when-changed.mjs';

const root = resolve(import.meta.dirname, '..');
const START_SECONDS = 60;
const HELP = `npm start [-- --port PORT] [--data FOLDER]

Installs and builds what is missing, makes the demo once, and runs it until Ctrl-C.

  --port PORT     where the desk answers (8080); the learner app and its sandbox get the next two ports
  --data FOLDER   where the demo's keys, database and courses are kept (demo-data)
  -h, --help      this text`;

/**
 * @param {string} message
 * @returns {never}
 */
function stop(message) {
  console.error(message);
  process.exit(1);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '8080' },
        data: { type: 'string', default: join(root, 'demo-data') },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

/**
 * Whether a port can be listened on: asked before anything is built, so that the answer comes at once.
 * @param {number} port
 */
function isFree(port) {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

/** @param {string} address */
async function answers(address) {
  try {
    return (await fetch(address, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    // Not listening yet: the caller asks again until its time is up.
    return false;
  }
}

/**
 * @param {readonly string[]} addresses
 * @param {import('node:child_process').ChildProcess} station
 */
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

/**
 * @param {string} desk
 * @param {string} learner
 * @param {string} folder
 */
function printWelcome(desk, learner, folder) {
  const password = (/** @type {string} */ user) =>
    readFileSync(join(folder, 'secrets', `${user}-password.txt`), 'utf8').trim();
  console.log(`
Leeslicht runs. Two addresses:

  Desk (staff)   ${desk}
  Learner app    ${learner}

  who             user      password
  tutor           tutor     ${password('tutor')}
  officer         officer   ${password('officer')}
  administrator   admin     ${password('admin')}

Next:
  1. Open the desk, sign in as officer, choose Laptops, Enrol a laptop, and make a code for the learner Robin.
  2. Open the learner app, type the code, choose a PIN of six digits, and compare the six words on both screens.
  3. Say at the desk that they are the same. Then press Connect now in the learner app: two courses arrive.
  4. Read, write the assignment, hand it in, connect again. Sign in at the desk as tutor, and mark it.

Programme folder: ${join(folder, 'programme')}
Ctrl-C stops it. To start afresh, delete ${folder}.
`);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
  stop(`Leeslicht needs Node 20.19 or later; this is ${process.version}.`);
const { port, data, help } = readArguments();
if (help) {
  console.log(HELP);
  process.exit(0);
}
const deskPort = Number(port);
if (!Number.isInteger(deskPort) || deskPort < 1 || deskPort > 65533)
  stop('--port must be a number from 1 to 65533; the learner app and its sandbox get the next two ports.');
const folder = resolve(data);
for (const wanted of [deskPort, deskPort + 1, deskPort + 2])
  if (!(await isFree(wanted)))
    stop(
      `Port ${wanted} is in use, perhaps by a Leeslicht that runs already. Choose another: npm start -- --port 9000`,
    );

const { ensurePackages } = await import('./setup.mjs');
ensurePackages();
await buildProduct();
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
    '--sandbox-port',
    String(deskPort + 2),
    '--passphrase-file',
    join(folder, 'secrets/passphrase.txt'),
  ],
  // A group of its own: a Ctrl-C in the terminal reaches only this process, which then ends the station once.
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
    env: { LEESLICHT_LOG_LEVEL: 'warn', ...process.env },
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => station.kill('SIGTERM'));
station.once('exit', (code) => process.exit(code ?? 0));
const desk = `http://127.0.0.1:${deskPort}/`;
const learner = `http://127.0.0.1:${deskPort + 1}/`;
await waitFor([desk, learner], station);
printWelcome(desk, learner, folder);
