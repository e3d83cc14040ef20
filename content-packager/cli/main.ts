import type { Command } from './command.ts';
import { inspectCommand } from './commands/inspect.ts';
import { packCommand } from './commands/pack.ts';
import { programmeCommands } from './commands/programme.ts';
import { programmeStatusCommand } from './commands/programme-status.ts';
import { publishCommand } from './commands/publish.ts';
import { verifyCommand } from './commands/verify.ts';
import { runLine } from './run.ts';

/** Every command of `leeslicht`, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  packCommand,
  inspectCommand,
  verifyCommand,
  publishCommand,
  ...programmeCommands,
  programmeStatusCommand,
];

/** Runs `leeslicht` with these arguments; answers the exit code. */
export function main(line: readonly string[]): Promise<number> {
  const { env, stdin, stdout, stderr } = process;
  return runLine({ line, environment: env, stdin, stdout, stderr, nowMs: () => Date.now() }, COMMANDS);
}
