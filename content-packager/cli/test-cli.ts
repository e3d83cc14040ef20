import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, type TestFolder } from '../readers/test-input.ts';
import { COMMANDS } from './main.ts';
import { runLine } from './run.ts';

/** An instant at which tests of the command line take place, unless they say another. */
export const NOW_MS = Date.UTC(2026, 10, 24, 5);
/** A day in milliseconds. */
export const DAY_MS = 86_400_000;

/** How one command line ended. */
export interface Answer {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** A folder of its own in which real commands run, one at a time, at an instant that a test chooses. */
export interface TestCli {
  readonly folder: TestFolder;
  nowMs: number;
  /** Runs one command line as a user would type it; `@` stands for the folder. */
  run(line: string, options?: { readonly environment?: Record<string, string>; readonly in?: string }): Promise<Answer>;
  /** The same with `--json`, read. */
  json(line: string): Promise<{ exitCode: number; data: Record<string, unknown> }>;
  /** The same, and it must end well. */
  must(line: string): Promise<Record<string, unknown>>;
  path(name: string): string;
  text(name: string): Promise<string>;
  /** What `--every` waits for; false ends it. */
  wait: (ms: number) => Promise<boolean>;
}

/** Opens a command line on these files. The passphrase is in the file `pass` unless a test says otherwise. */
export async function openCli(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<TestCli> {
  const folder = await makeFolder({ pass: 'correct horse battery staple\n', ...files });
  const path = (name: string): string => join(folder.path, name);
  const cli: TestCli = {
    folder,
    nowMs: NOW_MS,
    path,
    text: (name) => readFile(path(name), 'utf8'),
    wait: async () => false,
    async run(line, options = {}) {
      let out = '';
      let error = '';
      const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) =>
        word.replace(/^"|"$/g, '').replaceAll('@', folder.path),
      );
      const exitCode = await runLine(
        {
          line: words,
          environment: options.environment ?? { LEESLICHT_PASSPHRASE_FILE: path('pass') },
          stdin: process.stdin,
          stdout: {
            write: (text) => {
              out += text;
            },
          },
          stderr: {
            write: (text: string) => {
              error += text;
            },
          },
          folder: options.in === undefined ? folder.path : path(options.in),
          nowMs: () => cli.nowMs,
          wait: (ms) => cli.wait(ms),
        },
        COMMANDS,
      );
      return { exitCode, out, error };
    },
    async json(line) {
      const { exitCode, out } = await cli.run(`${line} --json`);
      const data: Record<string, unknown> = JSON.parse(out);
      return { exitCode, data };
    },
    async must(line) {
      const { exitCode, data } = await cli.json(line);
      if (exitCode !== 0) throw new Error(`${line} ended with ${exitCode}: ${JSON.stringify(data)}`);
      return data;
    },
  };
  return cli;
}
