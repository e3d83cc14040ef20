import type { Command } from './command.ts';
import { checkCommand } from './commands/check.ts';
import { inspectCommand } from './commands/inspect.ts';
import { mirrorCommands } from './commands/mirror.ts';
import { packCommand } from './commands/pack.ts';
import { parcelCommands } from './commands/parcel.ts';
import { programmeCommands } from './commands/programme.ts';
import { programmeFloorsCommand } from './commands/programme-floors.ts';
import { keyCommands } from './commands/programme-keys.ts';
import { recoverCommand } from './commands/programme-recover.ts';
import { signingCommands } from './commands/programme-signing.ts';
import { programmeStatusCommand } from './commands/programme-status.ts';
import { statusListCommands } from './commands/programme-status-list.ts';
import { publishCommand } from './commands/publish.ts';
import { studioCommand } from './commands/studio.ts';
import { verifyCommand } from './commands/verify.ts';
import { runLine } from './run.ts';

/** Every command of `leeslicht`, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  packCommand,
  checkCommand,
  studioCommand,
  inspectCommand,
  verifyCommand,
  publishCommand,
  ...programmeCommands,
  ...statusListCommands,
  programmeFloorsCommand,
  ...keyCommands,
  ...signingCommands,
  recoverCommand,
  programmeStatusCommand,
  ...mirrorCommands,
  ...parcelCommands,
];

/** Runs `leeslicht` with these arguments; answers the exit code. */
export function main(line: readonly string[]): Promise<number> {
  const { env, stdin, stdout, stderr } = process;
  return runLine(
    { line, environment: env, stdin, stdout, stderr, folder: process.cwd(), nowMs: () => Date.now(), wait },
    COMMANDS,
  );
}

/** Waits until the time is up. A signal ends the process at once, which is safe: nothing is ever half published. */
function wait(ms: number): Promise<boolean> {
  return new Promise((done) => setTimeout(() => done(true), ms));
}
