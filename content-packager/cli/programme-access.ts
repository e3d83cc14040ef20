import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { ProgrammeAccess } from '../writer/programme/change.ts';
import { type CommandContext, textOption } from './command.ts';
import { UsageError } from './usage-error.ts';

/** What a change of the programme in `dir` needs of this command line. */
export function accessTo(context: CommandContext, dir: string): ProgrammeAccess {
  return {
    dir: resolve(context.folder, dir),
    passphrase: context.passphrase(false),
    newPassphrase: context.passphrase(true),
    randomness,
    nowMs: context.nowMs(),
  };
}

/** Random bytes of the operating system. */
export function randomness(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(length));
}

/** The text of an option that must be there. */
export function requiredOption(context: CommandContext, name: string, example: string): string {
  const value = textOption(context, name);
  if (value !== undefined && value.trim() !== '') return value.trim();
  throw new UsageError(`--${name} is missing`, `Add --${name} ${example}.`);
}
