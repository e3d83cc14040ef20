import { parseArgs } from 'node:util';
import { TufClientError } from './tuf-client-error.ts';

/** What the command line asks for: the protocol of the public TUF conformance suite. */
export type TufCommand =
  | { readonly kind: 'init'; readonly metadataDir: string; readonly trustedRoot: string }
  | { readonly kind: 'refresh'; readonly metadataDir: string; readonly metadataUrl: string }
  | {
      readonly kind: 'download';
      readonly metadataDir: string;
      readonly metadataUrl: string;
      readonly targetNames: readonly string[];
      readonly targetBaseUrl: string;
      readonly targetDir: string;
    };

/** How to call the program. */
export const USAGE = `Usage:
  tuf-client --metadata-dir DIR init TRUSTED_ROOT
  tuf-client --metadata-dir DIR --metadata-url URL refresh
  tuf-client --metadata-dir DIR --metadata-url URL --target-name NAME … --target-base-url URL --target-dir DIR download`;

/** Reads the arguments, options before or after the command. Throws `TufClientError` `USAGE`. */
export function readArguments(line: readonly string[]): TufCommand {
  const { values, positionals } = parse(line);
  const need = (name: Exclude<keyof typeof values, 'target-name'>): string => {
    const value = values[name];
    if (value === undefined || value === '') throw usage(`--${name} is missing`);
    return value;
  };
  const [kind, ...rest] = positionals;
  const metadataDir = need('metadata-dir');
  if (kind === 'init') {
    const [trustedRoot, ...more] = rest;
    if (trustedRoot === undefined || more.length > 0) throw usage('init takes one file');
    return { kind, metadataDir, trustedRoot };
  }
  if (rest.length > 0) throw usage(`too much: ${rest.join(' ')}`);
  const metadataUrl = need('metadata-url');
  if (kind === 'refresh') return { kind, metadataDir, metadataUrl };
  if (kind !== 'download') throw usage('the command is init, refresh or download');
  const targetNames = values['target-name'] ?? [];
  if (targetNames.length === 0) throw usage('--target-name is missing');
  const [targetBaseUrl, targetDir] = [need('target-base-url'), need('target-dir')];
  return { kind, metadataDir, metadataUrl, targetNames, targetBaseUrl, targetDir };
}

function parse(line: readonly string[]) {
  try {
    return parseArgs({
      args: [...line],
      allowPositionals: true,
      options: {
        'metadata-dir': { type: 'string' },
        'metadata-url': { type: 'string' },
        'target-name': { type: 'string', multiple: true },
        'target-base-url': { type: 'string' },
        'target-dir': { type: 'string' },
      },
    });
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : 'unreadable', cause);
  }
}

function usage(problem: string, cause?: unknown): TufClientError {
  return new TufClientError({ code: 'USAGE', detail: `${problem}\n${USAGE}`, cause });
}
