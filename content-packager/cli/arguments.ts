import { parseArgs } from 'node:util';
import type { Command } from './command.ts';
import { UsageError } from './usage-error.ts';

/** A command line that fits a command. */
export interface ParsedLine {
  readonly command: Command;
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

const COMMON = {
  json: { type: 'boolean' },
  'passphrase-file': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Finds the command and checks its words and options. Throws `UsageError` that says what to type instead. */
export function parseLine(line: readonly string[], commands: readonly Command[]): ParsedLine {
  const found = commands.find((command) => command.name.split(' ').every((part, index) => line[index] === part));
  if (found === undefined) {
    const typedName = line
      .filter((part) => !part.startsWith('-'))
      .slice(0, 2)
      .join(' ');
    throw new UsageError(
      typedName === '' ? 'no command was given' : `there is no command "${typedName}"`,
      'Run "leeslicht --help" for the list.',
    );
  }
  const rest = line.slice(found.name.split(' ').length);
  const { values, positionals } = parseOptions(rest, found);
  if (values['help'] !== true) {
    const needed = found.words.filter((name) => !name.startsWith('['));
    if (positionals.length < needed.length)
      throw new UsageError(`${needed[positionals.length]} is missing`, `Type: ${usageLine(found)}`);
    const tooMuch = positionals[found.words.length];
    if (tooMuch !== undefined)
      throw new UsageError(
        `"${tooMuch}" is one word too many`,
        `Type: ${usageLine(found)}  (a path with spaces goes in quotes)`,
      );
  }
  return { command: found, words: positionals, options: values };
}

/** The line that shows how a command is typed. */
export function usageLine(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) => {
    const typed = option.short === undefined ? `--${name}` : `-${option.short}`;
    return option.type === 'boolean'
      ? `[${typed}]`
      : `[${typed} ${(command.optionHelp[name]?.split(':')[0] ?? 'VALUE').trim()}]`;
  });
  return ['leeslicht', command.name, ...command.words, ...options, '[--passphrase-file FILE]', '[--json]'].join(' ');
}

/** Help for one command. */
export function commandHelp(command: Command): string {
  const lines = Object.entries(command.optionHelp).map(([name, help]) => `  --${name.padEnd(18)} ${help}`);
  return [`${command.summary}.`, '', `  ${usageLine(command)}`, ...(lines.length === 0 ? [] : ['', ...lines])].join(
    '\n',
  );
}

function parseOptions(
  rest: readonly string[],
  command: Command,
): { values: Record<string, string | boolean | undefined>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...rest],
      options: { ...command.options, ...COMMON },
      allowPositionals: true,
      strict: true,
    });
    const plain: Record<string, string | boolean | undefined> = {};
    for (const [name, value] of Object.entries(values))
      if (typeof value === 'string' || typeof value === 'boolean') plain[name] = value;
    return { values: plain, positionals };
  } catch (cause) {
    const problem =
      cause instanceof Error ? (cause.message.split('. ')[0] ?? cause.message) : 'the options are not understood';
    throw new UsageError(problem, `Type: ${usageLine(command)}`);
  }
}
