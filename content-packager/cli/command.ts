import type { ParseArgsConfig } from 'node:util';
import type { JsonValue } from '#core/json/json-value.ts';
import type { OnProgress } from '../writer/bundle-writer.ts';

/** What a command gets: its words and options as typed, and the world outside as functions. */
export interface CommandContext {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the command was typed. */
  readonly folder: string;
  nowMs(): number;
  /** Asks on the terminal and shows what is typed. Throws `NO_ANSWER` where there is no terminal. */
  ask(question: string): Promise<string>;
  /** Waits; answers false when the command should end instead. */
  wait(ms: number): Promise<boolean>;
  /** Shows something before the result, on stderr. */
  say(text: string): void;
  /** Of a key that is there, or a new one; `option` names the file that holds it, where it is not the usual one. */
  passphrase(isNew: boolean, option?: string): () => Promise<string>;
  /** Runs long work with a bar. */
  withProgress<T>(label: string, work: (onProgress: OnProgress) => Promise<T>): Promise<T>;
  /** Something the user should know although the job is done; goes to stderr. */
  note(text: string): void;
}

/** What a command answers: `data` for `--json`, `text` for people, and whether the thing it checked is good. */
export interface CommandResult {
  readonly data: { readonly [key: string]: JsonValue };
  readonly text: string;
  readonly good?: boolean;
  /** Another exit code than 0 for good and 1 for not good. */
  readonly exitCode?: number;
}

/** One command. `words` names its arguments for the usage line; those in brackets may be left out. */
export interface Command {
  readonly name: string;
  readonly words: readonly string[];
  readonly summary: string;
  readonly options: Readonly<NonNullable<ParseArgsConfig['options']>>;
  readonly optionHelp: Readonly<Record<string, string>>;
  /** Its job is to judge a thing, so a bad thing is exit code 1. */
  readonly checking?: boolean;
  run(context: CommandContext): Promise<CommandResult>;
}

/** The text of an option, or undefined when it was not given. */
export function textOption(context: CommandContext, name: string): string | undefined {
  const value = context.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** A word that the parser has already made sure of. */
export function word(context: CommandContext, index: number): string {
  const value = context.words[index];
  if (value === undefined) throw new RangeError(`word ${index} was checked before`);
  return value;
}
