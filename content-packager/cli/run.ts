import { commandHelp, parseLine } from './arguments.ts';
import type { Command, CommandContext, CommandResult } from './command.ts';
import { EXIT, type Failure, failureOf } from './exit-codes.ts';
import { askOpenly, readPassphrase } from './passphrase.ts';
import { createProgress, type Terminal } from './progress.ts';

/** The world of the command line: everything that a test replaces. */
export interface World {
  readonly line: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: Terminal;
  readonly folder: string;
  nowMs(): number;
  wait(ms: number): Promise<boolean>;
}

/** Runs one command line to the end; answers the exit code. Never throws. */
export async function runLine(world: World, commands: readonly Command[]): Promise<number> {
  const asJson = world.line.includes('--json');
  const [first] = world.line;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    world.stdout.write(overview(commands));
    return first === undefined ? EXIT.usage : EXIT.ok;
  }
  let checking = false;
  try {
    const parsed = parseLine(world.line, commands);
    checking = parsed.command.checking === true;
    if (parsed.options['help'] === true) {
      world.stdout.write(`${commandHelp(parsed.command)}\n`);
      return EXIT.ok;
    }
    const result = await parsed.command.run(contextOf(world, parsed));
    show(world, result, asJson, parsed.command.name);
    return result.exitCode ?? (result.good === false ? EXIT.notGood : EXIT.ok);
  } catch (error) {
    const failure = failureOf(error, checking);
    showFailure(world, failure, asJson);
    return failure.exitCode;
  }
}

function contextOf(
  world: World,
  parsed: { words: readonly string[]; options: CommandContext['options'] },
): CommandContext {
  return {
    words: parsed.words,
    options: parsed.options,
    environment: world.environment,
    folder: world.folder,
    nowMs: world.nowMs,
    wait: world.wait,
    say: (text) => world.stderr.write(`${text}\n`),
    ask: (question) => askOpenly({ input: world.stdin, output: world.stderr }, question),
    passphrase:
      (isNew, option = 'passphrase-file') =>
      () => {
        const file = parsed.options[option];
        return readPassphrase({
          file: typeof file === 'string' ? file : undefined,
          // What the environment holds is the usual passphrase and no other.
          environment: option === 'passphrase-file' ? world.environment : {},
          input: world.stdin,
          output: world.stderr,
          isNew,
        });
      },
    async withProgress(label, work) {
      const progress = createProgress(label, world.stderr, () => performance.now());
      try {
        return await work(progress.report);
      } finally {
        progress.end();
      }
    },
    note: (text) => world.stderr.write(`Note: ${text}\n`),
  };
}

function show(world: World, result: CommandResult, asJson: boolean, command: string): void {
  world.stdout.write(
    asJson
      ? `${JSON.stringify({ ok: result.good !== false, command, ...result.data }, null, 2)}\n`
      : `${result.text}\n`,
  );
}

function showFailure(world: World, failure: Failure, asJson: boolean): void {
  if (asJson) {
    const { exitCode, ...error } = failure;
    world.stdout.write(`${JSON.stringify({ ok: false, exitCode, error }, null, 2)}\n`);
    return;
  }
  const subject = failure.file === undefined ? '' : `${failure.file} `;
  world.stderr.write(`leeslicht: ${subject}${failure.problem}.\n${failure.advice}\n`.replaceAll('..\n', '.\n'));
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    'leeslicht: turn course material into signed modules, and publish them.',
    '',
    ...lines,
    '',
    'leeslicht COMMAND --help says more. --json prints the result for scripts.',
    'Exit codes: 0 good, 1 the thing checked is not good, 2 typed wrongly, 3 input refused, 4 disk, 5 keys or passphrase.',
    'programme status: 2 when something runs out within 14 days, 1 when something has run out.',
    '',
  ].join('\n');
}
