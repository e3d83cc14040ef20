import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';

/** The project's folder: the nearest one above this file that holds package.json (this file may run bundled). */
function findRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(resolve(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('package.json not found');
    folder = above;
  }
  return folder;
}

export const root = findRoot();
export const samples = resolve(root, '../shared/samples');

/** What a command printed, and how it ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the project's programs to its end. */
export function runProgram(program: 'leeslicht' | 'leeslicht-station', args: readonly string[]): Ended {
  const run = spawnSync(process.execPath, [resolve(root, `bin/${program}.mjs`), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status: run.status ?? -1, stdout: run.stdout, stderr: run.stderr };
}

/** Runs one of the project's programs and fails the test, with what it said, unless it ends well. */
export function mustRun(program: 'leeslicht' | 'leeslicht-station', args: readonly string[]): Ended {
  const ended = runProgram(program, args);
  if (ended.status !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${ended.status}:\n${ended.stdout}\n${ended.stderr}`);
  }
  return ended;
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => done(port));
    });
  });
}

/** A long-running program of ours. */
export interface Running {
  readonly process: ChildProcess;
  /** Resolves with the exit code or the signal's name. */
  readonly ended: Promise<number | string>;
  output(): string;
}

/** Starts a program of ours in its own process. */
export function startProgram(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const child = spawn(process.execPath, [resolve(root, `bin/${program}.mjs`), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const collect = (part: Buffer): void => {
    text = (text + part.toString('utf8')).slice(-3000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = new Promise<number | string>((done) =>
    child.once('exit', (code, signal) => done(code ?? signal ?? -1)),
  );
  return { process: child, ended, output: () => text };
}

/** Asks an address until it answers. */
export async function waitForAnswer(address: string, running: Running): Promise<void> {
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    if (running.process.exitCode !== null) throw new Error(`It stopped before it answered:\n${running.output()}`);
    try {
      if ((await fetch(address)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`${address} did not answer:\n${running.output()}`);
}
