import { parseArgs } from 'node:util';
import { StationError } from '../station-error.ts';

/** The flags of every command; each takes what it needs. */
export interface StationArguments {
  readonly command: string;
  readonly data: string;
  text(name: string): string | undefined;
  required(name: string): string;
  list(name: string): readonly string[];
  number(name: string, fallback: number): number;
}

const single = [
  'data',
  'repository',
  'trusted-root',
  'desk-port',
  'app-port',
  'sandbox-port',
  'metrics-port',
  'host',
  'desk-origin',
  'app-origin',
  'sandbox-origin',
  'passphrase-file',
  'site-id',
  'site-name',
  'station-name',
  'where-to-sync',
  'daily-hours',
  'licence-days',
  'disk-reserve-mib',
  'user',
  'name',
  'password-file',
  'faces',
  'upstream-url',
  'upstream-token-file',
  'backup',
  'from',
  'stick',
] as const;
const several = ['role', 'learner-origin', 'capability'] as const;

/** Reads the command line. Throws StationError USAGE. */
export function readArguments(argv: readonly string[]): StationArguments {
  const [command, ...rest] = argv;
  if (command === undefined) throw new StationError({ code: 'USAGE' });
  const values = parse(rest);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const required = (name: string): string => {
    const value = text(name);
    if (value === undefined || value === '') throw new StationError({ code: 'USAGE', detail: `--${name} is missing` });
    return value;
  };
  return {
    command,
    data: required('data'),
    text,
    required,
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
    },
    number: (name, fallback) => {
      const value = text(name);
      if (value === undefined) return fallback;
      if (!/^\d{1,9}$/.test(value)) throw new StationError({ code: 'USAGE', detail: `--${name} takes a whole number` });
      return Number(value);
    },
  };
}

function parse(rest: readonly string[]): Readonly<Record<string, unknown>> {
  const options: Record<string, { type: 'string'; multiple: boolean }> = {};
  for (const name of single) options[name] = { type: 'string', multiple: false };
  for (const name of several) options[name] = { type: 'string', multiple: true };
  try {
    return parseArgs({ args: [...rest], options, allowPositionals: false }).values;
  } catch (cause) {
    throw new StationError({ code: 'USAGE', detail: cause instanceof Error ? cause.message : '', cause });
  }
}
